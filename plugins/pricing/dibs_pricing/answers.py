"""What the API asks and answers about prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import PriceSource
from dibs.bounds import bounded, bounds_of
from dibs.money import stock_fault
from dibs_pricing.explaining import Explanation
from dibs_pricing.model import Margin


@bounded(**bounds_of(stock_fault))
def _check_quantity(_: Any, attribute: attrs.Attribute[Any], value: Decimal) -> None:
    problem = stock_fault(value)
    if problem:
        raise ValueError(f"{attribute.name} {problem}")


@attrs.frozen
class MarginRules:
    """The margins; `default` is that of the workspace, null if there is none."""

    default: Margin | None
    categories: list[Margin]
    customers: list[Margin]


@attrs.frozen
class QuoteQuery:
    """What is to be priced for whom."""

    batch_id: UUID | None = None
    customer_id: UUID | None = None
    quantity: Decimal = attrs.field(default=Decimal(1), validator=_check_quantity)


@attrs.frozen
class PriceStep:
    """What could give the price, in order.

    Attributes:
        set: there is such a margin or price.
        won: it decides.
        margin, price: in per cent, and what it would come to; null without the permission `costs:read`.
    """

    source: PriceSource
    set: bool
    won: bool
    margin: Decimal | None
    price: Decimal | None


@attrs.frozen
class PriceExplained:
    """A price of one unit and where it came from.

    Attributes:
        price, source: null if there is no price; `problem` is then why, and `message` says it. The price is
            null as well without `costs:read` if it is the bare cost, to be confirmed.
        needs_confirmation: a customer sees it after a host has confirmed it.
        unit_cost, earned: what it cost, and what is left of the price in per cent; null without `costs:read`, as is
            `detail`.
        steps: what could decide. Another plugin may price instead of them; then none of them gave `source`.
    """

    batch_id: UUID
    batch_name: str
    customer_id: UUID | None
    quantity: Decimal
    price: Decimal | None
    source: PriceSource | None
    needs_confirmation: bool
    warnings: list[str]
    notes: list[str]
    problem: str | None
    message: str | None
    detail: str | None
    unit_cost: Decimal | None
    earned: Decimal | None
    steps: list[PriceStep]


def explained(found: Explanation, *, costs: bool) -> PriceExplained:
    """An explanation for somebody who may see costs, or may not."""
    quote, problem = found.quote, found.problem
    return PriceExplained(
        batch_id=found.batch["id"],
        batch_name=f"{found.batch['name']} · {found.batch['code']}",
        customer_id=None if found.customer is None else found.customer["id"],
        quantity=found.quantity,
        price=quote.price if quote and (costs or not quote.needs_confirmation) else None,
        source=quote.source if quote else None,
        needs_confirmation=quote is not None and quote.needs_confirmation,
        warnings=list(quote.warnings) if quote else [],
        notes=list(quote.notes) if quote else [],
        problem=problem.code if problem else None,
        message=problem.message if problem else None,
        detail=quote.detail if quote and costs else None,
        unit_cost=found.batch["unit_cost"] if costs else None,
        earned=found.earned if costs else None,
        steps=_steps(found, costs),
    )


def _steps(found: Explanation, costs: bool) -> list[PriceStep]:
    return [
        PriceStep(
            step.source,
            step.is_set,
            step.won and found.by_rule,
            step.margin if costs else None,
            step.price if costs else None,
        )
        for step in found.steps
    ]
