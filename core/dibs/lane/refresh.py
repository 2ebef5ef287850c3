"""Making boards in memory look again: what a decision rests on was changed outside the lane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from dibs.db import RawConnection

# In id order, so that two of these never wait for each other. A show that ended lately may still be worked on by hand.
_RAISE = """
UPDATE shows SET revision = revision + 1 WHERE workspace_id = $1 AND id IN (
    SELECT id FROM shows
    WHERE workspace_id = $1 AND (status <> 'ended' OR ended_at > now() - interval '1 day')
    ORDER BY id FOR NO KEY UPDATE
)
"""

_RAISE_OF = """
UPDATE shows SET revision = revision + 1 WHERE workspace_id = $1 AND id IN (
    SELECT id FROM shows WHERE workspace_id = $1 AND id IN (
        SELECT show_id FROM claims WHERE workspace_id = $1 AND id = ANY($2::uuid[]))
    ORDER BY id FOR NO KEY UPDATE
)
"""


async def refresh_boards(connection: RawConnection, workspace_id: UUID) -> None:
    """Have the boards of the workspace's shows loaded anew, as soon as the caller's transaction is committed.

    Call it in the transaction that changes what boards hold beside the show itself: the workspace's rules, a buyer's
    block or merge. A batch that was decided on the old board is refused by its revision and decided again.
    """
    await connection.execute(_RAISE, workspace_id)


async def lock_shows_of(connection: RawConnection, workspace_id: UUID, claim_ids: Sequence[UUID]) -> None:
    """Lock the shows of claims until the end of the caller's transaction, and have their boards loaded anew after it.

    What is decided meanwhile on a board in memory waits, is refused by its revision, and is decided again.
    """
    await connection.execute(_RAISE_OF, workspace_id, list(claim_ids))
