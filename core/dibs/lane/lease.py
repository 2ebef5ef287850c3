"""Who may write comments into a show: a lease row with owner, fence number, and expiry by the database's clock."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable
from uuid import UUID

from dibs.db import Database
from dibs.errors import NotFoundError

LEASE_SECONDS = 3.0
RENEW_SECONDS = 1.0

_ACQUIRE = """
INSERT INTO show_leases AS l (workspace_id, show_id, owner, fence, expires_at)
SELECT s.workspace_id, s.id, $3, 1, clock_timestamp() + $4 * interval '1 second'
FROM shows s WHERE s.workspace_id = $1 AND s.id = $2
ON CONFLICT (workspace_id, show_id) DO UPDATE
    SET owner = excluded.owner, fence = l.fence + 1, expires_at = excluded.expires_at
    WHERE l.expires_at < clock_timestamp() OR l.owner = excluded.owner
RETURNING fence
"""
_EXISTS = "SELECT 1 FROM shows WHERE workspace_id = $1 AND id = $2"
_RENEW = """
UPDATE show_leases l SET expires_at = clock_timestamp() + $5 * interval '1 second'
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS mine(workspace_id, show_id, fence)
WHERE l.workspace_id = mine.workspace_id AND l.show_id = mine.show_id AND l.fence = mine.fence AND l.owner = $4
"""
_RELEASE = """
UPDATE show_leases SET expires_at = clock_timestamp()
WHERE workspace_id = $1 AND show_id = $2 AND owner = $3 AND fence = $4
"""


def process_name() -> str:
    """A name for this process that no other and no later one has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


async def acquire(db: Database, workspace_id: UUID, show_id: UUID, owner: str) -> int | None:
    """Take the show: the new fence number, or None: somebody else's lease runs, or there is no such show."""
    rows = await db.hot_fetch(_ACQUIRE, workspace_id, show_id, owner, LEASE_SECONDS)
    return int(rows[0]["fence"]) if rows else None


async def check_show(db: Database, workspace_id: UUID, show_id: UUID) -> None:
    """Raise `NotFoundError` unless the workspace has the show."""
    if not await db.hot_fetch(_EXISTS, workspace_id, show_id):
        raise NotFoundError("There is no such show.", show_id=str(show_id))


async def renew(db: Database, owner: str, held: Iterable[tuple[UUID, UUID, int]]) -> None:
    """Prolong every lease of this process in one statement. A lease taken over meanwhile is left alone."""
    rows = sorted(held, key=lambda lease: (lease[0].int, lease[1].int))
    if rows:
        workspaces, shows, fences = zip(*rows, strict=True)
        await db.hot_fetch(_RENEW, workspaces, shows, fences, owner, LEASE_SECONDS)


async def release(db: Database, workspace_id: UUID, show_id: UUID, owner: str, fence: int) -> None:
    """Give the show up, so that another process need not wait for the lease to run out."""
    await db.hot_fetch(_RELEASE, workspace_id, show_id, owner, fence)
