"""How fast an account answers: a time for each message, by one row for each account and way."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import attrs

from dibs import WorkspaceData

_TAKE = """
INSERT INTO replies_pace AS p (workspace_id, connection_id, way, next_at)
VALUES ($1, $2, $3, clock_timestamp() + $4::interval)
ON CONFLICT (workspace_id, connection_id, way) DO UPDATE SET
    next_at = greatest(p.next_at, clock_timestamp(), p.blocked_until) + $4::interval, turn = p.turn + 1
RETURNING next_at - $4::interval AS at, turn, clock_timestamp() AS now
"""
_BLOCKED = """
SELECT blocked_until FROM replies_pace
WHERE workspace_id = $1 AND connection_id = $2 AND way = $3 AND blocked_until > clock_timestamp()
"""
_BLOCK = """
UPDATE replies_pace SET blocked_until = greatest(blocked_until, clock_timestamp() + $3::interval)
WHERE workspace_id = $1 AND connection_id = $2
"""
_SOON = timedelta(seconds=0.3)


@attrs.frozen
class Turn:
    """When a message may go, and its number, by which texts take turns. `now` is the database's time."""

    at: datetime
    number: int
    now: datetime

    @property
    def come(self) -> bool:
        """Whether it is time."""
        return self.at <= self.now + _SOON


async def take(data: WorkspaceData, connection_id: UUID, way: str, pause: float) -> Turn:
    """The next free time of an account."""
    row = (await data.fetch(_TAKE, connection_id, way, timedelta(seconds=pause)))[0]
    return Turn(row["at"], row["turn"], row["now"])


async def is_blocked(data: WorkspaceData, connection_id: UUID, way: str) -> bool:
    """Whether the account has to wait since its time was given out."""
    return bool(await data.fetch(_BLOCKED, connection_id, way))


async def block(data: WorkspaceData, connection_id: UUID, seconds: float) -> None:
    """The platform wants to hear nothing from this account for a while."""
    await data.execute(_BLOCK, connection_id, timedelta(seconds=seconds))
