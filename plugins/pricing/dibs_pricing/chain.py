"""The price of a line: override, item, customer, category, workspace, and the cost at last. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import attrs

from dibs import InvalidInputError, PriceProblem, PriceQuote, PriceRequest, PriceSource
from dibs.money import line_total, quotient, rounded
from dibs_pricing.model import DEFAULT, LIMIT, Key, Margins, Step, folded, margin_text
from dibs_pricing.settings import PricingSettings
from dibs_pricing.words import PROBLEM_WORDS

_OWNERS: Final = {
    "customer_margin": "the customer",
    "category_margin": "the category {category}",
    "default_margin": "the workspace",
}


def decide(line: PriceRequest, margins: Margins, settings: PricingSettings) -> PriceQuote | PriceProblem:
    """The price of a line, or why it has none."""
    chain = steps(line, margins)
    won = next(step for step in chain if step.won)
    if won.price is None:
        return _problem(line, won)
    if won.source == "cost":
        return PriceQuote(won.price, "cost", "the cost: no margin is set", True, ("no_price_rule",))
    warnings = ("fell_far",) if won.source == "override" and _fell_far(won.price, chain[1:], settings) else ()
    return PriceQuote(won.price, won.source, _detail(line, won), warnings=warnings)


def steps(line: PriceRequest, margins: Margins) -> tuple[Step, ...]:
    """All that could give a price, the first that is set marked as the one that decides."""
    found = (
        _typed("override", line.override),
        _typed("item", line.list_price),
        _by_margin("customer_margin", line, margins, ("customer", str(line.customer_id))),
        _by_margin("category_margin", line, margins, ("category", folded(line.category or ""))),
        _by_margin("default_margin", line, margins, DEFAULT),
        _cost(line),
    )
    first = next(place for place, step in enumerate(found) if step.is_set)
    return tuple(attrs.evolve(step, won=place == first) for place, step in enumerate(found))


def price_at(cost: Decimal | None, margin: Decimal) -> tuple[Decimal | None, str | None]:
    """Cost ÷ (1 − margin), half a cent up; or the code of why there is none."""
    if cost is None or cost <= 0:
        return None, "missing_cost"
    if not margin.is_finite() or not -LIMIT < margin < LIMIT:
        return None, "bad_margin"
    try:
        return quotient(cost, (LIMIT - margin).scaleb(-2)), None
    except InvalidInputError:
        return None, "price_too_large"


def _typed(source: PriceSource, price: Decimal | None) -> Step:
    return Step(source, price=None if price is None else rounded(price))


def _by_margin(source: PriceSource, line: PriceRequest, margins: Margins, key: Key) -> Step:
    margin = margins.get(key)
    if margin is None:
        return Step(source)
    price, problem = price_at(line.unit_cost, margin)
    return Step(source, margin, price, problem)


def _cost(line: PriceRequest) -> Step:
    if line.unit_cost is None or line.unit_cost <= 0:
        return Step("cost", problem="missing_cost")
    return Step("cost", price=rounded(line.unit_cost))


def _fell_far(price: Decimal, others: Sequence[Step], settings: PricingSettings) -> bool:
    """Whether a typed price is further below what would hold without it than the workspace allows."""
    usual = next((step.price for step in others if step.is_set), None)
    if usual is None:
        return False
    return price < line_total(usual, (LIMIT - settings.most_fall).scaleb(-2))


def _detail(line: PriceRequest, won: Step) -> str:
    if won.margin is None:
        return "price of this session" if won.source == "override" else "price of the item"
    owner = _OWNERS[won.source].format(category=line.category)
    return f"{margin_text(won.margin)} % margin of {owner}"


def _problem(line: PriceRequest, won: Step) -> PriceProblem:
    name, code = line.batch_name or line.key, won.problem or "missing_cost"
    data = {"batch": name, "batch_id": None if line.batch_id is None else str(line.batch_id), "source": won.source}
    return PriceProblem(code, f"{name}: {PROBLEM_WORDS[code]}", data)
