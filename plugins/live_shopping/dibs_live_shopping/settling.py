"""Prices and credit of a cart that has changed, before it is saved."""

from __future__ import annotations

from decimal import Decimal

import attrs

from dibs import EventContext, PriceProblem, PriceQuote, PriceRequest
from dibs_live_shopping.loading import Cart
from dibs_live_shopping.rows import Line


@attrs.frozen
class Leave:
    """What a host may do about credit: `reason` is why the customer may go over the limit."""

    reason: str | None = None
    may_override: bool = False


NO_LEAVE = Leave()


async def settle(context: EventContext, cart: Cart, leave: Leave = NO_LEAVE) -> None:
    """Price the whole cart, then see whether the customer may owe that much.

    Raises:
        CreditExceededError: they may not, and nobody with the permission gave a reason.
    """
    await reprice(context, cart)
    await check_credit(context, cart, leave)


async def reprice(context: EventContext, cart: Cart) -> list[Line]:
    """Quote all lines whose price was not agreed upon; those whose price is another one now."""
    lines = [line for line in cart.lines.values() if not line.agreed]
    if not lines:
        return []
    quotes = await context.desk.prices.quote([request_for(cart, line) for line in lines])
    changed = []
    for line, quote in zip(lines, quotes, strict=True):
        priced = with_quote(line, quote)
        cart.put(priced)
        if priced.price != line.price:
            changed.append(priced)
    return changed


def request_for(cart: Cart, line: Line) -> PriceRequest:
    """What the price of a line depends on."""
    name = f"{line.name} · {line.batch_code}" if line.batch_code else line.name
    return PriceRequest(
        str(line.id), line.quantity, line.batch_id, name, line.product_id, line.category, line.unit_cost,
        cart.session.customer_id, cart.session.id, line.override, line.list_price,
    )  # fmt: skip


def with_quote(line: Line, quote: PriceQuote | PriceProblem) -> Line:
    """A line at its new price. What a host has confirmed stays so while the price is the same.

    A price that the customer never saw is not shown as the one before either: it may be the bare cost.
    """
    if isinstance(quote, PriceProblem):
        return attrs.evolve(
            line, price=None, price_source=None, price_detail=quote.message, price_notes=(),
            price_warnings=(quote.code,), price_before=_before(line, None), needs_confirmation=False,
        )  # fmt: skip
    if _is_the_same(line, quote):
        return line
    same = line.price == quote.price and line.price_source == quote.source
    return attrs.evolve(
        line, price=quote.price, price_source=quote.source, price_detail=quote.detail, price_notes=quote.notes,
        price_warnings=quote.warnings, price_before=_before(line, quote.price),
        needs_confirmation=quote.needs_confirmation and not (same and not line.needs_confirmation),
    )  # fmt: skip


def _is_the_same(line: Line, quote: PriceQuote) -> bool:
    """What is already there, as most lines of a cart are whenever another one changes."""
    return (
        line.price == quote.price
        and line.price_source == quote.source
        and (line.needs_confirmation is quote.needs_confirmation or not line.needs_confirmation)
        and (line.price_detail, line.price_notes, line.price_warnings) == (quote.detail, quote.notes, quote.warnings)
    )


def _before(line: Line, price: Decimal | None) -> Decimal | None:
    if line.price is None or line.price == price or line.needs_confirmation:
        return line.price_before
    return line.price


async def check_credit(context: EventContext, cart: Cart, leave: Leave = NO_LEAVE) -> None:
    """Ask for leave if the customer would owe more; how they stand is noted in the cart."""
    customer_id, more = cart.session.customer_id, cart.owed_more
    if customer_id is None:
        return
    credit = context.desk.credit
    if more > 0:
        cart.standing = await credit.check(customer_id, more, reason=leave.reason, may_override=leave.may_override)
    else:
        cart.standing = await credit.standing(customer_id, more)


async def note_credit(context: EventContext, cart: Cart) -> None:
    """Note how the customer stands, whatever the cart comes to: nobody is refused for a price that has moved."""
    if cart.session.customer_id is not None:
        cart.standing = await context.desk.credit.standing(cart.session.customer_id, cart.owed_more)
