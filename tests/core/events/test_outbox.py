"""The outbox: numbers without gaps, partitions made ahead and dropped when old."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dibs.db import Database
from dibs.events import outbox
from dibs.events.hub import Hub
from dibs.events.keeper import AHEAD_DAYS, maintain, partition_name
from dibs.events.model import Event, Position, parse_position
from dibs.ids import uuid7

from .conftest import Topic, collect, numbered

OLD = """
INSERT INTO outbox (workspace_id, topic, seq, partition, type, payload, created_at)
VALUES ($1, $2, $3, 0, 'thing.done', json_build_object('n', $3::bigint), $4)
"""


async def test_numbers_have_no_gap_however_many_write(topic: Topic) -> None:
    await asyncio.gather(*(topic.write(3) for _ in range(20)))
    start = Position((await topic.where()).epoch, 0)
    page = await outbox.read_after(topic.db, topic.workspace_id, topic.name, start.seq)
    assert (page.epoch, page.first_seq, len(page.events), page.last_seq, page.gap) == (
        start.epoch,
        1,
        60,
        60,
        False,
    )


async def test_payload_bytes_come_back_as_they_went_in(topic: Topic, db: Database) -> None:
    data = '{"text":"a\\nb\\r\\u0000 \u2028 ขาย 賣 🙂","n":1.50}'.encode()
    async with db.hot_connection() as connection:
        await outbox.append(connection, topic.workspace_id, topic.name, [Event("comment.received", data)])
    page = await outbox.read_after(db, topic.workspace_id, topic.name, 0)
    assert page.events == [Event("comment.received", data)]


@pytest.mark.parametrize("kind", ["", "a\nb", "a\rdata: x", "ความ"])
async def test_a_type_that_could_forge_a_line_is_refused(topic: Topic, db: Database, kind: str) -> None:
    async with db.hot_connection() as connection:
        with pytest.raises(ValueError, match="event type"):
            await outbox.append(connection, topic.workspace_id, topic.name, [Event(kind, b"{}")])


async def test_pages_follow_one_another(topic: Topic) -> None:
    await topic.write(12)
    page = await outbox.read_after(topic.db, topic.workspace_id, topic.name, 5, limit=4)
    assert (page.first_seq, len(page.events), page.last_seq) == (6, 4, 12)


async def test_an_unknown_topic_has_an_empty_page(db: Database, topic: Topic) -> None:
    page = await outbox.read_after(db, topic.workspace_id, "show:none", 0)
    assert (page.epoch, page.events) == ("", ())


@pytest.mark.parametrize("text", ["", "7", "abc", "a:b", "a:-1", "a:1:2", "a: 1", "a:१", "a:" + "9" * 19, "a\n:1"])
def test_a_malformed_position_is_nowhere(text: str) -> None:
    assert parse_position(text).epoch == ""


def test_a_position_survives_its_text() -> None:
    assert parse_position(str(Position("a0-_Z", 12))) == Position("a0-_Z", 12)


async def _partitions(db: Database) -> set[str]:
    rows = await db.hot_fetch(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'outbox'::regclass"
    )
    return {row["name"] for row in rows}


async def test_partitions_are_made_ahead_and_old_ones_dropped(db: Database, topic: Topic, hub: Hub) -> None:
    today = datetime.now(UTC).date()
    start = await topic.where()
    for age in (9, 8, 3):
        await maintain(db, keep_days=100, today=today - timedelta(days=age))
    for seq, age in enumerate((9, 8, 3), start=1):
        await db.hot_fetch(OLD, topic.workspace_id, topic.name, seq, datetime.now(UTC) - timedelta(days=age))
    await db.hot_fetch("UPDATE topics SET last_seq = 3 WHERE topic = $1", topic.name)
    await asyncio.gather(*(maintain(db, keep_days=7, today=today) for _ in range(3)))
    names = await _partitions(db)
    assert {partition_name(today + timedelta(days=n)) for n in range(AHEAD_DAYS + 1)} <= names
    assert partition_name(today - timedelta(days=8)) not in names
    assert partition_name(today - timedelta(days=3)) in names
    assert (await collect(topic.listen(hub, start))).notices == ["reset gap"]
    assert (await collect(topic.listen(hub, Position(start.epoch, 2)), upto=3)).numbers == [3]


async def test_a_day_that_already_stands_in_the_default_partition_stays_there(db: Database, topic: Topic) -> None:
    await topic.write(3)
    await maintain(db)
    await topic.write(1)
    page = await outbox.read_after(db, topic.workspace_id, topic.name, 0)
    assert [event.data for event in page.events] == [event.data for event in numbered(1, 4)]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert partition_name(tomorrow) in await _partitions(db)


async def test_reading_after_a_position_uses_the_key(db: Database, topic: Topic) -> None:
    await maintain(db)
    await topic.write(2000)
    await db.hot_fetch("ANALYZE outbox")
    plan = await db.hot_fetch(
        "EXPLAIN SELECT seq, type, payload FROM outbox WHERE workspace_id = $1 AND topic = $2 AND seq > $3"
        " ORDER BY seq LIMIT 500",
        topic.workspace_id,
        topic.name,
        1990,
    )
    text = "\n".join(row[0] for row in plan)
    assert f"Seq Scan on {partition_name(datetime.now(UTC).date())}" not in text
    assert "Index Scan" in text


async def test_a_transaction_tells_several_topics_at_once_each_without_a_gap(db: Database) -> None:
    workspace_id = uuid7()
    told = {f"{name}:x": [Event(f"{name}.{n}", b"{}") for n in range(count)] for name, count in (("b", 2), ("a", 1))}
    for turn in range(3):
        async with db.hot_connection() as connection, connection.transaction():
            places = await outbox.append_all(connection, workspace_id, told)
        assert {topic: place.seq for topic, place in places.items()} == {"a:x": turn + 1, "b:x": 2 * turn + 1}
    page = await outbox.read_after(db, workspace_id, "b:x", 0)
    assert [event.type for event in page.events] == ["b.0", "b.1"] * 3 and not page.gap
    assert page.epoch == places["b:x"].epoch
