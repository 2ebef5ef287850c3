"""Turning a session into an order: one transaction, and the same order again for whoever tries twice."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import attrs

from dibs import (
    ConflictError,
    EventContext,
    NewOrder,
    NewOrderLine,
    Order,
    PriceMissingError,
    PriceRefusedError,
)
from dibs.money import money_text
from dibs.stock import Reference
from dibs_live_shopping.cart import holder, note
from dibs_live_shopping.loading import Cart, check_selling, take
from dibs_live_shopping.model import StaffSession
from dibs_live_shopping.rows import Line
from dibs_live_shopping.saving import save
from dibs_live_shopping.settling import Leave, reprice
from dibs_live_shopping.telling import tell

SOURCE = "live_session"
LATE = ("ended", "expired")


@attrs.frozen
class Conversion:
    """How to order.

    Attributes:
        credit_reason: why the customer goes over the limit; needs the permission `credit:override`.
        late: order what an ended or expired session had in its cart. Nothing is held any more: stock, prices and
            credit are checked anew.
    """

    credit_reason: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(500))
    )
    late: bool = False


@attrs.frozen
class Converted:
    """The order, and the session that has become it."""

    order: Order
    session: StaffSession


_REOPENED = (
    "SELECT id FROM live_sessions WHERE workspace_id = $1 AND copied_from = $2 AND status <> 'cancelled' LIMIT 1"
)


async def convert(context: EventContext, session_id: UUID, wanted: Conversion, leave: Leave) -> tuple[Order, Cart]:
    """Order what is to be bought, and the samples with it. What was only of interest stays listed, not bought.

    Raises:
        NotFoundError: there is no such session.
        SessionClosedError: it does not sell, and is not to be ordered late.
        ConflictError: there is nothing to order, or the session was opened again.
        PriceMissingError: a line has no price that the customer has seen; it is named.
        PriceRefusedError: ordered late, a price is another one by now.
        OutOfStockError, CreditExceededError: it can't be had, or not be owed.
    """
    cart = await take(context, session_id)
    if cart.session.order_id is not None:
        return await context.desk.orders.get(cart.session.order_id), cart
    late = await _check_status(context, cart, wanted)
    lines = [line for line in cart.lines.values() if line.intent != "interested"]
    _check_lines(lines)
    order = await context.desk.orders.make(_order(cart, lines, leave, late), may_override=leave.may_override)
    await _close(context, cart, order)
    return order, cart


async def _check_status(context: EventContext, cart: Cart, wanted: Conversion) -> bool:
    """Whether it is ordered late."""
    session = cart.session
    over = session.due(cart.now) or session.status in LATE
    if not (over and wanted.late):
        check_selling(cart, "host")
        return False
    if await context.data.fetch(_REOPENED, session.id):
        raise ConflictError("The session was opened again: order from the new one.")
    changed = [line for line in await reprice(context, cart) if line.intent == "to_purchase"]
    if changed:
        facts = [{"line_id": str(line.id), "name": line.name, "price": _text(line.price)} for line in changed]
        names = ", ".join(line.name for line in changed[:5])
        raise PriceRefusedError(
            f"The price of {names} is another one by now: open the session again.", problem="price_changed", lines=facts
        )
    return True


def _text(price: Decimal | None) -> str | None:
    return None if price is None else money_text(price)


def _check_lines(lines: list[Line]) -> None:
    if not lines:
        raise ConflictError("There is nothing to order in the cart.")
    for line in lines:
        if line.sample:
            continue
        if line.price is None:
            problem = line.price_warnings[0] if line.price_warnings else "price_missing"
            raise PriceMissingError(
                f"{line.name} has no price. {line.price_detail}".strip(), problem=problem, line_id=str(line.id)
            )
        if line.needs_confirmation:
            raise PriceMissingError(
                f"The price of {line.name} is the bare cost, and nobody has confirmed it.", problem="unconfirmed",
                line_id=str(line.id),
            )  # fmt: skip


def _order(cart: Cart, lines: list[Line], leave: Leave, late: bool) -> NewOrder:
    session = cart.session
    # A buyer who was linked to a customer since orders as that customer, in whose draft this cart is not.
    drafted = not late and session.customer_id is not None
    freed = [
        (line.batch_id, holder(line.id))
        for line in cart.lines.values()
        if line.intent == "interested" and line.holds and line.batch_id is not None
    ]
    return NewOrder(
        Reference(SOURCE, session.id), "LIVE_SHOPPING", tuple(_order_line(line) for line in lines),
        session.customer_id, session.buyer_id, session.show_id, session.title, drafted, leave.reason, tuple(freed),
    )  # fmt: skip


def _order_line(line: Line) -> NewOrderLine:
    return NewOrderLine(
        line.name, line.quantity, line.price or Decimal("0.00"), line.price_source or "manual", line.batch_id,
        line.product_id, line.claim_id, line.unit, line.sample, holder(line.id) if line.holds else None,
    )  # fmt: skip


async def _close(context: EventContext, cart: Cart, order: Order) -> None:
    """What was only of interest stays to be read as well; the order has freed what it held."""
    cart.change(
        status="converted", order_id=order.order_id, order_number=order.number,
        ended_at=cart.session.ended_at or cart.now, expires_at=None, checkout_requested_at=None,
    )  # fmt: skip
    await save(context, cart, active=False)
    if cart.session.customer_id is not None:
        cart.standing = await context.desk.credit.standing(cart.session.customer_id)
    await note(context, cart, "converted", order_id=order.order_id, number=order.number)
    tell(context, cart, "session.converted", "host")


def for_reader(order: Order, costs: bool) -> Order:
    """An order as somebody may see it who sees costs, or does not."""
    if costs:
        return order
    return attrs.evolve(order, lines=tuple(attrs.evolve(line, unit_cost=None) for line in order.lines))
