"""What the lane promises when things go wrong around it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from dibs.db import Database
from dibs.errors import InvariantError, NotFoundError, PluginHookError
from dibs.ids import uuid7
from dibs.lane import commands, lane, lease, load
from dibs.models.allocation import Allocation, ClaimRequest, UndecidedComment
from dibs.models.catalogue import ParseContext
from dibs.models.comments import IncomingComment, Intent, Reading

from .sale import Sale, hooks, new_sale, process, read, said


async def test_what_comes_in_while_the_show_is_given_up_is_decided(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    await sale.add("12")
    monkeypatch.setattr(lane, "IDLE_SECONDS", 0.02)
    release, late = lease.release, []

    async def slow_release(*args: Any) -> None:
        if not late:
            late.append(asyncio.create_task(sale.say(said("sold 12", "ben", second=1))))
            await asyncio.sleep(0.05)
        await release(*args)

    monkeypatch.setattr(lease, "release", slow_release)
    await sale.say(said("hello"))
    async with asyncio.timeout(5):
        while not late:
            await asyncio.sleep(0.01)
        await late[0]
    assert await sale.stakes() == ([("ben", 1)], [])


async def test_whoever_listens_or_counts_failures_can_not_stop_the_sale(sale: Sale) -> None:
    async def failed(_: UUID, __: UUID, ___: Sequence[tuple[str, str]]) -> None:
        raise OSError("the counter is away")

    def published(*_: object) -> None:
        raise RuntimeError("nobody is there")

    await sale.add("12")
    await sale.lanes.close()
    sale.process = process(sale.db)
    sale.lanes.failed, sale.lanes.published = failed, published
    async with asyncio.timeout(5):
        assert [o.verdict for o in await sale.say(said("boom"))] == ["quarantined"]
        assert [o.verdict for o in await sale.say(said("sold 12"))] == ["claim"]
        await sale.do(commands.release(await sale.claim_id("ana", "winner")))
        assert [o.verdict for o in await sale.say(said("sold 12"))] == ["claim"]


class _Faulty:
    """Hooks that fail in a way that the core does not expect."""

    def parse_comment(self, ctx: ParseContext, comment: IncomingComment) -> Reading | None:
        return read(ctx, comment)

    def order_comments(self, comments: Sequence[UndecidedComment]) -> Sequence[int] | None:
        return None

    def screen_claim(self, request: ClaimRequest) -> Allocation | None:
        return None

    def allocate_claim(self, request: ClaimRequest) -> Allocation | None:
        if request.quantity == 7:
            raise ZeroDivisionError
        return Allocation(win=min(request.quantity, request.item.left))


async def test_a_batch_that_fails_halfway_leaves_nothing_behind(sale: Sale) -> None:
    await sale.add("12", 9)
    await sale.lanes.close()
    sale.process = process(sale.db, _Faulty())  # type: ignore[arg-type]  # hooks of another make
    with pytest.raises(InvariantError):
        await sale.say(said("sold 12", key="c1"), said("sold 12 x7", "ben", second=1))
    outcomes = await sale.say(said("sold 12", key="c1"))
    assert (outcomes[0].comment_no, outcomes[0].verdict) == (1, "claim")
    assert await sale.stakes() == ([("ana", 1)], [])


async def test_a_comment_that_breaks_the_parser_is_quarantined_and_the_next_is_decided(sale: Sale) -> None:
    await sale.add("12")
    outcomes = await sale.say(said("boom", "eve"), said("sold 12"))
    assert [o.verdict for o in outcomes] == ["quarantined", "claim"]
    assert [plugin for plugin, _ in sale.process.failures] == ["small_parser"]


@pytest.mark.parametrize(
    "text", ["sold 12 \ud800\udfff", "so\0ld 12", "x" * 1_000_000, "", "\u202esold\u200b", "\n\nevent: x"]
)
async def test_any_text_can_be_stored(sale: Sale, text: str) -> None:
    outcomes = await sale.say(said(text, key="odd"), said("hello"))
    assert len({o.comment_no for o in outcomes}) == 2
    stored = await sale.fetch("SELECT text FROM comments WHERE workspace_id = $1 AND show_id = $2 AND comment_no = 1")
    assert len(stored[0][0]) <= 2_000
    assert "\0" not in stored[0][0]


@pytest.mark.parametrize("odd", ["a\0b", "\ud800", "k" * 100_000, "é" * 5_000])
async def test_odd_names_and_ids_do_no_harm_to_others(sale: Sale, odd: str) -> None:
    await sale.add("12")
    comment = said("sold 12", odd, key=odd, platform="facebook")
    outcomes = await sale.say(comment, said("hello", "ben"))
    assert [o.verdict for o in outcomes] == ["claim", "ignored"]
    assert [o.verdict for o in await sale.say(comment)] == ["duplicate"]


async def test_ids_that_differ_only_far_behind_are_two_comments(sale: Sale) -> None:
    first, second = said("hello", key="k" * 900 + "1"), said("hello", key="k" * 900 + "2")
    assert [o.verdict for o in await sale.say(first, second)] == ["ignored", "ignored"]


@pytest.mark.parametrize("reason", ["\ud800", "a\0b"])
async def test_a_parser_with_an_unwritable_answer_harms_only_its_own_comment(db: Database, reason: str) -> None:
    def parse(ctx: ParseContext, comment: IncomingComment) -> Reading | None:
        return Reading((Intent("claim", "12", 1, None, reason),)) if comment.text == "odd" else None

    sale = await new_sale(db, plugins=hooks(parse_comment=parse))
    await sale.add("12")
    assert [o.verdict for o in await sale.say(said("odd"), said("sold 12", "ben"))] == ["quarantined", "claim"]
    await sale.assert_clean()


async def test_a_parser_that_reads_an_absurd_quantity_harms_only_its_own_comment(db: Database) -> None:
    def parse(ctx: ParseContext, comment: IncomingComment) -> Reading | None:
        return Reading((Intent("claim", "12", 10**12, None, "odd"),)) if comment.text == "odd" else None

    sale = await new_sale(db, plugins=hooks(parse_comment=parse))
    await sale.add("12")
    assert [o.verdict for o in await sale.say(said("odd"), said("sold 12", "ben"))] == ["quarantined", "claim"]
    await sale.assert_clean()


@pytest.mark.parametrize(
    "answer",
    [Allocation(win=3), Allocation(win=2, wait=1), Allocation(wait=-1), Allocation(), Allocation(give_back=1, win=1)],
)
async def test_a_policy_can_not_oversell(db: Database, answer: Allocation) -> None:
    sale = await new_sale(db, plugins=hooks(allocate_claim=lambda request: answer))
    await sale.add("12", 2)
    await sale.say(said("sold 12"))
    assert await sale.claims() == [("12", "ana", 1, "review", "policy_failed")]
    assert len(sale.process.failures) == 1
    await sale.assert_clean()


async def test_a_policy_that_raises_sends_the_claim_to_review(db: Database) -> None:
    def allocate(_: ClaimRequest) -> Allocation | None:
        raise RuntimeError("no idea")

    sale = await new_sale(db, plugins=hooks(allocate_claim=allocate))
    await sale.add("12", 2)
    await sale.say(said("sold 12"))
    assert await sale.claims() == [("12", "ana", 1, "review", "policy_failed")]
    await sale.do(commands.accept(await sale.claim_id("ana", "review")))
    assert await sale.stakes() == ([("ana", 1)], [])
    await sale.assert_clean()


async def test_a_broken_order_falls_back_to_the_order_of_arrival(db: Database) -> None:
    def order(comments: Sequence[UndecidedComment]) -> Sequence[int]:
        return [0] * len(comments)

    sale = await new_sale(db, plugins=hooks(order_comments=order))
    await sale.add("12")
    await sale.say(said("sold 12", "ben", second=9), said("sold 12", "ana", second=1))
    assert await sale.stakes() == ([("ben", 1)], [("ana", 1)])
    assert sale.process.failures


async def test_a_comment_counts_once_however_it_comes_again(sale: Sale) -> None:
    await sale.add("12", 9)
    comment = said("sold 12", key="c1")
    outcomes = await sale.say(comment, comment, said("sold 12", "ben", key="c1"))
    assert [o.verdict for o in outcomes] == ["claim", "duplicate", "duplicate"]
    both = await asyncio.gather(sale.say(comment), sale.say(comment))
    assert [o.verdict for out in both for o in out] == ["duplicate"] * 2
    await sale.lanes.close()
    assert [o.verdict for o in await sale.say(comment, lanes=process(sale.db).lanes)] == ["duplicate"]


async def test_an_old_comment_that_the_board_has_forgotten_counts_once(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "KNOWN_KEYS", 1)
    await sale.say(said("hello", key="c1"), said("hello", key="c2"), said("hello", key="c3"))
    await sale.lanes.close()
    outcomes = await sale.say(said("hello", key="c1"), said("hello", key="c4"), lanes=process(sale.db).lanes)
    assert [o.verdict for o in outcomes] == ["duplicate", "ignored"]


async def test_a_comment_whose_commit_was_not_heard_of_is_answered_as_stored(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sale.add("12")
    write, lost = lane.write, []

    async def write_and_lose(*args: Any) -> Any:
        written = await write(*args)
        if len(lost) < 2:
            lost.append(written)
            raise asyncpg.ConnectionDoesNotExistError("the answer got lost")
        return written

    monkeypatch.setattr(lane, "write", write_and_lose)
    outcomes = await sale.say(said("sold 12", key="c1"), said("hello", "ben", key="c2"))
    assert [(o.comment_no, o.verdict) for o in outcomes] == [(1, "claim"), (2, "ignored")]
    assert len(lost) == 1


async def test_a_write_that_never_happened_is_made_again(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    await sale.add("12")
    write, lost = lane.write, []

    async def lose(*args: Any) -> Any:
        if len(lost) < 2:
            lost.append(args)
            raise ConnectionResetError
        return await write(*args)

    monkeypatch.setattr(lane, "write", lose)
    both = await asyncio.gather(sale.say(said("sold 12")), sale.say(said("sold 12", "ben", second=1)))
    assert [out[0].verdict for out in both] == ["claim", "claim"]
    assert await sale.stakes() == ([("ana", 1)], [("ben", 1)])


async def test_a_caller_who_goes_away_disturbs_nobody(sale: Sale) -> None:
    await sale.add("12", 9)
    tasks = [asyncio.create_task(sale.say(said("sold 12", f"b{n}", second=n))) for n in range(9)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[4].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(one, list) for one in done) == 7


async def test_a_hook_error_names_the_plugin() -> None:
    with pytest.raises(PluginHookError) as caught:
        hooks().parse_comment(None, said("boom"))  # type: ignore[arg-type]  # this parser needs no context
    assert caught.value.data["plugin"] == "small_parser"


async def test_another_workspaces_show_does_not_exist(sale: Sale) -> None:
    other = uuid7()
    with pytest.raises(NotFoundError):
        await sale.lanes.ingest(other, sale.show_id, [said("hello")])
    with pytest.raises(NotFoundError):
        await sale.lanes.command(other, sale.show_id, commands.set_status("paused"))


async def test_a_refusal_never_rests_on_a_board_of_yesterday(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.say(said("hello"))  # this process now has a board
    await sale.fetch("UPDATE show_leases SET expires_at = clock_timestamp() WHERE workspace_id = $1 AND show_id = $2")
    other = process(sale.db)
    await sale.say(said("sold 12"), lanes=other.lanes)
    await sale.do(commands.edit_item(item, total=2), lanes=other.lanes)
    await sale.do(commands.set_status("paused"), lanes=other.lanes)
    assert await sale.do(commands.set_status("active")) == "active"
    assert (await sale.fetch("SELECT status FROM shows WHERE workspace_id = $1 AND id = $2"))[0][0] == "active"
    await sale.do(commands.release(await sale.claim_id("ana", "winner")))
    assert await sale.stakes() == ([], [])
    await other.lanes.close()


async def test_a_batch_is_written_as_it_was_decided_whatever_is_decided_meanwhile(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await new_sale(db)
    sale.process = process(db, max_batch=1)
    await sale.add("12", 9)
    for who in ("ana", "ben", "cy"):
        await sale.say(said("hello", who))
    write, tried = lane.write, []

    async def write_no_more(*args: Any) -> Any:
        tried.append(args)
        if len(tried) > 1:
            raise RuntimeError("the process dies")
        return await write(*args)

    monkeypatch.setattr(lane, "write", write_no_more)
    works = [sale.say(said("sold 12")), sale.say(said("sold 12", "ben")), sale.say(said("pass 12"))]
    first, *others = await asyncio.gather(*works, return_exceptions=True)
    assert not isinstance(first, BaseException)
    assert [claim["status"] for claim in first[0].claims] == ["winner"]
    assert all(isinstance(other, InvariantError) for other in others)
    assert await sale.stakes() == ([("ana", 1)], [])
    monkeypatch.undo()
    await sale.assert_clean()
    await sale.say(said("hello", "cy"))
    await sale.assert_clean()
    await sale.lanes.close()
