"""Looking at jobs that wait, run or failed, and beginning failed ones anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

if TYPE_CHECKING:
    from dibs.db import Database

_LIST = """
SELECT j.id, j.entrypoint AS name, j.status::text AS status, j.attempts, j.created, j.execute_after AS due,
    (j.headers ->> 'workspace_id')::uuid AS workspace_id, (
        SELECT l.traceback ->> 'exception_message' FROM pgqueuer_log l
        WHERE l.job_id = j.id AND l.traceback IS NOT NULL ORDER BY l.id DESC LIMIT 1
    ) AS problem
FROM pgqueuer j
WHERE ($1::text IS NULL OR j.status::text = $1) AND ($2::uuid IS NULL OR j.headers ->> 'workspace_id' = $2::text)
ORDER BY j.id LIMIT $3
"""
_AGAIN = """
WITH again AS (
    UPDATE pgqueuer SET status = 'queued', execute_after = now(), updated = now(), attempts = 0, queue_manager_id = NULL
    WHERE status = 'failed' AND ($1::bigint[] IS NULL OR id = ANY ($1))
        AND ($2::uuid IS NULL OR headers ->> 'workspace_id' = $2::text)
    RETURNING id, entrypoint, priority
), logged AS (
    INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority) SELECT id, 'queued', entrypoint, priority FROM again
)
SELECT id FROM again
"""
_DROP = """
DELETE FROM pgqueuer WHERE status = 'failed' AND id = ANY ($1::bigint[])
    AND ($2::uuid IS NULL OR headers ->> 'workspace_id' = $2::text) RETURNING id
"""


@attrs.frozen
class ListedJob:
    """A job that is not over.

    Attributes:
        status: `queued`, `picked` while it runs, `failed` when it was given up.
        attempts: how often it was put back.
        due: when it runs next.
        problem: what went wrong last, None if nothing did.
    """

    id: int
    name: str
    status: str
    attempts: int
    created: datetime
    due: datetime
    workspace_id: UUID | None
    problem: str | None


async def list_jobs(
    db: Database, status: str | None = None, workspace_id: UUID | None = None, limit: int = 200
) -> Sequence[ListedJob]:
    """The jobs, the oldest first; of one status, of one workspace."""
    return [ListedJob(**dict(row)) for row in await db.plain_fetch(_LIST, status, workspace_id, limit)]


async def retry_failed(db: Database, ids: Sequence[int] | None, workspace_id: UUID | None = None) -> int:
    """Begin failed jobs anew: these, or all. How many there are."""
    return len(await db.plain_fetch(_AGAIN, None if ids is None else list(ids), workspace_id))


async def drop_failed(db: Database, ids: Sequence[int], workspace_id: UUID | None = None) -> int:
    """Throw failed jobs away. How many there were."""
    return len(await db.plain_fetch(_DROP, list(ids), workspace_id))
