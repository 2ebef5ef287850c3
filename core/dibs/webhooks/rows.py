"""The statements on the inbox of webhooks. It is of the instance: a delivery may be about several workspaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import orjson

from dibs.db import Database

TAKEN_SECONDS = 5.0
MOST_ATTEMPTS = 5
KEEP_DAYS = 7
_SWEEP_BATCH = 5_000

_PUT = """
INSERT INTO webhook_inbox (platform, headers, body, received_at)
SELECT platform, headers::jsonb, body, received_at
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[]) WITH ORDINALITY
    AS new (platform, headers, body, received_at, nth)
ORDER BY nth
"""
_TAKE = """
UPDATE webhook_inbox SET taken_until = clock_timestamp() + make_interval(secs => $2) WHERE id IN (
    SELECT id FROM webhook_inbox
    WHERE done_at IS NULL AND (taken_until IS NULL OR taken_until < clock_timestamp())
    ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
) RETURNING id, platform, headers::text AS headers, received_at, attempts, octet_length(body) AS size
"""
_BODIES = "SELECT id, body FROM webhook_inbox WHERE id = ANY($1::bigint[])"
_RENEW = """
UPDATE webhook_inbox SET taken_until = clock_timestamp() + make_interval(secs => $2)
WHERE id = ANY($1::bigint[]) AND done_at IS NULL
"""
_DONE = """
UPDATE webhook_inbox SET done_at = clock_timestamp(), taken_until = NULL, note = NULL
WHERE id = ANY($1::bigint[]) AND done_at IS NULL
"""
_FAILED = """
UPDATE webhook_inbox SET attempts = attempts + 1, note = $2,
    done_at = CASE WHEN attempts + 1 >= $3 THEN clock_timestamp() END,
    taken_until = CASE WHEN attempts + 1 < $3 THEN clock_timestamp() + make_interval(secs => 2 ^ attempts) END
WHERE id = $1 AND done_at IS NULL RETURNING done_at IS NOT NULL AS set_aside
"""
_SWEEP = """
DELETE FROM webhook_inbox WHERE id IN (
    SELECT id FROM webhook_inbox WHERE done_at < now() - make_interval(days => $1) ORDER BY done_at LIMIT $2
) RETURNING 1
"""
_OPEN = """
SELECT count(*) AS open, extract(epoch FROM clock_timestamp() - min(received_at))::float8 AS oldest
FROM webhook_inbox WHERE done_at IS NULL
"""
_SET_ASIDE = """
SELECT id, platform, received_at, done_at, attempts, octet_length(body) AS size, note FROM webhook_inbox
WHERE note IS NOT NULL AND done_at IS NOT NULL ORDER BY id DESC LIMIT $1
"""
_AGAIN = """
UPDATE webhook_inbox SET done_at = NULL, attempts = 0, taken_until = NULL
WHERE note IS NOT NULL AND done_at IS NOT NULL AND ($1::bigint IS NULL OR id = $1) RETURNING id
"""


@attrs.frozen
class NewDelivery:
    """A verified delivery that is to be stored."""

    platform: str
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)
    received_at: datetime


@attrs.frozen
class TakenRow:
    """A stored delivery that this process works on; `size` is that of its body."""

    id: int
    platform: str
    headers: Mapping[str, str]
    received_at: datetime
    attempts: int
    size: int


@attrs.frozen
class SetAside:
    """A delivery that could not be used, and why."""

    id: int
    platform: str
    received_at: datetime
    set_aside_at: datetime
    attempts: int
    size: int
    note: str


@attrs.frozen
class Backlog:
    """How many deliveries wait, and for how many seconds the oldest of them."""

    open: int
    oldest_seconds: float


@attrs.define(eq=False)
class InboxRows:
    """Storing, taking and settling rows; each call is one statement."""

    db: Database

    async def put(self, new: Sequence[NewDelivery]) -> None:
        """Store deliveries, in this order."""
        headers = [orjson.dumps(one.headers).decode() for one in new]
        columns = [one.platform for one in new], headers, [one.body for one in new], [one.received_at for one in new]
        await self.db.hot_fetch(_PUT, *columns)

    async def take(self, most: int) -> list[TakenRow]:
        """The oldest open rows that nobody works on. They are this process's for five seconds."""
        rows = await self.db.hot_fetch(_TAKE, most, TAKEN_SECONDS)
        return sorted((_taken(row) for row in rows), key=lambda row: row.id)

    async def bodies(self, ids: Sequence[int]) -> dict[int, bytes]:
        """What was sent."""
        return {row["id"]: row["body"] for row in await self.db.hot_fetch(_BODIES, list(ids))}

    async def renew(self, ids: Sequence[int]) -> None:
        """Go on working on these."""
        await self.db.hot_fetch(_RENEW, list(ids), TAKEN_SECONDS)

    async def give_back(self, ids: Sequence[int], seconds: float = 0.0) -> None:
        """Let anybody take these again, after a while."""
        await self.db.hot_fetch(_RENEW, list(ids), seconds)

    async def done(self, ids: Sequence[int]) -> None:
        """These are worked off."""
        await self.db.hot_fetch(_DONE, list(ids))

    async def failed(self, row_id: int, note: str) -> bool:
        """It could not be used: it is tried again later, and set aside after the fifth time. True if it is now."""
        rows = await self.db.hot_fetch(_FAILED, row_id, note, MOST_ATTEMPTS)
        return bool(rows and rows[0]["set_aside"])

    async def sweep(self, keep_days: int = KEEP_DAYS) -> int:
        """Remove what was settled so long ago; returns how many."""
        total = 0
        while removed := len(await self.db.hot_fetch(_SWEEP, keep_days, _SWEEP_BATCH)):
            total += removed
        return total

    async def backlog(self) -> Backlog:
        """What is still to be done."""
        row = (await self.db.hot_fetch(_OPEN))[0]
        return Backlog(row["open"], max(0.0, row["oldest"] or 0.0))

    async def set_aside(self, most: int = 100) -> list[SetAside]:
        """What could not be used, the newest first."""
        rows: Sequence[Any] = await self.db.hot_fetch(_SET_ASIDE, most)
        names = ("id", "platform", "received_at", "attempts", "size", "note")
        return [SetAside(set_aside_at=row["done_at"], **{name: row[name] for name in names}) for row in rows]

    async def try_again(self, row_id: int | None = None) -> int:
        """Open what was set aside again, one or all; returns how many."""
        return len(await self.db.hot_fetch(_AGAIN, row_id))


def _taken(row: Any) -> TakenRow:
    headers = orjson.loads(row["headers"])
    return TakenRow(row["id"], row["platform"], headers, row["received_at"], row["attempts"], row["size"])
