"""The pick list: what the warehouse fetches, for whom, samples first, and what is there already."""

from __future__ import annotations

from uuid import UUID

import attrs

from dibs import ConflictError, EventContext, NotFoundError, WorkspaceData
from dibs_live_shopping.loading import Cart, take
from dibs_live_shopping.model import Pick
from dibs_live_shopping.rows import made, plain
from dibs_live_shopping.saving import save
from dibs_live_shopping.settling import note_credit
from dibs_live_shopping.telling import tell, tell_picks

# What is bought, and samples: of open sessions, and of orders made within the last day as far as it was not fetched.
_PICKS = """
SELECT l.id AS line_id, s.id AS session_id, s.title AS session_title, l.name,
    coalesce(c.name, nullif(b.handle, ''),
    CASE WHEN b.erased_at IS NULL THEN b.platform_user_id END, '') AS for_whom, coalesce(t.code, '') AS batch_code,
    l.unit, l.quantity, l.sample, l.intent, l.picked_at, l.picked_by
FROM live_sessions s
JOIN live_lines l ON l.workspace_id = s.workspace_id AND l.session_id = s.id
LEFT JOIN customers c ON c.workspace_id = s.workspace_id AND c.id = s.customer_id
LEFT JOIN buyers b ON b.workspace_id = s.workspace_id AND b.id = s.buyer_id
LEFT JOIN batches t ON t.workspace_id = l.workspace_id AND t.id = l.batch_id
WHERE s.workspace_id = $1 AND l.intent <> 'interested' AND (s.status IN ('active', 'paused') OR (
    s.status = 'converted' AND s.ended_at > now() - interval '1 day' AND l.picked_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM orders o
            WHERE o.workspace_id = s.workspace_id AND o.id = s.order_id AND o.status = 'cancelled'
        )
))
ORDER BY NOT l.sample, s.id, l.id LIMIT 2000
"""
_ORDERED = "SELECT id FROM live_sessions WHERE workspace_id = $1 AND order_id = $2"
_SESSION = "SELECT session_id FROM live_lines WHERE workspace_id = $1 AND id = $2"


@attrs.frozen
class Tick:
    """Whether a thing is there."""

    picked: bool


async def read_picks(data: WorkspaceData) -> list[Pick]:
    """All that is to be fetched, samples first, then by session."""
    rows = [made(Pick, row) for row in await data.fetch(_PICKS)]
    return [attrs.evolve(pick, quantity=plain(pick.quantity)) for pick in rows]


async def tick(context: EventContext, line_id: UUID, picked: bool, *, name: str) -> Cart:
    """Tick a line off, or on again.

    Raises:
        NotFoundError: there is no such line.
        ConflictError: nothing is to be fetched for its session.
    """
    rows = await context.data.fetch(_SESSION, line_id)
    if not rows:
        raise NotFoundError("There is no such line.")
    cart = await take(context, rows[0]["session_id"])
    if not cart.session.fetched_for:
        raise ConflictError("Nothing is to be fetched for this session.", status=cart.session.status)
    line = cart.line(line_id)
    by = name[:200] if picked else ""
    cart.put(attrs.evolve(line, picked_at=(line.picked_at or cart.now) if picked else None, picked_by=by))
    await save(context, cart, active=False)
    await _told(context, cart, line_id)
    return cart


async def order_cancelled(context: EventContext, order_id: UUID) -> None:
    """Have the warehouse told that nothing is to be fetched any more for the session that became an order."""
    for row in await context.data.fetch(_ORDERED, order_id):
        tell_picks(context, await take(context, row["id"]))


async def _told(context: EventContext, cart: Cart, line_id: UUID) -> None:
    if cart.session.selling:
        await note_credit(context, cart)
        tell(context, cart, "line.changed", "host", line_id=line_id)
    else:
        tell_picks(context, cart)
