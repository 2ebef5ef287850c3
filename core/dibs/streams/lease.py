"""Who reads a stream: a lease row with owner, fence number, and expiry by the database's clock."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dibs.db import Database

LEASE_SECONDS = 3.0
RENEW_SECONDS = 1.0

_ACQUIRE = """
INSERT INTO stream_leases AS l (workspace_id, stream_id, owner, fence, expires_at)
SELECT s.workspace_id, s.id, $3, 1, clock_timestamp() + $4 * interval '1 second'
FROM streams s WHERE s.workspace_id = $1 AND s.id = $2
ON CONFLICT (workspace_id, stream_id) DO UPDATE
    SET owner = excluded.owner, fence = l.fence + 1, expires_at = excluded.expires_at
    WHERE l.expires_at < clock_timestamp() OR l.owner = excluded.owner
RETURNING fence
"""
# In key order, as batches lock them: none waits for another in a circle.
_RENEW = """
WITH mine AS (
    SELECT l.workspace_id, l.stream_id FROM stream_leases l
    JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS m(workspace_id, stream_id, fence)
        ON l.workspace_id = m.workspace_id AND l.stream_id = m.stream_id AND l.fence = m.fence
    WHERE l.owner = $4 ORDER BY l.stream_id FOR UPDATE OF l
)
UPDATE stream_leases l SET expires_at = clock_timestamp() + $5 * interval '1 second'
FROM mine WHERE l.workspace_id = mine.workspace_id AND l.stream_id = mine.stream_id RETURNING l.stream_id
"""
_RELEASE = """
UPDATE stream_leases SET expires_at = clock_timestamp()
WHERE workspace_id = $1 AND stream_id = $2 AND owner = $3 AND fence = $4
"""


async def acquire(db: Database, workspace_id: UUID, stream_id: UUID, owner: str) -> int | None:
    """Take the stream: the new fence number, or None: somebody else's lease runs, or there is no such stream."""
    rows = await db.hot_fetch(_ACQUIRE, workspace_id, stream_id, owner, LEASE_SECONDS)
    return int(rows[0]["fence"]) if rows else None


async def renew(db: Database, owner: str, held: Iterable[tuple[UUID, UUID, int]]) -> set[UUID]:
    """Prolong every lease of this process in one statement; the streams that it still has."""
    rows = list(held)
    if not rows:
        return set()
    workspaces, streams, fences = zip(*rows, strict=True)
    found = await db.hot_fetch(_RENEW, workspaces, streams, fences, owner, LEASE_SECONDS)
    return {UUID(bytes=row["stream_id"].bytes) for row in found}


async def release(db: Database, workspace_id: UUID, stream_id: UUID, owner: str, fence: int) -> None:
    """Give the stream up, so that another process need not wait for the lease to run out."""
    await db.hot_fetch(_RELEASE, workspace_id, stream_id, owner, fence)
