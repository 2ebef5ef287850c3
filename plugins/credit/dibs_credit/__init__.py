"""How much more each customer may owe: limit, open orders, payments, and what is still in the cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from dibs import (
    Allocation,
    Attention,
    ClaimRequest,
    CreditRequest,
    CreditStanding,
    NavigationEntry,
    PluginContext,
    PluginInfo,
    WorkspaceData,
    hookimpl,
)
from dibs_credit.screening import objection
from dibs_credit.settings import CreditSettings
from dibs_credit.standing import standing_of
from dibs_credit.sums import credited, left_of

if TYPE_CHECKING:
    from quart import Blueprint

PLUGIN = PluginInfo(
    name="credit",
    title="Credit",
    summary="How much more each customer may owe: limit, open orders, payments, and what is still in the cart.",
    default=True,
    settings=CreditSettings,
)


@hookimpl
async def check_credit(context: PluginContext, request: CreditRequest) -> CreditStanding:
    """Limit less balance, carts and what is added."""
    return standing_of(request, await credited(context.data, request.customer_id), context.settings)


@hookimpl
async def credit_left(context: PluginContext, customer_ids: Sequence[UUID]) -> Mapping[UUID, Decimal] | None:
    """Limit less balance, if public claims are to be screened."""
    return await left_of(context.data, customer_ids) if context.settings.screen_claims else None


# trylast: what is refused anyway, such as a repeat, needs no operator.
@hookimpl(trylast=True)
def screen_claim(request: ClaimRequest) -> Allocation | None:
    """A public claim above the credit of its buyer's customer goes to review."""
    return objection(request)


@hookimpl
def navigation() -> Sequence[NavigationEntry]:
    """A tab of each customer, and the list of all."""
    return [
        NavigationEntry("credit", "/customers/{customer_id}/credit", "Credit", "customer", "credit:read", "credit"),
        NavigationEntry("credit_list", "/credit", "Credit", "selling", "credit:read", "credit"),
    ]


@hookimpl
async def attention(data: WorkspaceData) -> Sequence[Attention]:
    """Customers who owe more than their limit."""
    from dibs_credit.listing import above_limit  # noqa: PLC0415 - only pages need it

    return await above_limit(data)


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The pages and the API routes."""
    from dibs_credit import pages, routes  # noqa: PLC0415 - a command without a web server needs none

    return [pages.blueprint, routes.blueprint]
