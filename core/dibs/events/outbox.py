"""Reading and writing the outbox, the one true sequence of each topic's events.

The number of an event is taken under the topic's row in the writer's own transaction, so numbers have no
gaps and committed rows are always a prefix: whoever sees number n sees every number before it.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import attrs

from dibs.errors import UnavailableError
from dibs.events.model import Event, Position, TopicKey

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

PARTITIONS = 64
"""Values of the column `partition`, by which outside readers (Centrifugo, brokers) share the work."""

_APPEND = """
WITH head AS (
    INSERT INTO topics (workspace_id, topic, epoch, last_seq) VALUES ($1, $2, $3, $4)
    ON CONFLICT (workspace_id, topic) DO UPDATE SET last_seq = topics.last_seq + $4
    RETURNING epoch, last_seq - $4 AS base
), written AS (
    INSERT INTO outbox (workspace_id, topic, seq, partition, type, payload, created_at)
    SELECT $1, $2, head.base + e.n, $5, e.type, e.payload::json, clock_timestamp()
    FROM head, unnest($6::text[], $7::text[]) WITH ORDINALITY AS e (type, payload, n)
)
SELECT epoch, base FROM head
"""

# The rows of topics are locked in the order of their names, whoever writes to several of them.
_APPEND_ALL = """
WITH wanted AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::int[], $5::int[]) AS w (topic, epoch, n, partition)
), head AS (
    INSERT INTO topics (workspace_id, topic, epoch, last_seq)
    SELECT $1, topic, epoch, n FROM wanted ORDER BY topic
    ON CONFLICT (workspace_id, topic) DO UPDATE SET last_seq = topics.last_seq + excluded.last_seq
    RETURNING topic, epoch, last_seq
), base AS (
    SELECT h.topic, h.epoch, h.last_seq - w.n AS base, w.partition FROM head h JOIN wanted w ON w.topic = h.topic
), written AS (
    INSERT INTO outbox (workspace_id, topic, seq, partition, type, payload, created_at)
    SELECT $1, e.topic, b.base + e.n, b.partition, e.type, e.payload::json, clock_timestamp()
    FROM unnest($6::text[], $7::int[], $8::text[], $9::text[]) AS e (topic, n, type, payload)
    JOIN base b ON b.topic = e.topic
)
SELECT topic, epoch, base FROM base
"""

_READ = """
SELECT t.epoch, t.last_seq, o.seq, o.type, o.payload
FROM topics t LEFT JOIN LATERAL (
    SELECT seq, type, payload::text AS payload FROM outbox
    WHERE workspace_id = $1 AND topic = $2 AND seq > $3 ORDER BY seq LIMIT $4
) o ON true
WHERE t.workspace_id = $1 AND t.topic = $2
ORDER BY o.seq
"""

_ENSURE = """
INSERT INTO topics (workspace_id, topic, epoch) VALUES ($1, $2, $3)
ON CONFLICT (workspace_id, topic) DO UPDATE SET last_seq = topics.last_seq RETURNING epoch, last_seq
"""

_POSITION = "SELECT epoch, last_seq FROM topics WHERE workspace_id = $1 AND topic = $2"

_POSITIONS = """
SELECT workspace_id, topic, epoch, last_seq FROM topics
WHERE (workspace_id, topic) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
"""


@attrs.frozen
class Page:
    """What the outbox holds after a place: consecutive events, and where the topic stands by now.

    `gap` is True when events directly after that place are gone (their partition was dropped) or never were.
    """

    epoch: str
    last_seq: int
    first_seq: int
    events: Sequence[Event]
    gap: bool


def new_epoch() -> str:
    """Random text for a new topic."""
    return secrets.token_hex(6)


def partition_of(topic: str) -> int:
    """The value of the column `partition` for a topic, the same for all its events: by the id in its name."""
    try:
        return UUID(topic.rpartition(":")[2]).int % PARTITIONS
    except ValueError:
        return zlib.crc32(topic.encode()) % PARTITIONS


async def append(connection: RawConnection, workspace_id: UUID, topic: str, events: Sequence[Event]) -> Position:
    """Write events in the caller's transaction, in one statement.

    The topic's row stays locked until that transaction ends, so call it last. After the commit hand the same
    events to `Hub.publish`.

    :return: epoch of the topic and number of the **first** of the events.
    """
    types = [_type(event) for event in events]
    payloads = [event.data.decode() for event in events]
    row = await connection.fetchrow(
        _APPEND, workspace_id, topic, new_epoch(), len(events), partition_of(topic), types, payloads
    )
    assert row is not None
    return Position(row["epoch"], row["base"] + 1)


async def append_all(
    connection: RawConnection, workspace_id: UUID, told: Mapping[str, Sequence[Event]]
) -> dict[str, Position]:
    """`append` for several topics by one statement; where the first event of each stands."""
    topics = sorted(told)
    heads = [new_epoch() for _ in topics], [len(told[topic]) for topic in topics], [partition_of(one) for one in topics]
    events = [(topic, n, event) for topic in topics for n, event in enumerate(told[topic], start=1)]
    rows = await connection.fetch(
        _APPEND_ALL, workspace_id, topics, *heads, [topic for topic, _, _ in events], [n for _, n, _ in events],
        [_type(event) for _, _, event in events], [event.data.decode() for _, _, event in events],
    )  # fmt: skip
    return {row["topic"]: Position(row["epoch"], row["base"] + 1) for row in rows}


async def read_after(db: Database, workspace_id: UUID, topic: str, seq: int, limit: int = 500) -> Page:
    """The events after `seq`, at most `limit` of them; an empty page with epoch "" if there is no such
    topic."""
    rows = await _fetch(db, _READ, workspace_id, topic, seq, limit)
    if not rows:
        return Page("", 0, seq + 1, (), gap=seq > 0)
    epoch, last_seq, first = rows[0]["epoch"], rows[0]["last_seq"], rows[0]["seq"]
    if first is None:
        return Page(epoch, last_seq, seq + 1, (), gap=last_seq != seq)
    events = [Event(row["type"], row["payload"].encode()) for row in rows]
    return Page(epoch, last_seq, first, events, gap=first != seq + 1)


async def position(db: Database, workspace_id: UUID, topic: str) -> Position:
    """Where the topic stands; the topic is made if it does not exist yet, so that its epoch is known from
    now on."""
    rows = await _fetch(db, _POSITION, workspace_id, topic)
    if not rows:
        rows = await _fetch(db, _ENSURE, workspace_id, topic, new_epoch())
    return Position(rows[0]["epoch"], rows[0]["last_seq"])


async def positions(db: Database, keys: Sequence[TopicKey]) -> dict[TopicKey, Position]:
    """Where each of these topics stands, by one query."""
    rows = await _fetch(db, _POSITIONS, [key[0] for key in keys], [key[1] for key in keys])
    return {(row["workspace_id"], row["topic"]): Position(row["epoch"], row["last_seq"]) for row in rows}


def _type(event: Event) -> str:
    if not event.type or not event.type.isascii() or not event.type.isprintable():
        raise ValueError(f"an event type is a printable ASCII word, not {event.type!r}")
    return event.type


async def _fetch(db: Database, sql: str, *args: Any) -> Sequence[asyncpg.Record]:
    try:
        return await db.hot_fetch(sql, *args)
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresError) as error:
        raise UnavailableError(f"The outbox can't be read now: {error}") from error
