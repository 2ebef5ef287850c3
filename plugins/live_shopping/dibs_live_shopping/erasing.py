"""Letting go of a buyer: their sessions stay, with what was in them, and say no more who it was."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dibs import EventContext, PersonTraces
from dibs_live_shopping.loading import take
from dibs_live_shopping.model import customer_topic, picking_topic, staff_topic
from dibs_live_shopping.sessions import OPEN
from dibs_live_shopping.telling import tell

_THEIRS = """
SELECT id, status FROM live_sessions
WHERE workspace_id = $1 AND buyer_id = ANY ($2::uuid[]) AND ($3::uuid IS NULL OR show_id = $3)
ORDER BY id FOR NO KEY UPDATE
"""
# A customer's session stays the customer's, under the customer's name: who they are on a platform does not stand in it.
_BLANK = """
UPDATE live_sessions s SET buyer_id = coalesce($3::uuid, s.buyer_id), notes = '', kick_reason = '',
    end_reason = CASE WHEN s.end_reason = 'timeout' THEN s.end_reason ELSE '' END, version = s.version + 1,
    title = coalesce(
        (SELECT h.title FROM shows h WHERE h.workspace_id = $1 AND h.id = s.show_id),
        (SELECT c.name FROM customers c WHERE c.workspace_id = $1 AND c.id = s.customer_id), '')
WHERE s.workspace_id = $1 AND s.id = ANY ($2::uuid[])
"""
_REST = (
    """
    UPDATE live_proposals p SET message = '', made_by_name = CASE
        WHEN p.made_by = 'customer' AND s.customer_id IS NULL THEN '' ELSE p.made_by_name END
    FROM live_sessions s WHERE s.workspace_id = $1 AND s.id = ANY ($2::uuid[])
        AND p.workspace_id = $1 AND p.session_id = s.id
    """,
    """
    UPDATE live_lines l SET added_by_name = ''
    FROM live_sessions s WHERE s.workspace_id = $1 AND s.id = ANY ($2::uuid[]) AND s.customer_id IS NULL
        AND l.workspace_id = $1 AND l.session_id = s.id AND l.added_by = 'customer'
    """,
    """
    UPDATE live_overrides SET reason = ''
    WHERE workspace_id = $1 AND session_id = ANY ($2::uuid[])
    """,
)


async def forget(
    context: EventContext, buyer_ids: Sequence[UUID], show_id: UUID | None, stranger: UUID | None
) -> PersonTraces | None:
    """Blank the sessions of buyers, and have open ones shown anew; `stranger` takes the buyer's place."""
    rows = await context.data.fetch(_THEIRS, list(buyer_ids), show_id)
    if not rows:
        return None
    ids = [row["id"] for row in rows]
    await context.data.execute(_BLANK, ids, stranger)
    for statement in _REST:
        await context.data.execute(statement, ids)
    for row in rows:
        if row["status"] in OPEN:
            tell(context, await take(context, row["id"]), "session.changed", "system")
    topics = [topic(session_id) for session_id in ids for topic in (staff_topic, customer_topic)]
    return PersonTraces(
        [*topics, picking_topic(context.data.workspace_id)], [("live_session", str(session_id)) for session_id in ids]
    )
