"""What the pages show: categories with their margins, what can't be priced, and what a search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from dibs import WorkspaceData
from dibs_pricing.chain import price_at
from dibs_pricing.model import Margin, folded

_COUNTS: Final = """
SELECT category, count(*) AS products FROM products WHERE workspace_id = $1 GROUP BY category ORDER BY category
"""
_EXAMPLES: Final = """
SELECT DISTINCT ON (p.category) p.category, p.name, b.unit_cost
FROM products p JOIN batches b ON b.workspace_id = p.workspace_id AND b.product_id = p.id
WHERE p.workspace_id = $1 AND b.unit_cost > 0
ORDER BY p.category, b.received_on DESC, b.id DESC
"""
_WITHOUT_COST: Final = """
SELECT b.id, b.code, b.on_hand, p.id AS product_id, p.name, p.unit, count(*) OVER () AS total
FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE b.workspace_id = $1 AND coalesce(b.unit_cost, 0) = 0 AND b.on_hand > 0
ORDER BY p.name_key, b.received_on, b.id LIMIT 50
"""
_BATCHES: Final = """
SELECT b.id, b.code, p.name
FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
WHERE b.workspace_id = $1 AND ($2 = '' OR strpos(p.name_key, $2) > 0 OR strpos(b.code_key, $2) > 0)
ORDER BY p.name_key = $2 DESC, b.unit_cost > 0 DESC NULLS LAST, b.on_hand > b.reserved + b.on_hold + b.in_carts DESC,
    b.received_on DESC, b.id DESC LIMIT 8
"""
_CUSTOMERS: Final = """
SELECT id, name FROM customers WHERE workspace_id = $1 AND ($2 = '' OR strpos(lower(name), lower($2)) > 0)
ORDER BY lower(name) = lower($2) DESC, lower(name), id LIMIT 8
"""


@attrs.frozen
class Category:
    """A category that products have, or had when its margin was set.

    Attributes:
        margin: its own; None if the workspace's decides.
        example: a product of it, its cost and its price by the rules for everybody; None if no cost is known.
    """

    name: str
    products: int
    margin: Margin | None = None
    example: Example | None = None


@attrs.frozen
class Example:
    """What something costs, and would be sold for; no price without a margin."""

    name: str
    cost: Decimal
    price: Decimal | None


async def categories(data: WorkspaceData, margins: Sequence[Margin]) -> list[Category]:
    """The categories with their margins; that without a name has no margin of its own, and stands last."""
    found: dict[str, Category] = {}
    for row in await data.fetch(_COUNTS):
        key = folded(row["category"] or "")
        known = found.get(key, Category(row["category"] or "", 0))
        found[key] = attrs.evolve(known, products=known.products + row["products"])
    own = {one.key[1]: one for one in margins if one.scope == "category"}
    for key, margin in own.items():
        found[key] = attrs.evolve(found.get(key, Category(margin.category or "", 0)), margin=margin)
    default = next((one for one in margins if one.scope == "default"), None)
    for row in await data.fetch(_EXAMPLES):
        key = folded(row["category"] or "")
        found[key] = attrs.evolve(found[key], example=_example(row, own.get(key, default)))
    return sorted(found.values(), key=lambda one: (not one.name, folded(one.name)))


def _example(row: Mapping[str, Any], margin: Margin | None) -> Example:
    price = None if margin is None else price_at(row["unit_cost"], margin.margin)[0]
    return Example(row["name"], row["unit_cost"], price)


async def without_cost(data: WorkspaceData) -> Sequence[Mapping[str, Any]]:
    """Batches in stock that no margin can be put on, the first fifty; each row says how many there are in `total`."""
    return await data.fetch(_WITHOUT_COST)


async def find_batches(data: WorkspaceData, words: str) -> Sequence[Mapping[str, Any]]:
    """Up to eight batches by words in their product's name or their code, the likeliest first."""
    return await data.fetch(_BATCHES, folded(words))


async def find_customers(data: WorkspaceData, words: str) -> Sequence[Mapping[str, Any]]:
    """Up to eight customers by words in their names, the likeliest first."""
    return await data.fetch(_CUSTOMERS, words)
