"""A session's own price for a product, or for one batch of it (rule 28)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import EventContext, NotFoundError, PriceQuote, PriceRefusedError, PriceRequest
from dibs.money import money_fault, money_text
from dibs_live_shopping.cart import note
from dibs_live_shopping.loading import Cart, take_selling
from dibs_live_shopping.rows import Line
from dibs_live_shopping.saving import save
from dibs_live_shopping.settling import note_credit, request_for, with_quote
from dibs_live_shopping.telling import tell


def price_fault(_: object, attribute: attrs.Attribute[Any], value: Decimal) -> None:
    """Refuse what is no price. A validator of fields."""
    if problem := money_fault(value):
        raise ValueError(problem)


@attrs.frozen
class Override:
    """A price for a product in this session, or for one batch of it.

    Attributes:
        reason: for the audit log; the customer does not see it.
        sure: take it although it is 0, or falls further than the workspace allows.
    """

    product_id: UUID
    price: Decimal = attrs.field(validator=price_fault)
    batch_id: UUID | None = None
    reason: str = attrs.field(default="", validator=attrs.validators.max_len(500))
    sure: bool = False


@attrs.frozen
class OverrideKey:
    """Which override."""

    product_id: UUID
    batch_id: UUID | None = None


# Something that the override would price, when nothing of it is in the cart yet.
_PROBE = """
SELECT p.name, p.category, b.id AS batch_id, b.code AS batch_code, b.unit_cost
FROM products p LEFT JOIN LATERAL (
    SELECT * FROM batches b WHERE b.workspace_id = p.workspace_id AND b.product_id = p.id
        AND ($3::uuid IS NULL OR b.id = $3)
    ORDER BY b.received_on DESC, b.id DESC LIMIT 1
) b ON true
WHERE p.workspace_id = $1 AND p.id = $2 AND ($3::uuid IS NULL OR b.id IS NOT NULL)
"""
_PUT = """
INSERT INTO live_overrides (workspace_id, id, session_id, product_id, batch_id, price, reason, set_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT ON CONSTRAINT live_overrides_one DO UPDATE SET price = excluded.price, reason = excluded.reason,
    set_by = excluded.set_by, set_at = now()
"""
_DROP = """
DELETE FROM live_overrides WHERE workspace_id = $1 AND session_id = $2 AND product_id = $3
    AND batch_id IS NOT DISTINCT FROM $4::uuid
RETURNING price
"""
_PRICES = """
SELECT batch_id, price FROM live_overrides WHERE workspace_id = $1 AND session_id = $2 AND product_id = $3
"""


async def put_override(context: EventContext, session_id: UUID, wanted: Override, *, name: str) -> Cart:
    """Give a product a price of its own in this session; lines at an agreed price keep theirs.

    Raises:
        NotFoundError: there is no such session, product or batch.
        SessionClosedError: the session does not sell.
        PriceRefusedError: the price is 0 or falls too far, and nobody said that it is meant.
    """
    cart = await take_selling(context, session_id, "host")
    probe = await _probe(context, cart, wanted)
    await context.data.execute(
        _PUT, context.desk.new_id(), session_id, wanted.product_id, wanted.batch_id, wanted.price, wanted.reason,
        name[:200],
    )  # fmt: skip
    quote = await _requote(context, cart, wanted.product_id, probe)
    if not wanted.sure:
        _check(wanted, quote, cart)
    await note(
        context, cart, "price_overridden", product_id=wanted.product_id, batch_id=wanted.batch_id,
        price=money_text(wanted.price), reason=wanted.reason or None,
    )  # fmt: skip
    await _finish(context, cart)
    return cart


async def drop_override(context: EventContext, session_id: UUID, key: OverrideKey) -> Cart:
    """Go back to the price by the rules. Raises as `put_override`; `NotFoundError` if there is no override."""
    cart = await take_selling(context, session_id, "host")
    gone = await context.data.fetch(_DROP, session_id, key.product_id, key.batch_id)
    if not gone:
        raise NotFoundError("There is no such override.")
    await _requote(context, cart, key.product_id, None)
    was = money_text(gone[0]["price"])
    await note(context, cart, "override_removed", product_id=key.product_id, batch_id=key.batch_id, price=was)
    await _finish(context, cart)
    return cart


async def _finish(context: EventContext, cart: Cart) -> None:
    await note_credit(context, cart)
    await save(context, cart)
    tell(context, cart, "price.changed", "host")


async def _probe(context: EventContext, cart: Cart, wanted: Override) -> PriceRequest:
    rows = await context.data.fetch(_PROBE, wanted.product_id, wanted.batch_id)
    if not rows:
        raise NotFoundError("There is no such product or batch.")
    row = rows[0]
    return PriceRequest(
        "probe", Decimal(1), row["batch_id"], f"{row['name']} · {row['batch_code'] or ''}", wanted.product_id,
        row["category"], row["unit_cost"], cart.session.customer_id, cart.session.id, wanted.price,
    )  # fmt: skip


async def _requote(
    context: EventContext, cart: Cart, product_id: UUID, probe: PriceRequest | None
) -> PriceQuote | None:
    """Price the cart with the overrides as they are now, and the probe beside it; the probe's quote."""
    prices = {row["batch_id"]: row["price"] for row in await context.data.fetch(_PRICES, cart.session.id, product_id)}
    for line in cart.lines.values():
        if line.product_id == product_id:
            cart.put(attrs.evolve(line, override=prices.get(line.batch_id, prices.get(None))))
    lines = [line for line in cart.lines.values() if not line.agreed]
    quotes = await context.desk.prices.quote([request_for(cart, line) for line in lines])
    for line, quote in zip(lines, quotes, strict=True):
        cart.put(with_quote(line, quote))
    if probe is None:
        return None
    answer = (await context.desk.prices.quote([probe]))[0]
    return answer if isinstance(answer, PriceQuote) else None


def _check(wanted: Override, quote: PriceQuote | None, cart: Cart) -> None:
    lines: list[Line] = [one for one in cart.lines.values() if one.product_id == wanted.product_id and not one.agreed]
    warnings = {code for line in lines for code in line.price_warnings} | set(quote.warnings if quote else ())
    if wanted.price == 0:
        raise PriceRefusedError("A price of 0 is taken if you say that it is meant.", problem="free", needs="sure")
    if "fell_far" in warnings:
        raise PriceRefusedError(
            "The price falls further than the workspace allows. Is a digit missing?", problem="fell_far", needs="sure"
        )
