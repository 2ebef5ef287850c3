"""Asking for the comments of a broadcast: nothing is missed, whatever the platform does meanwhile."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from dibs.lane.keys import comment_key
from dibs.meta.live_comments import comment_of
from dibs.models.comments import Author
from dibs.platforms import Account, RefusedError, SourceBatch, TryAgainError, WebhookRequest
from dibs_instagram import asking, source, walking
from dibs_instagram.heard import Heard
from dibs_instagram.pace import LONGEST, SHORTEST, USUAL, Pace
from dibs_instagram.platform import InstagramPlatform
from dibs_meta_simulator.model.lives import LiveMedia
from dibs_meta_simulator.serving import Running
from dibs_meta_simulator.webhooks.changes import live_comment_value

from .conftest import stream
from .odd_server import Asked, OddServer
from .payloads import body, changes

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def live(meta: Running) -> LiveMedia:
    return meta.world.lives.start_instagram(meta.seed.account.id)


def write(meta: Running, live: LiveMedia, *texts: str, **more: Any) -> list[str]:
    return [meta.world.lives.comment(live.id, "Ana Buys", text, **more).id for text in texts]


async def read(batches: AsyncIterator[SourceBatch], comments: int, then: Callable[[], object] = list) -> list[Any]:
    """The batches until so many comments were read."""
    got: list[SourceBatch] = []
    async with asyncio.timeout(20), aclosing(batches) as opened:  # type: ignore[type-var]
        async for batch in opened:
            got.append(batch)
            if sum(len(one.comments) for one in got) >= comments:
                break
    then()
    return got


def texts(batches: list[SourceBatch]) -> list[str]:
    return [comment.text for batch in batches for comment in batch.comments]


async def test_what_is_on_the_air_is_found(
    meta: Running, adapter: InstagramPlatform, account: Account, live: LiveMedia
) -> None:
    [found] = await adapter.lives(account)
    assert (found.live_id, found.status, found.title) == (live.id, "live", "@loja_demo")
    assert found.started_at and found.seller_ids == (account.account_id,)
    assert await adapter.live(account, live.id) == found
    meta.world.lives.end(live.id)
    assert await adapter.lives(account) == []
    with pytest.raises(RefusedError) as gone:
        await adapter.live(account, live.id)
    assert gone.value.reason == "gone"


def test_ids_in_what_is_pasted(adapter: InstagramPlatform) -> None:
    assert adapter.live_id_in(" 18000000000000001 ") == "18000000000000001"
    assert adapter.live_id_in("https://www.instagram.com/loja_demo/live/18000000000000001/?x=1") == "18000000000000001"
    assert adapter.live_id_in("instagram.com/loja_demo/live?media_id=18000000000000001") == "18000000000000001"
    for text in (
        "",
        "12",
        "a" * 20,
        "https://www.instagram.com/loja_demo/live/",
        "https://www.instagram.com/shop18000000000000001/",
        "https://instagram.com.example/18000000000000001",
        "https://example.com/18000000000000001",
    ):
        assert adapter.live_id_in(text) is None


async def test_comments_come_oldest_first_each_once_and_then_the_end(
    meta: Running, adapter: InstagramPlatform, account: Account, live: LiveMedia
) -> None:
    first = write(meta, live, *(f"sold {n}" for n in range(60)))
    batches = adapter.comments(stream(account, live.id))
    got = [await anext(batches)]
    assert [comment.comment_id for comment in got[0].comments] == first
    assert {comment.author for comment in got[0].comments} == {
        Author(meta.world.lives.viewer(live.id, "Ana Buys").id, "ana_buys")
    }
    second = write(meta, live, "sold 60", "sold 61")
    meta.world.lives.comment(live.id, meta.world.lives.host(live.id), "hello")
    while sum(len(batch.comments) for batch in got) < 63:
        got.append(await anext(batches))
    assert [comment.comment_id for batch in got for comment in batch.comments][:62] == first + second
    assert [comment.from_seller for batch in got for comment in batch.comments] == [False] * 62 + [True]
    meta.world.lives.end(live.id)
    rest = [batch async for batch in batches]
    assert [(batch.ended, batch.comments) for batch in rest] == [(True, ())]


async def test_it_goes_on_where_the_process_before_stopped(
    meta: Running, adapter: InstagramPlatform, account: Account, live: LiveMedia
) -> None:
    write(meta, live, "old", at=meta.world.clock.now() - 60)
    known = write(meta, live, "one", "two")
    [batch] = await read(adapter.comments(stream(account, live.id)), 3)
    meta.world.lives.delete(known[-1])  # the way back to the last one that was read is gone
    missed = write(meta, live, *(f"missed {n}" for n in range(120)))
    [batch] = await read(adapter.comments(stream(account, live.id, position=batch.position)), 120)
    assert [comment.comment_id for comment in batch.comments] == missed


async def test_silence_shows_signs_of_life(
    adapter: InstagramPlatform, account: Account, live: LiveMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "SIGN_OF_LIFE_SECONDS", 0.05)
    batches = adapter.comments(stream(account, live.id))
    got = [await anext(batches) for _ in range(3)]
    assert [(batch.comments, batch.position, batch.ended) for batch in got] == [((), None, False)] * 3


async def test_one_that_shows_up_behind_younger_ones_is_heard(
    meta: Running, adapter: InstagramPlatform, by_page: Account, live: LiveMedia
) -> None:
    batches = adapter.comments(stream(by_page, live.id))
    write(meta, live, "young")
    assert texts([await anext(batches)]) == ["young"]
    write(meta, live, "late", at=meta.world.clock.now() - 8)
    assert texts([await anext(batches)]) == ["late"]


async def test_many_of_one_second_over_several_pages(
    meta: Running, adapter: InstagramPlatform, by_page: Account, live: LiveMedia
) -> None:
    at = meta.world.clock.now() - 5
    written = write(meta, live, *(str(n) for n in range(170)), at=at)
    [batch] = await read(adapter.comments(stream(by_page, live.id)), 170)
    assert [comment.comment_id for comment in batch.comments] == written


class Paged:
    """A list of comments behind `odd`, newest first, three to a page; a test may play tricks with its cursors."""

    def __init__(self, odd: OddServer, count: int) -> None:
        self.ids = [str(n) for n in range(count, 0, -1)]
        self.stale: dict[str, tuple[int, Any]] = {}
        odd.on("/live_media", self._live)
        odd.on("/7/comments", self._page)

    def _list(self, start: int) -> dict[str, Any]:
        rows = [
            {"id": one, "text": one, "timestamp": f"2026-01-01T00:{int(one) // 60:02}:{int(one) % 60:02}+0000"}
            for one in self.ids[start : start + 3]
        ]
        paging: dict[str, Any] = {"cursors": {"after": str(start + 3)}}
        more = {"next": f"http://elsewhere/?after={start + 3}"} if start + 3 < len(self.ids) else {}
        return {"data": rows, "paging": paging | more}

    def _live(self, asked: Asked) -> tuple[int, Any]:
        return 200, {"data": [{"id": "7", "comments": self._list(0)}]}

    def _page(self, asked: Asked) -> tuple[int, Any]:
        after = asked.query.get("after", "0")
        return self.stale.pop(after, None) or (200, self._list(int(after)))


async def test_a_cursor_that_is_refused_costs_nothing(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    paged = Paged(odd, 20)
    paged.stale["9"] = (400, {"error": {"code": 100, "message": "(#100) Invalid cursor"}})
    paged.stale["6"] = (200, {"data": [], "paging": {"cursors": {"after": "6"}, "next": "http://elsewhere/?after=6"}})
    [batch] = await read(adapter_for().comments(stream(by_page, "7")), 20)
    assert texts([batch]) == [str(n) for n in range(1, 21)]


async def test_what_a_cursor_leaves_out_is_found_when_it_is_gone_through_again(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "SWEEP_SECONDS", 0.05)
    paged = Paged(odd, 20)
    paged.stale["9"] = (200, paged._list(12))  # its comment was deleted, and the next page begins too late
    got = await read(adapter_for().comments(stream(by_page, "7")), 20)
    assert [len(batch.comments) for batch in got if batch.comments] == [17, 3]
    assert set(texts(got)) == {str(n) for n in range(1, 21)}


async def test_a_webhook_and_an_answer_tell_of_the_same_comment(
    meta: Running, adapter: InstagramPlatform, account: Account, live: LiveMedia
) -> None:
    written = meta.world.lives.comment(live.id, "Ana Buys", "sold 12")
    [batch] = await read(adapter.comments(stream(account, live.id)), 1)
    payload = changes(live_comment_value(live, written), id=account.account_id)
    [news] = adapter.decode(WebhookRequest(body(payload), received_at=datetime.now(UTC))).news
    [asked], [told] = batch.comments, news.batch.comments
    assert comment_key(asked) == comment_key(told) == f"instagram:{written.id}"
    assert (asked.author, asked.text, asked.live_id) == (told.author, told.text, told.live_id)
    assert news.account_id == account.account_id and news.live_id == live.id


async def test_hidden_authors_stickers_and_what_can_not_be_read(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    good = {"id": "1", "text": "a", "timestamp": "2026-01-01T00:07:00+0000", "username": "ana"}
    sticker = {"id": 2, "from": {"id": "9", "username": "bo"}, "timestamp": "2026-01-01T00:06:00+0000"}
    listed = [good, sticker, None, {"text": "no id"}, {"id": "3", "text": {}}, "?"]
    odd.on("/live_media", (200, {"data": [None, {}, {"id": "7", "comments": {"data": listed}}]}))
    [batch] = await read(adapter_for().comments(stream(by_page, "7")), 2)
    assert [(comment.text, comment.author) for comment in batch.comments] == [("", Author("9", "bo")), ("a", None)]


async def test_damaged_answers_cost_no_more_than_what_is_damaged(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    rows = [{"id": str(n), "text": "sold 12", "from": {"id": "9", "username": "ana"}} for n in range(3)]
    listed = {"data": rows, "paging": {"cursors": {"after": "QVFC"}, "next": "http://elsewhere/?after=QVFC"}}
    whole = {"data": [{"id": "8", "timestamp": "2026-01-01T00:00:00+0000", "username": "x", "comments": listed}]}
    rubbish: tuple[Any, ...] = (None, [], {}, "", "\x00", -1, 1e300, 10**30, True, [[]], {"data": 5}, "9" * 400)
    adapter, dice = adapter_for(), Random(7)
    for _ in range(150):
        damaged = copy.deepcopy(whole)
        for _ in range(dice.randint(1, 3)):
            node, key = dice.choice(list(places(damaged)))
            node[key] = dice.choice(rubbish)
        damaged["data"] = [*(damaged["data"] if isinstance(damaged["data"], list) else []), {"id": "7"}]
        odd.on("/live_media", (200, damaged))
        assert "7" in [found.live_id for found in await adapter.lives(by_page)]


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a payload that can be damaged."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    for key in keys:
        yield node, key
        yield from places(node[key])


async def test_what_passes_soon_is_sat_out(
    meta: Running, adapter: InstagramPlatform, by_page: Account, live: LiveMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "backoff", lambda tries, first: 0.01)
    written = write(meta, live, *(str(n) for n in range(20)))
    meta.world.faults.set("reset", calls=1)
    meta.world.faults.set("html", calls=1)
    meta.world.faults.set("error", code=2, calls=1)
    [batch] = await read(adapter.comments(stream(by_page, live.id)), 20)
    assert len(batch.comments) == len(written)


async def test_answers_get_smaller_when_the_platform_wants_it(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "backoff", lambda tries, first: 0.01)
    less = (500, {"error": {"code": 1, "message": "Please reduce the amount of data you're asking for, then retry"}})
    odd.on("/live_media", less, less, (200, {"data": [{"id": "7", "comments": {"data": [{"id": "1"}]}}]}))
    await read(adapter_for().comments(stream(by_page, "7")), 1)
    asked = [one.query["fields"].partition("comments.limit(")[2].partition(")")[0] for one in odd.asked]
    assert asked == ["50", "25", "12"]


async def test_a_limit_is_for_the_core_to_wait_for(
    meta: Running, adapter: InstagramPlatform, by_page: Account, live: LiveMedia
) -> None:
    meta.world.faults.set("error", code=80002)
    with pytest.raises(TryAgainError) as limited:
        await read(adapter.comments(stream(by_page, live.id)), 1)
    assert limited.value.scope == "account" and (limited.value.retry_after or 0) > 60
    meta.world.faults.clear()
    before = len(meta.world.calls.recent)
    with pytest.raises(TryAgainError):  # and meanwhile nobody calls
        await adapter.lives(by_page)
    assert len(meta.world.calls.recent) == before


@pytest.mark.parametrize(("subcode", "reason"), [(463, "token"), (460, "token"), (458, "removed"), (459, "login")])
async def test_a_dead_token_stops_the_reading(
    meta: Running, adapter: InstagramPlatform, account: Account, live: LiveMedia, subcode: int, reason: str
) -> None:
    meta.world.faults.set("error", code=190, subcode=subcode)
    with pytest.raises(RefusedError) as refused:
        await read(adapter.comments(stream(account, live.id)), 1)
    assert refused.value.reason == reason


async def test_comments_that_are_left_out_are_a_missing_permission(
    meta: Running, adapter: InstagramPlatform, account: Account, live: LiveMedia
) -> None:
    write(meta, live, "sold 12")
    for scope in ("instagram_manage_comments", "instagram_business_manage_comments"):
        for who in (meta.seed.user.id, account.account_id):
            meta.world.tokens.withdraw(who, scope)
    with pytest.raises(RefusedError) as refused:
        await read(adapter.comments(stream(account, live.id)), 1)
    assert refused.value.reason == "permission"


async def test_comments_that_are_left_out_are_asked_for_alone(
    meta: Running, adapter: InstagramPlatform, by_page: Account, live: LiveMedia
) -> None:
    meta.world.faults.set("no_comments_key")
    write(meta, live, "sold 12")
    assert texts(await read(adapter.comments(stream(by_page, live.id)), 1)) == ["sold 12"]


async def test_left_out_and_empty_is_told_after_some_looks(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    odd.on("/live_media", (200, {"data": [{"id": "7"}]}))
    odd.on("/7/comments", (200, {"data": []}))
    with pytest.raises(RefusedError) as refused:
        await read(adapter_for().comments(stream(by_page, "7")), 1)
    assert refused.value.reason == "permission" and len(odd.calls("/7/comments")) == 3


async def test_one_answer_without_the_broadcast_is_not_the_end(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    here = (200, {"data": [{"id": "7", "comments": {"data": [{"id": "1", "text": "a"}]}}]})
    more = (200, {"data": [{"id": "7", "comments": {"data": [{"id": "2", "text": "b"}, {"id": "1", "text": "a"}]}}]})
    odd.on("/live_media", here, (200, {"data": []}), more, (200, {"data": []}))
    got = [batch async for batch in adapter_for().comments(stream(by_page, "7"))]
    assert texts(got) == ["a", "b"] and [batch.ended for batch in got] == [False, False, True]


async def test_several_answers_without_the_broadcast_in_a_short_time_are_not_the_end(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "UNSEEN_SECONDS", 60.0)
    here = (200, {"data": [{"id": "7", "comments": {"data": [{"id": "1", "text": "a"}]}}]})
    more = (200, {"data": [{"id": "7", "comments": {"data": [{"id": "2", "text": "b"}, {"id": "1", "text": "a"}]}}]})
    odd.on("/live_media", here, *[(200, {"data": []})] * 6, more)
    assert texts(await read(adapter_for().comments(stream(by_page, "7")), 2)) == ["a", "b"]


NO_EDGE = (400, {"error": {"code": 100, "message": "(#100) Tried accessing nonexisting field (live_media)"}})
GONE = (400, {"error": {"code": 100, "error_subcode": 33, "message": "Unsupported get request."}})


async def test_an_account_that_is_told_of_under_its_id_alone(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_itself: Account
) -> None:
    odd.on("/me/live_media", NO_EDGE)
    odd.on(f"/{by_itself.account_id}/live_media", (200, {"data": [{"id": "7"}]}))
    [found] = await adapter_for().lives(by_itself)
    assert found.live_id == "7"


async def test_where_broadcasts_are_not_told_comments_are_asked_for_alone(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_itself: Account
) -> None:
    odd.on("live_media", NO_EDGE)
    odd.on("/7/comments", (200, {"data": [{"id": "1", "text": "a"}]}), GONE)
    adapter = adapter_for()
    with pytest.raises(RefusedError) as untold:
        await adapter.lives(by_itself)
    assert untold.value.reason == "unsupported" and (await adapter.live(by_itself, "7")).live_id == "7"
    got = [batch async for batch in adapter.comments(stream(by_itself, "7"))]
    assert texts(got) == ["a"] and got[-1].ended


async def test_where_nothing_can_be_asked_the_webhook_is_left_alone(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_itself: Account
) -> None:
    odd.on("live_media", NO_EDGE)
    odd.on("/7/comments", *[GONE] * 4, (200, {"data": [{"id": "1", "text": "at last"}]}))
    assert texts(await read(adapter_for().comments(stream(by_itself, "7")), 1)) == ["at last"]


async def test_the_end_in_the_midst_of_paging_loses_nothing_that_was_read(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    listed = {"data": [{"id": str(n), "text": str(n)} for n in range(50)], "paging": {"cursors": {"after": "QVFC"}}}
    odd.on("/live_media", (200, {"data": [{"id": "7", "comments": listed}]}), (200, {"data": []}))
    odd.on("/7/comments", GONE)
    got = [batch async for batch in adapter_for().comments(stream(by_page, "7"))]
    assert len(texts(got)) == 50 and got[-1].ended


async def test_the_next_address_is_not_followed(
    odd: OddServer, adapter_for: Callable[..., InstagramPlatform], by_page: Account
) -> None:
    def page(asked: Asked) -> tuple[int, Any]:
        return 200, {"data": [{"id": "2", "text": asked.query["after"]}], "paging": {"cursors": {"after": "X"}}}

    evil = {"cursors": {"after": "QVFC"}, "next": "http://169.254.169.254/?access_token=EAAFAKE&after=no"}
    odd.on("/live_media", (200, {"data": [{"id": "7", "comments": {"data": [{"id": "1"}], "paging": evil}}]}))
    odd.on("/7/comments", page)
    [batch] = await read(adapter_for().comments(stream(by_page, "7")), 2)
    assert {comment.text for comment in batch.comments} == {"", "QVFC"}
    assert all("access_token" not in one.query for one in odd.asked)


def test_a_damaged_position_is_none() -> None:
    for position in ({}, {"until": "?", "ids": 5}, {"until": -1, "ids": [None, {}]}, {"ids": ["1"]}):
        Heard.from_position(position)
    future = Heard()
    assert future.add([]) is None


async def test_a_time_in_the_future_hides_nothing_after_a_restart(
    meta: Running, adapter: InstagramPlatform, by_page: Account, live: LiveMedia
) -> None:
    write(meta, live, "from the future", at=meta.world.clock.now() + 86_400)
    [batch] = await read(adapter.comments(stream(by_page, live.id)), 1)
    assert batch.position is not None
    assert datetime.fromisoformat(batch.position["until"]) < datetime.now(UTC) + timedelta(minutes=1)
    write(meta, live, "from now")
    [batch] = await read(adapter.comments(stream(by_page, live.id, position=batch.position)), 1)
    assert "from now" in texts([batch])


def test_memory_stays_flat() -> None:
    heard, now = Heard(), datetime.now(UTC)
    for start in range(0, 20_000, 50):
        page = [
            comment_of({"id": str(n), "text": "sold 12"}, live_id="7", seller_ids=(), otherwise_at=now)
            for n in range(start, start + 50)
        ]
        position = heard.add([comment for comment in page if heard.is_new(comment)])
    assert position is not None and len(position["ids"]) == 100
    assert len(heard._known) == 5_000


def test_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    pace = Pace(quiet=3)
    assert [pace.after(0) for _ in range(6)][-1] == 3
    assert [pace.after(5) for _ in range(6)][-1] == pytest.approx(USUAL, abs=0.1)
    assert [pace.after(50) for _ in range(6)][-1] == SHORTEST
    assert pace.after(20) == SHORTEST and pace.after(0, strain=20) <= LONGEST
