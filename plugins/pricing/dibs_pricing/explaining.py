"""Why something costs what it costs: the batch, the customer, each step, and the price as a cart would get it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from dibs import EventContext, InvalidInputError, NotFoundError, PriceProblem, PriceQuote, PriceRequest
from dibs.money import quotient
from dibs_pricing.chain import steps
from dibs_pricing.model import LIMIT, Step
from dibs_pricing.reading import margins_for

_BATCH: Final = """
SELECT b.id, b.code, b.unit_cost, p.id AS product_id, p.name, p.category, p.unit
FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE b.workspace_id = $1 AND b.id = $2
"""
_CUSTOMER: Final = "SELECT id, name FROM customers WHERE workspace_id = $1 AND id = $2"


@attrs.frozen
class Explanation:
    """A price and where it came from.

    Attributes:
        batch, customer: rows with `id` and `name`; `customer` is None if none was named.
        steps: what could decide, in order.
        by_rule: the rules' price is what a cart gets, unless `quote` is `refined`; else another plugin prices.
    """

    batch: Mapping[str, Any]
    customer: Mapping[str, Any] | None
    quantity: Decimal
    steps: tuple[Step, ...]
    answer: PriceQuote | PriceProblem

    @property
    def quote(self) -> PriceQuote | None:
        """The price, None if there is none."""
        return self.answer if isinstance(self.answer, PriceQuote) else None

    @property
    def problem(self) -> PriceProblem | None:
        """Why there is no price."""
        return self.answer if isinstance(self.answer, PriceProblem) else None

    @property
    def earned(self) -> Decimal | None:
        """What is left of the price after the cost, in per cent of the price; None if that is not known."""
        cost = self.batch["unit_cost"]
        if self.quote is None or cost is None or self.quote.price <= 0:
            return None
        try:
            return quotient((self.quote.price - cost) * LIMIT, self.quote.price)
        except InvalidInputError:
            return None

    @property
    def cost_share(self) -> Decimal | None:
        """How much of the price the cost takes, in per cent, 100 at most; for a bar."""
        return None if self.earned is None else min(LIMIT, LIMIT - self.earned)

    @property
    def won(self) -> Step:
        """The step that decides."""
        return next(step for step in self.steps if step.won)

    @property
    def by_rule(self) -> bool:
        """Whether the steps decided, and no other plugin instead of them."""
        if self.quote is None:
            return self.won.price is None
        return self.quote.source == "refined" or (self.quote.source, self.quote.price) == (
            self.won.source,
            self.won.price,
        )


async def explain(context: EventContext, batch_id: UUID, customer_id: UUID | None, quantity: Decimal) -> Explanation:
    """What a batch costs a customer, asked as a cart asks. Raises `NotFoundError`."""
    batch = await _one(context, _BATCH, batch_id, "batch")
    customer = None if customer_id is None else await _one(context, _CUSTOMER, customer_id, "customer")
    line = PriceRequest(
        "0",
        quantity,
        batch_id=batch["id"],
        batch_name=f"{batch['name']} · {batch['code']}",
        product_id=batch["product_id"],
        category=batch["category"],
        unit_cost=batch["unit_cost"],
        customer_id=customer_id,
    )
    [answer] = await context.desk.prices.quote([line])
    margins = await margins_for(context.data, [line])
    return Explanation(batch, customer, quantity, steps(line, margins), answer)


async def _one(context: EventContext, sql: str, key: UUID, what: str) -> Mapping[str, Any]:
    rows = await context.data.fetch(sql, key)
    if not rows:
        raise NotFoundError(f"There is no such {what}.", id=str(key))
    return rows[0]
