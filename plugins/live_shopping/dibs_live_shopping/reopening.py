"""Opening a session again that has ended: a new one with the same lines (rule 37)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import attrs

from dibs import ConflictError, EventContext, SessionClosedError
from dibs_live_shopping.cart import holder, note
from dibs_live_shopping.loading import Cart, take
from dibs_live_shopping.rows import Line, plain
from dibs_live_shopping.saving import save
from dibs_live_shopping.sessions import insert_session
from dibs_live_shopping.settling import note_credit, reprice
from dibs_live_shopping.show_carts import sync_cart
from dibs_live_shopping.telling import tell

REOPENED = ("ended", "expired", "cancelled")
_AGAIN = "SELECT id FROM live_sessions WHERE workspace_id = $1 AND copied_from = $2 AND status <> 'cancelled' LIMIT 1"
_MOVE = "UPDATE live_lines SET session_id = $3 WHERE workspace_id = $1 AND session_id = $2 AND claim_id IS NOT NULL"
_COPY_OVERRIDES = """
INSERT INTO live_overrides (workspace_id, id, session_id, product_id, batch_id, price, reason, set_by, set_at)
SELECT workspace_id, gen_random_uuid(), $3, product_id, batch_id, price, reason, set_by, set_at
FROM live_overrides WHERE workspace_id = $1 AND session_id = $2
"""


async def reopen(context: EventContext, session_id: UUID, *, name: str) -> Cart:
    """A new session, open at once, with the lines of one that is over; what was won in a show moves along.

    What is not to be had any more comes in as far as it is; what is missing stands in the notes. Agreed prices stay.

    Raises:
        NotFoundError: there is no such session.
        SessionClosedError: it is not over, or has become an order that was not cancelled.
        ConflictError: it was opened again already, or the buyer has an open session of this show.
    """
    old = await take(context, session_id)
    session = old.session
    if session.status not in REOPENED and session.order_status != "cancelled":
        raise SessionClosedError(f"A session that is {session.status} is not opened again.", status=session.status)
    if rows := await context.data.fetch(_AGAIN, session_id):
        raise ConflictError("It was opened again already.", session_id=str(rows[0]["id"]))
    new_id = await insert_session(
        context, session.customer_id, session.buyer_id, session.title, session.notes, "active", None,
        session.timeout_minutes, show_id=session.show_id, copied_from=session_id,
    )  # fmt: skip
    if new_id is None:
        raise ConflictError("The buyer has an open session of this show.")
    await context.data.execute(_MOVE, session_id, new_id)
    await context.data.execute(_COPY_OVERRIDES, session_id, new_id)
    return await _fill(context, old, new_id)


async def _fill(context: EventContext, old: Cart, new_id: UUID) -> Cart:
    cart = await take(context, new_id)
    short = await _copy_lines(context, old, cart)
    if short:
        cart.change(notes=f"{cart.session.notes}\n{short}".strip()[:5000])
    await sync_cart(context, cart)
    await reprice(context, cart)
    await note_credit(context, cart)
    await save(context, cart)
    await note(context, cart, "reopened", of=old.session.id)
    tell(context, cart, "session.started", "host")
    return cart


async def _copy_lines(context: EventContext, old: Cart, cart: Cart) -> str:
    """Take the lines over as far as there is stock for them; what is missing, in words."""
    wanted = [line for line in old.lines.values() if line.claim_id is None]
    stock = await context.desk.lock_batches(line.batch_id for line in wanted if line.batch_id is not None)
    left = {batch_id: one.on_hand - one.reserved - one.on_hold - one.in_carts for batch_id, one in stock.items()}
    short = []
    for line in wanted:
        quantity = min(line.quantity, left[line.batch_id]) if line.batch_id is not None else line.quantity
        if quantity < line.quantity:
            short.append(f"{plain(line.quantity - quantity)} × {line.name}")
        if quantity > 0:
            await _copy(context, cart, line, quantity)
        if line.batch_id is not None:
            left[line.batch_id] -= quantity
    return f"No longer to be had: {', '.join(short)}." if short else ""


async def _copy(context: EventContext, cart: Cart, line: Line, quantity: Decimal) -> None:
    new = attrs.evolve(
        line, id=context.desk.new_id(), quantity=quantity, version=1, picked_at=None, picked_by="",
        price_source=line.price_source if quantity == line.quantity or not line.agreed else None,
    )  # fmt: skip
    if new.batch_id is not None:
        await context.desk.hold(new.batch_id, holder(new.id), quantity)
    cart.put(new)
