"""How far a stream was read is written with its comments, and only by who holds its lease."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.errors import StaleReaderError
from dibs.ids import uuid7
from dibs.lane.marks import StreamMark
from dibs.lane.work import CommentOutcome
from dibs.models.comments import IncomingComment

from .sale import START, Sale, process, said


@attrs.frozen
class Stream:
    """A stream of a sale, and what a reader would say of it."""

    sale: Sale
    id: UUID

    def mark(self, fence: int = 1, position: dict[str, Any] | None = None, viewers: int | None = None) -> StreamMark:
        return StreamMark(self.id, fence, position, viewers)

    async def say(self, *comments: IncomingComment, mark: StreamMark, lanes: Any = None) -> list[CommentOutcome]:
        ids = self.sale.workspace_id, self.sale.show_id
        return list((await (lanes or self.sale.lanes).ingest(*ids, comments, mark=mark)).outcomes)

    async def row(self) -> dict[str, Any]:
        rows = await self.sale.fetch(
            "SELECT * FROM streams WHERE workspace_id = $1 AND show_id = $2 AND id = $3", self.id
        )
        return {**rows[0], "position": orjson.loads(rows[0]["position"])}

    async def taken_over(self) -> None:
        await self.sale.db.hot_fetch(
            "UPDATE stream_leases SET fence = fence + 1, owner = 'other' WHERE workspace_id = $1 AND stream_id = $2",
            self.sale.workspace_id,
            self.id,
        )


async def new_stream(sale: Sale, live_id: str = "live") -> Stream:
    stream = Stream(sale, uuid7())
    ids = sale.workspace_id, stream.id
    await sale.db.hot_fetch(
        "INSERT INTO streams (workspace_id, id, show_id, platform, live_id) VALUES ($1, $2, $3, 'facebook', $4)",
        *ids,
        sale.show_id,
        live_id,
    )
    await sale.db.hot_fetch(
        "INSERT INTO stream_leases (workspace_id, stream_id, owner, fence, expires_at)"
        " VALUES ($1, $2, 'me', 1, now() + interval '1 hour')",
        *ids,
    )
    return stream


async def stored(sale: Sale) -> list[str]:
    rows = await sale.fetch("SELECT comment_id FROM comments WHERE workspace_id = $1 AND show_id = $2 ORDER BY 1")
    return [row[0] for row in rows]


async def test_comments_come_with_the_position_after_them(sale: Sale) -> None:
    await sale.add("12", 5)
    stream = await new_stream(sale)
    heard = [said("sold 12", key="a", second=1), said("hello", "ben", key="b", second=2)]
    await stream.say(*heard, mark=stream.mark(position={"after": "b"}, viewers=7))
    row = await stream.row()
    assert (row["position"], row["comments_seen"], row["viewers"]) == ({"after": "b"}, 2, 7)
    assert row["last_comment_at"] == START + timedelta(seconds=2)
    assert row["last_look_at"] is not None


async def test_a_comment_heard_twice_is_seen_once_and_the_position_moves_on(sale: Sale) -> None:
    stream = await new_stream(sale)
    await stream.say(said("hello", key="a"), mark=stream.mark(position={"n": 1}))
    again = await stream.say(said("hello", key="a"), mark=stream.mark(position={"n": 2}))
    assert [one.verdict for one in again] == ["duplicate"]
    await stream.say(mark=stream.mark(position={"n": 3}))
    row = await stream.row()
    assert (row["position"], row["comments_seen"]) == ({"n": 3}, 1)


async def test_without_a_position_it_stays(sale: Sale) -> None:
    stream = await new_stream(sale)
    await stream.say(said("hello", key="a"), mark=stream.mark(position={"n": 1}, viewers=3))
    await stream.say(said("hello", key="b"), mark=stream.mark())
    row = await stream.row()
    assert (row["position"], row["comments_seen"], row["viewers"]) == ({"n": 1}, 2, 3)


async def test_of_a_reader_that_was_replaced_nothing_is_written(sale: Sale) -> None:
    stream = await new_stream(sale)
    await stream.say(said("hello", key="a"), mark=stream.mark(position={"n": 1}))
    await stream.taken_over()
    for comments in ([said("sold 12", key="b")], [said("hello", key="a")], []):
        with pytest.raises(StaleReaderError):
            await stream.say(*comments, mark=stream.mark(position={"n": 9}))
    assert await stored(sale) == ["a"]
    assert (await stream.row())["position"] == {"n": 1}
    await stream.say(said("sold 12", key="b"), mark=stream.mark(2, {"n": 2}))
    assert (await stream.row())["position"] == {"n": 2}


async def test_a_replaced_reader_does_not_harm_those_in_the_same_batch(sale: Sale) -> None:
    stream, other = await new_stream(sale), await new_stream(sale, "elsewhere")
    await sale.say(said("hello", key="first"))
    await stream.taken_over()
    results = await asyncio.gather(
        sale.say(said("hello", key="a")),
        stream.say(said("hello", key="b"), mark=stream.mark(1, {"n": 1})),
        other.say(said("hello", key="c"), mark=other.mark(1, {"n": 2})),
        stream.say(said("hello", key="d"), mark=stream.mark(2, {"n": 3})),
        return_exceptions=True,
    )
    assert [isinstance(one, StaleReaderError) for one in results] == [False, True, False, False]
    assert await stored(sale) == ["a", "c", "d", "first"]
    assert [(await one.row())["position"] for one in (stream, other)] == [{"n": 3}, {"n": 2}]


async def test_a_delivery_of_many_pieces_moves_the_position_with_the_last(sale: Sale) -> None:
    sale.lanes.max_batch = 10
    stream = await new_stream(sale)
    many = [said("hello", f"b{n}", key=f"{n:03}") for n in range(35)]
    outcomes = await stream.say(*many, mark=stream.mark(position={"n": 35}))
    assert [one.comment_no for one in outcomes] == list(range(1, 36))
    row = await stream.row()
    assert (row["position"], row["comments_seen"]) == ({"n": 35}, 35)


async def test_marks_travel_with_what_is_handed_to_the_owner_of_the_show(sale: Sale) -> None:
    stream, other = await new_stream(sale), process(sale.db).lanes
    await sale.say(said("hello", key="mine"))
    await sale.lanes.start()
    async with asyncio.timeout(20):
        made = await stream.say(said("hello", key="a"), mark=stream.mark(position={"n": 1}), lanes=other)
        assert [one.verdict for one in made] == ["ignored"]
        await stream.say(said("hello", key="a"), mark=stream.mark(position={"n": 2}), lanes=other)
        assert (await stream.row())["position"] == {"n": 2}
        await stream.taken_over()
        with pytest.raises(StaleReaderError):
            await stream.say(said("hello", key="b"), mark=stream.mark(position={"n": 3}), lanes=other)
    assert (await stream.row())["position"] == {"n": 2}
    assert await stored(sale) == ["a", "mine"]
    await other.close()


async def test_what_was_posted_before_the_show_began_is_stored_and_not_decided(sale: Sale) -> None:
    await sale.add("12", 5)
    heard = [said("sold 12", "ana", second=1), said("sold 12", "ben", second=9), said("nice", "cy", second=1)]
    other = process(sale.db).lanes
    await sale.lanes.start()
    for lanes in (sale.lanes, other):
        made = await lanes.ingest(
            sale.workspace_id, sale.show_id, [attrs.evolve(one, comment_id=uuid7().hex) for one in heard],
            since=START + timedelta(seconds=5),
        )  # fmt: skip
        assert [(one.verdict, one.reason) for one in made.outcomes][::2] == [
            ("stored", "not_started"),
            ("ignored", "no_claim_word"),
        ]
        assert made.outcomes[1].verdict == "claim"
    assert await sale.stakes() == ([("ben", 1)], [])
    await other.close()
