"""Carts of a show's winners: each buyer gets a session, and it follows the claims from then on.

Whatever event comes, the cart is made to be what the buyer has won by now: it does not matter in which order events
come, or how often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import CommittedEvent, ConflictError, EventContext, NotFoundError
from dibs_live_shopping.cart import with_quantity
from dibs_live_shopping.following import SECONDS, is_followed
from dibs_live_shopping.loading import Cart, take
from dibs_live_shopping.rows import Line
from dibs_live_shopping.saving import save
from dibs_live_shopping.sessions import expire, insert_session
from dibs_live_shopping.settings import settings_of
from dibs_live_shopping.settling import note_credit, reprice
from dibs_live_shopping.telling import tell

CLAIM_EVENTS = ("claim.created", "claim.promoted", "claim.changed", "claim.released")
CATCH_UP = "live_shopping.catch_up"
EVENTS = (*CLAIM_EVENTS, "item.updated", "order.created", "order.cancelled")

_SHOW = "SELECT title, practice FROM shows WHERE workspace_id = $1 AND id = $2"
_FOLLOW = "INSERT INTO live_shows (workspace_id, show_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_WINNERS = """
SELECT DISTINCT coalesce(b.merged_into, b.id) AS buyer_id
FROM claims k JOIN buyers b ON b.workspace_id = k.workspace_id AND b.id = k.buyer_id
WHERE k.workspace_id = $1 AND k.show_id = $2 AND k.status = 'winner' AND k.order_id IS NULL
ORDER BY 1
"""
_BUYER = """
SELECT t.id, t.customer_id, coalesce(nullif(t.handle, ''), t.platform_user_id) AS name, s.title, (
    SELECT l.id FROM live_sessions l WHERE l.workspace_id = $1 AND l.show_id = $2 AND l.buyer_id = t.id
        AND l.status IN ('scheduled', 'active', 'paused')
) AS session_id, ARRAY(
    SELECT l.id FROM live_sessions l JOIN buyers m ON m.workspace_id = l.workspace_id AND m.id = l.buyer_id
    WHERE l.workspace_id = $1 AND l.show_id = $2 AND m.merged_into = t.id
        AND l.status IN ('scheduled', 'active', 'paused') ORDER BY l.id
) AS others
FROM buyers b JOIN buyers t ON t.workspace_id = b.workspace_id AND t.id = coalesce(b.merged_into, b.id)
JOIN shows s ON s.workspace_id = $1 AND s.id = $2 AND NOT s.practice
WHERE b.workspace_id = $1 AND b.id = $3
"""
# What is in a cart of another session already stays there.
_WON = """
SELECT k.id AS claim_id, k.quantity, i.batch_id, b.product_id, i.price AS list_price, p.category,
    coalesce(nullif(i.title, ''), p.name, trim('Item ' || i.item_number)) ||
        CASE WHEN i.variant = '' THEN '' ELSE ' · ' || i.variant END AS name,
    coalesce(p.unit, '') AS unit, p.picture_url, b.unit_cost, coalesce(b.code, '') AS batch_code
FROM claims k
JOIN items i ON i.workspace_id = k.workspace_id AND i.id = k.item_id
LEFT JOIN batches b ON b.workspace_id = i.workspace_id AND b.id = i.batch_id
LEFT JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE k.workspace_id = $1 AND k.show_id = $2 AND k.status = 'winner' AND k.order_id IS NULL
    AND k.buyer_id IN (SELECT m.id FROM buyers m WHERE m.workspace_id = $1 AND (m.id = $3 OR m.merged_into = $3))
    AND NOT EXISTS (
        SELECT 1 FROM live_lines l WHERE l.workspace_id = $1 AND l.claim_id = k.id
            AND l.session_id IS DISTINCT FROM $4::uuid
    )
ORDER BY k.decision_no
"""
_OF_CLAIMS = """
SELECT DISTINCT s.show_id, s.buyer_id FROM live_lines l
JOIN live_sessions s ON s.workspace_id = l.workspace_id AND s.id = l.session_id
WHERE l.workspace_id = $1 AND l.claim_id = ANY ($2::uuid[]) AND s.show_id IS NOT NULL
    AND s.status IN ('active', 'paused')
ORDER BY 1, 2
"""
_OF_ITEM = """
SELECT DISTINCT s.show_id, s.buyer_id FROM claims k
JOIN live_lines l ON l.workspace_id = k.workspace_id AND l.claim_id = k.id
JOIN live_sessions s ON s.workspace_id = l.workspace_id AND s.id = l.session_id
WHERE k.workspace_id = $1 AND k.item_id = $2 AND s.show_id IS NOT NULL AND s.status IN ('active', 'paused')
ORDER BY 1, 2
"""


async def follow(context: EventContext, show_id: UUID) -> list[UUID]:
    """Follow a show from now on; the buyers who have won something in it.

    Raises:
        NotFoundError: there is no such show.
        ConflictError: it is a practice show, which sells nothing.
    """
    rows = await context.data.fetch(_SHOW, show_id)
    if not rows:
        raise NotFoundError("There is no such show.")
    if rows[0]["practice"]:
        raise ConflictError("A practice show sells nothing.")
    await context.data.execute(_FOLLOW, show_id)
    await context.desk.note("show.carts_opened", "show", show_id)
    later = datetime.now(UTC) + timedelta(seconds=2 * SECONDS + 1)
    await context.jobs.enqueue(CATCH_UP, {"show_id": str(show_id)}, key=f"catch up {show_id}", run_at=later)
    return [row["buyer_id"] for row in await context.data.fetch(_WINNERS, show_id)]


async def followed(context: EventContext, event: CommittedEvent) -> None:
    """Follow an event of the claim lane, or of an order."""
    for show_id, buyer_id in await _concerned(context, event):
        await sync_buyer(context, show_id, buyer_id)


async def _concerned(context: EventContext, event: CommittedEvent) -> Sequence[tuple[UUID, UUID]]:
    """The shows and buyers whose carts an event may change."""
    if event.kind == "order.created":
        claims = [UUID(text) for text in event.data.get("claim_ids") or ()]
        rows = await context.data.fetch(_OF_CLAIMS, claims) if claims else []
        return [(row["show_id"], row["buyer_id"]) for row in rows]
    if event.kind == "item.updated":
        if event.data.get("change") != "edited":
            return []
        rows = await context.data.fetch(_OF_ITEM, UUID(str(event.data["item"]["item_id"])))
        return [(row["show_id"], row["buyer_id"]) for row in rows]
    buyer_id = (event.data.get("claim") or {}).get("buyer_id")
    if event.show_id is None or buyer_id is None or not _matters(event):
        return []
    known = await is_followed(context, event.show_id)
    return [(event.show_id, UUID(str(buyer_id)))] if known else []


def _matters(event: CommittedEvent) -> bool:
    """Whether something was won, or is won no more."""
    was: Any = event.data.get("was")
    before = was.get("status") if isinstance(was, Mapping) else was
    return event.data["claim"]["status"] == "winner" or before == "winner"


async def sync_buyer(context: EventContext, show_id: UUID, buyer_id: UUID) -> Cart | None:
    """Make the cart of a buyer what they have won in a show; None if there is nothing to put into one.

    Who was merged into the buyer, and has a cart already, keeps it; it follows as well.
    """
    rows = await context.data.fetch(_BUYER, show_id, buyer_id)
    if not rows:
        return None
    who, other = rows[0], None
    for session_id in who["others"]:
        if await expire(context, session_id) is None:
            other = await _sync(context, await take(context, session_id), who["customer_id"])
    if who["session_id"] is not None and await expire(context, who["session_id"]) is None:
        return await _sync(context, await take(context, who["session_id"]), who["customer_id"])
    won = await context.data.fetch(_WON, show_id, who["id"], None)
    if not won:
        return other
    minutes = settings_of(context).show_timeout_minutes
    made = await insert_session(
        context, who["customer_id"], who["id"], who["title"], "", "active", None, minutes, show_id=show_id
    )
    session_id = made or (await context.data.fetch(_BUYER, show_id, buyer_id))[0]["session_id"]
    return await _sync(context, await take(context, session_id), who["customer_id"], new=made is not None)


async def sync_cart(context: EventContext, cart: Cart) -> bool:
    """Make the lines of a show's session, in hand, what its buyer has won; whether something has changed."""
    session = cart.session
    if session.show_id is None or session.buyer_id is None:
        return False
    won = {
        row["claim_id"]: row for row in await context.data.fetch(_WON, session.show_id, session.buyer_id, session.id)
    }
    before = {line.id: (line.quantity, line.list_price) for line in cart.lines.values()}
    for line in list(cart.lines.values()):
        if line.claim_id is not None and line.claim_id not in won:
            del cart.lines[line.id]
        elif line.claim_id is not None:
            row = won.pop(line.claim_id)
            same = attrs.evolve(line, list_price=row["list_price"])
            cart.put(with_quantity(same, Decimal(row["quantity"])))
    for row in won.values():
        cart.put(_line(context, row))
    return before != {line.id: (line.quantity, line.list_price) for line in cart.lines.values()}


async def _sync(context: EventContext, cart: Cart, customer_id: UUID | None, new: bool = False) -> Cart:
    """Also: a buyer who was linked to a customer meanwhile shops as that customer."""
    linked = cart.session.customer_id is None and customer_id is not None
    if linked:
        cart.change(customer_id=customer_id)
    changed = await sync_cart(context, cart) or linked
    repriced = await reprice(context, cart)
    if changed or repriced or new:
        await save(context, cart)
        await note_credit(context, cart)  # once it is saved: what was ordered elsewhere has left the draft before
        tell(context, cart, "session.started" if new else "line.changed", "show")
    return cart


def _line(context: EventContext, row: Mapping[str, Any]) -> Line:
    return Line(
        context.desk.new_id(), row["batch_id"], row["product_id"], row["claim_id"], row["name"][:300], row["category"],
        row["unit"], row["picture_url"], Decimal(row["quantity"]), "to_purchase", "show", "",
        unit_cost=row["unit_cost"], batch_code=row["batch_code"], list_price=row["list_price"],
    )  # fmt: skip
