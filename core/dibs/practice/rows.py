"""The rows of practice runs. Each statement checks by itself what it needs, so several processes can't disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from dibs.practice.model import PracticeState, Run

if TYPE_CHECKING:
    from uuid import UUID

    from dibs.db import Database, RawConnection

LEASE_SECONDS = 10

_STATE = """
SELECT s.practice, r.per_minute, r.started_at, r.ends_at, r.stopped_at, coalesce(r.comments, 0) AS comments,
    coalesce(r.stopped_at IS NULL AND least(r.lease_until, r.ends_at) > clock_timestamp(), false) AS running
FROM shows s LEFT JOIN practice_runs r ON r.workspace_id = s.workspace_id AND r.show_id = s.id
WHERE s.workspace_id = $1 AND s.id = $2
"""
# The row is taken only if no other run holds it.
_BEGIN = f"""
INSERT INTO practice_runs AS r (workspace_id, show_id, run_id, runner, per_minute, started_at, ends_at, lease_until)
VALUES ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp() + make_interval(mins => $6),
    clock_timestamp() + interval '{LEASE_SECONDS} seconds')
ON CONFLICT (workspace_id, show_id) DO UPDATE SET run_id = excluded.run_id, runner = excluded.runner,
    per_minute = excluded.per_minute, comments = 0, started_at = excluded.started_at, ends_at = excluded.ends_at,
    lease_until = excluded.lease_until, stopped_at = NULL
WHERE r.stopped_at IS NOT NULL OR least(r.lease_until, r.ends_at) <= clock_timestamp()
RETURNING ends_at
"""
_UNTIL = "UPDATE shows SET practice_until = $3 WHERE workspace_id = $1 AND id = $2"
_BEAT = f"""
UPDATE practice_runs SET comments = $4, lease_until = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
WHERE workspace_id = $1 AND show_id = $2 AND run_id = $3 AND stopped_at IS NULL AND ends_at > clock_timestamp()
RETURNING run_id
"""
# With $3 only that run.
_STOP = """
UPDATE practice_runs SET stopped_at = clock_timestamp(), comments = greatest(comments, $4)
WHERE workspace_id = $1 AND show_id = $2 AND ($3::uuid IS NULL OR run_id = $3) AND stopped_at IS NULL
RETURNING comments
"""


async def read_state(db: Database, workspace_id: UUID, show_id: UUID) -> PracticeState | None:
    """How it stands; None if there is no such show."""
    rows = await db.hot_fetch(_STATE, workspace_id, show_id)
    if not rows:
        return None
    row = rows[0]
    return PracticeState(
        row["practice"],
        row["running"],
        row["per_minute"],
        row["started_at"],
        row["ends_at"],
        row["stopped_at"],
        row["comments"],
    )


async def begin(connection: RawConnection, run: Run, runner: str) -> bool:
    """Take the show for a run; False if another run has it. Within the caller's transaction."""
    ends_at = await connection.fetchval(_BEGIN, *attrs.astuple(run)[:3], runner, run.per_minute, run.minutes)
    if ends_at is None:
        return False
    await connection.execute(_UNTIL, run.workspace_id, run.show_id, ends_at)
    return True


async def beat(db: Database, run: Run, comments: int) -> bool:
    """Say that the run goes on; False if it was stopped or its time is over."""
    return bool(await db.hot_fetch(_BEAT, run.workspace_id, run.show_id, run.run_id, comments))


async def stop(
    connection: RawConnection, workspace_id: UUID, show_id: UUID, run_id: UUID | None = None, comments: int = 0
) -> int | None:
    """End the run and tell how many comments it wrote; None if it had ended already. Within a transaction."""
    written: int | None = await connection.fetchval(_STOP, workspace_id, show_id, run_id, comments)
    if written is not None:
        await connection.execute(_UNTIL, workspace_id, show_id, None)
    return written
