"""How far each topic was followed. A workspace that is followed has a row for the topic `*` as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

import attrs
import structlog

from dibs.events.model import TopicKey

if TYPE_CHECKING:
    from dibs.db import Pool, RawConnection

EVERYTHING = "*"
PAGE = 200
_log = structlog.get_logger("dibs.relay")

_LOCK = """
SELECT epoch, seq FROM relay_positions WHERE workspace_id = $1 AND topic = $2 FOR UPDATE SKIP LOCKED
"""
_THERE = "SELECT 1 FROM relay_positions WHERE workspace_id = $1 AND topic = $2"
_FOLLOW = """
INSERT INTO relay_positions (workspace_id, topic, epoch) VALUES ($1, $2, '') ON CONFLICT DO NOTHING RETURNING 1
"""
# What is there when a workspace is followed for the first time is not news, but for what just woke us.
_PRESENT = """
INSERT INTO relay_positions (workspace_id, topic, epoch, seq)
SELECT t.workspace_id, t.topic, t.epoch, least(w.after, t.last_seq)
FROM topics t LEFT JOIN unnest($2::text[], $3::bigint[]) AS w (topic, after) ON w.topic = t.topic
WHERE t.workspace_id = $1 ORDER BY t.topic ON CONFLICT DO NOTHING
"""
_BEGINNING = """
INSERT INTO relay_positions (workspace_id, topic, epoch) SELECT workspace_id, topic, epoch FROM topics
WHERE workspace_id = $1 AND topic = $2 ON CONFLICT DO NOTHING
"""
_HEAD = """
SELECT epoch, last_seq, (
    SELECT seq FROM outbox WHERE workspace_id = $1 AND topic = $2 AND seq > $3 ORDER BY seq LIMIT 1
) AS first
FROM topics WHERE workspace_id = $1 AND topic = $2
"""
_EVENTS = """
SELECT seq, type, payload::text AS payload, created_at FROM outbox
WHERE workspace_id = $1 AND topic = $2 AND seq > $3 AND seq <= $4 AND ($5::text[] IS NULL OR type = ANY ($5))
ORDER BY seq LIMIT $6
"""
_ADVANCE = "UPDATE relay_positions SET epoch = $3, seq = $4 WHERE workspace_id = $1 AND topic = $2"
_BEHIND = """
SELECT t.workspace_id, t.topic, t.last_seq - coalesce(p.seq, 0) AS behind
FROM relay_positions m
JOIN topics t ON t.workspace_id = m.workspace_id
LEFT JOIN relay_positions p ON p.workspace_id = t.workspace_id AND p.topic = t.topic
WHERE m.topic = '*' AND (t.last_seq <> coalesce(p.seq, 0) OR t.epoch <> coalesce(p.epoch, t.epoch))
LIMIT 1000
"""
_LIVE = """
SELECT DISTINCT s.workspace_id FROM shows s
WHERE s.status IN ('active', 'paused') AND NOT EXISTS (
    SELECT 1 FROM relay_positions p WHERE p.workspace_id = s.workspace_id AND p.topic = '*'
)
"""
_FORGET = "DELETE FROM relay_positions WHERE workspace_id = $1"


@attrs.frozen
class StoredEvent:
    """A row of the outbox."""

    seq: int
    kind: str
    payload: str
    at: datetime


@attrs.frozen
class Page:
    """What comes next in a topic: the events that somebody waits for, and where it is followed to with them."""

    epoch: str
    events: Sequence[StoredEvent]
    upto: int


async def lock(connection: RawConnection, key: TopicKey) -> tuple[str, int] | Literal["busy", "new"]:
    """Take a topic for this transaction: epoch and number up to which it was followed.

    `busy`: another process has it. `new`: nobody followed it yet.
    """
    row = await connection.fetchrow(_LOCK, *key)
    if row is not None:
        return row["epoch"], row["seq"]
    return "busy" if await connection.fetchval(_THERE, *key) else "new"


async def begin(pool: Pool, key: TopicKey, woken: Mapping[str, int]) -> bool:
    """Follow a topic from now on; a topic that is younger than the following of its workspace, from its beginning.

    `woken` says after which number the events came that woke us, by topic of the workspace. False: there is no such
    topic.
    """
    workspace_id, topic = key
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_FOLLOW, workspace_id, EVERYTHING):
            await connection.execute(_PRESENT, workspace_id, list(woken), list(woken.values()))
        else:
            await connection.execute(_BEGINNING, workspace_id, topic)
        return bool(await connection.fetchval(_THERE, workspace_id, topic))


async def next_page(
    connection: RawConnection, key: TopicKey, epoch: str, seq: int, kinds: Sequence[str] | None
) -> Page | None:
    """The events after a position; None if there is no such topic. What is gone for ever is passed over."""
    head = await connection.fetchrow(_HEAD, *key, seq)
    if head is None:
        return None
    if head["epoch"] != epoch or head["last_seq"] < seq:
        _log.warning("relay_jumped", topic=key[1], after=seq, to=head["last_seq"], reason="the topic was made anew")
        return Page(head["epoch"], (), head["last_seq"])
    if head["last_seq"] > seq and head["first"] != seq + 1:
        _log.warning("relay_jumped", topic=key[1], after=seq, to=head["first"], reason="the events are gone")
    rows = await connection.fetch(_EVENTS, *key, seq, head["last_seq"], kinds, PAGE)
    events = [StoredEvent(row["seq"], row["type"], row["payload"], row["created_at"]) for row in rows]
    return Page(epoch, events, events[-1].seq if len(events) == PAGE else head["last_seq"])


async def advance(connection: RawConnection, key: TopicKey, epoch: str, seq: int) -> None:
    """Note how far a topic was followed."""
    await connection.execute(_ADVANCE, *key, epoch, seq)


async def behind(pool: Pool) -> dict[TopicKey, int]:
    """The topics of followed workspaces that have news, and how much of it."""
    return {(row["workspace_id"], row["topic"]): row["behind"] for row in await pool.fetch(_BEHIND)}


async def live_unfollowed(pool: Pool) -> list[UUID]:
    """Workspaces with a live show that nobody follows yet."""
    return [row["workspace_id"] for row in await pool.fetch(_LIVE)]


async def forget(pool: Pool, workspace_id: UUID) -> None:
    """Follow a workspace no more: nobody in it waits for events. Later it begins at the present again."""
    await pool.execute(_FORGET, workspace_id)
