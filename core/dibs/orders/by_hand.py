"""Orders that people make: lines from batches, priced by the rules where nobody says a price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from dibs.errors import NotFoundError, PriceMissingError
from dibs.ids import uuid7
from dibs.models.events import EventContext
from dibs.models.orders import NewOrder, NewOrderLine, Order
from dibs.models.pricing import PriceProblem, PriceQuote, PriceRequest, PriceSource
from dibs.orders.model import NewManualLine, NewManualOrder
from dibs.stock import Reference

_BATCHES = """
SELECT b.id, b.product_id, b.unit_cost, p.name, p.unit, p.category, p.name || ' · ' || b.code AS batch_name
FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE b.workspace_id = $1 AND b.id = ANY($2::uuid[])
"""
_Batches = Mapping[UUID, Mapping[str, Any]]


async def make_by_hand(
    context: EventContext, wanted: NewManualOrder, *, may_override: bool, once: UUID | None = None
) -> Order:
    """Make the order in the transaction of `context`; each call makes another one, but for a known `once`.

    Raises:
        PriceMissingError: the rules have no price for a line, or only its bare cost, which a person has to say.
        Other errors as `OrderDesk.make`.
    """
    batches = await _batches(context, wanted.lines)
    lines = await _lines(context, wanted, batches)
    new = NewOrder(
        Reference("manual", once or uuid7()), "MANUAL", lines, wanted.customer_id, note=wanted.note,
        credit_reason=wanted.credit_reason,
    )  # fmt: skip
    return await context.desk.orders.make(new, may_override=may_override)


async def prices_by_hand(
    context: EventContext, customer_id: UUID, lines: Sequence[NewManualLine]
) -> list[PriceQuote | PriceProblem]:
    """What the rules say of each line, whatever price it has. Raises `NotFoundError` as `make_by_hand`."""
    batches = await _batches(context, lines)
    requests = [_request(str(n), line, batches[line.batch_id], customer_id) for n, line in enumerate(lines)]
    return await context.desk.prices.quote(requests)


async def _batches(context: EventContext, lines: Sequence[NewManualLine]) -> _Batches:
    wanted = {line.batch_id for line in lines}
    found = {row["id"]: row for row in await context.data.fetch(_BATCHES, list(wanted))}
    if missing := wanted - found.keys():
        raise NotFoundError("There is no such batch.", batch_id=str(min(missing)))
    return found


async def _lines(context: EventContext, wanted: NewManualOrder, batches: _Batches) -> tuple[NewOrderLine, ...]:
    open_ones = [(n, line) for n, line in enumerate(wanted.lines) if line.price is None]
    requests = [_request(str(n), line, batches[line.batch_id], wanted.customer_id) for n, line in open_ones]
    quotes = await context.desk.prices.quote(requests) if requests else []
    known = {n: _taken(quote, batches[line.batch_id]) for (n, line), quote in zip(open_ones, quotes, strict=True)}
    made = []
    for n, line in enumerate(wanted.lines):
        price, source = known.get(n, (line.price, "manual"))
        made.append(_line(line, batches[line.batch_id], price, source))
    return tuple(made)


def _request(key: str, line: NewManualLine, batch: Mapping[str, Any], customer_id: UUID) -> PriceRequest:
    return PriceRequest(
        key, line.quantity, line.batch_id, batch["batch_name"], batch["product_id"], batch["category"],
        batch["unit_cost"], customer_id,
    )  # fmt: skip


def _taken(quote: PriceQuote | PriceProblem, batch: Mapping[str, Any]) -> tuple[Decimal | None, PriceSource]:
    if isinstance(quote, PriceProblem):
        raise PriceMissingError(quote.message, problem=quote.code, **quote.data)
    if quote.needs_confirmation:
        words = f"{batch['batch_name']} has no price rule; say its price."
        raise PriceMissingError(words, problem="no_price_rule", batch_id=str(batch["id"]))
    return quote.price, quote.source


def _line(line: NewManualLine, batch: Mapping[str, Any], price: Decimal | None, source: PriceSource) -> NewOrderLine:
    return NewOrderLine(
        batch["name"], line.quantity, price, source, line.batch_id, batch["product_id"], unit=batch["unit"],
        sample=line.sample,
    )  # fmt: skip
