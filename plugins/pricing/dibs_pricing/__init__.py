"""Prices by rule: from what a batch cost and the margin of customer, category or workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dibs import (
    NavigationEntry,
    PluginContext,
    PluginInfo,
    PricedLine,
    PriceProblem,
    PriceQuote,
    PriceRequest,
    hookimpl,
)
from dibs_pricing.chain import decide
from dibs_pricing.endings import with_endings
from dibs_pricing.reading import margins_for
from dibs_pricing.settings import PricingSettings

if TYPE_CHECKING:
    from quart import Blueprint

PLUGIN = PluginInfo(
    name="pricing",
    title="Pricing",
    summary="Prices by rule: from what a batch cost and the margin of customer, category or workspace.",
    default=True,
    settings=PricingSettings,
)


@hookimpl
async def price_lines(
    context: PluginContext, lines: Sequence[PriceRequest]
) -> Sequence[PriceQuote | PriceProblem] | None:
    """By the rules of the workspace, read with one query."""
    margins = await margins_for(context.data, lines)
    return [decide(line, margins, context.settings) for line in lines]


@hookimpl
def refine_prices(lines: Sequence[PricedLine], settings: Any) -> Sequence[PriceQuote | None] | None:
    """Round prices that come from a margin up to the ending that the workspace likes."""
    return with_endings(lines, settings)


@hookimpl
def navigation() -> Sequence[NavigationEntry]:
    """The page of the rules, and a tab of each customer."""
    return [
        NavigationEntry("pricing", "/pricing", "Pricing", "selling", "costs:read", "price"),
        NavigationEntry(
            "pricing-customer", "/customers/{customer_id}/pricing", "Pricing", "customer", "costs:read", "price"
        ),
    ]


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The pages, and the API routes."""
    from dibs_pricing import customer_page, pages, routes  # noqa: PLC0415 - a command without a web server needs none

    return [pages.blueprint, customer_page.blueprint, routes.blueprint]
