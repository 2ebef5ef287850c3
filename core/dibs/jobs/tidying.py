"""What PgQueuer writes down about jobs that are over is kept for a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dibs.db import Database

KEEP_DAYS = 7


async def tidy(db: Database) -> None:
    """Delete the log of jobs that ended more than a week ago. Failed jobs that still wait for somebody keep theirs."""
    await db.plain_fetch(
        """
        DELETE FROM pgqueuer_log l WHERE l.created < now() - make_interval(days => $1)
            AND NOT EXISTS (SELECT 1 FROM pgqueuer j WHERE j.id = l.job_id)
        """,
        KEEP_DAYS,
    )
