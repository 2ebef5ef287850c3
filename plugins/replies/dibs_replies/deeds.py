"""What operators do with messages: sending again, saying that it was done by hand, switching a show."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dibs import EventContext
from dibs_replies.recording import SEND
from dibs_replies.rows import STUCK

# Without ids: what the platform refused or was left behind, and nothing of which it is not known whether it arrived.
_AGAIN = f"""
UPDATE replies_messages m SET state = 'waiting', reason = NULL, note = NULL, changed_at = now()
WHERE workspace_id = $1 AND show_id = $2 AND connection_id IS NOT NULL
    AND CASE WHEN $3::uuid[] IS NULL THEN state = 'refused' OR {STUCK}
        ELSE id = ANY ($3) AND (state IN ('refused', 'unreachable', 'closed', 'unknown', 'held') OR {STUCK}) END
RETURNING id, no
"""
_TOLD = """
UPDATE replies_messages SET state = 'sent', reason = 'told', changed_at = now()
WHERE workspace_id = $1 AND show_id = $2 AND id = ANY ($3::uuid[])
    AND state IN ('refused', 'unreachable', 'closed', 'unknown', 'held', 'waiting')
RETURNING id
"""
_SWITCH = """
INSERT INTO replies_shows (workspace_id, show_id, automatic) SELECT workspace_id, id, $3 FROM shows
WHERE workspace_id = $1 AND id = $2
ON CONFLICT (workspace_id, show_id) DO UPDATE SET automatic = $3
"""


async def send_again(context: EventContext, show_id: UUID, ids: Sequence[UUID] | None) -> int:
    """Send messages once more: these, or all that were refused or left behind. How many there are."""
    rows = await context.data.fetch(_AGAIN, show_id, None if ids is None else list(ids))
    for row in sorted(rows, key=lambda one: one["no"]):
        await context.jobs.enqueue(SEND, {"message_id": str(row["id"])})
    return len(rows)


async def told_by_hand(context: EventContext, show_id: UUID, ids: Sequence[UUID]) -> int:
    """Note that somebody sent these by hand. How many there are."""
    return len(await context.data.fetch(_TOLD, show_id, list(ids)))


async def answer_by_itself(context: EventContext, show_id: UUID, automatic: bool) -> None:
    """Have a show answer by itself from now on, or leave it to the operators."""
    await context.data.execute(_SWITCH, show_id, automatic)
