"""Private sessions: a cart that a host and one customer fill together, up to the order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from dibs import (
    Attention,
    CommittedEvent,
    EventContext,
    Exposure,
    Job,
    NavigationEntry,
    PersonTraces,
    PluginContext,
    PluginInfo,
    WorkspaceData,
    hookimpl,
)
from dibs_live_shopping import picking, repricing, show_carts
from dibs_live_shopping.exposure import exposure_of
from dibs_live_shopping.settings import LiveSettings

if TYPE_CHECKING:
    from quart import Blueprint

PLUGIN = PluginInfo(
    name="live_shopping",
    title="Live shopping",
    summary="Private sessions: a cart that a host and one customer fill together, up to the order.",
    default=True,
    settings=LiveSettings,
    events=(*show_carts.EVENTS, repricing.EVENT),
)


@hookimpl
async def handle_event(context: EventContext, event: CommittedEvent) -> None:
    """Carts of a show's winners follow the claims; prices follow the rules."""
    if event.kind == repricing.EVENT:
        await repricing.rule_changed(context, event)
        return
    if event.kind == "order.cancelled":
        await picking.order_cancelled(context, UUID(str(event.data["order_id"])))
    await show_carts.followed(context, event)


@hookimpl
async def person_erased(
    context: EventContext, buyer_ids: Sequence[UUID], show_id: UUID | None, stranger: UUID | None
) -> PersonTraces | None:
    """Sessions of whoever is to be forgotten lose title, notes, messages and events."""
    from dibs_live_shopping.erasing import forget  # noqa: PLC0415 - only erasures need it

    return await forget(context, buyer_ids, show_id, stranger)


@hookimpl
async def draft_exposure(context: PluginContext, customer_id: UUID) -> Exposure | None:
    """What the customer's open carts come to."""
    return await exposure_of(context, customer_id)


@hookimpl
def jobs() -> Sequence[Job]:
    """Expiring, warning, asking for prices again."""
    from dibs_live_shopping import catching_up, expiring  # noqa: PLC0415 - only who runs jobs needs it

    return (*expiring.JOBS, *repricing.JOBS, *catching_up.JOBS)


@hookimpl
async def attention(data: WorkspaceData) -> Sequence[Attention]:
    """Sessions whose customer waits for somebody, and those that expire soon."""
    from dibs_live_shopping.listing import attention_of  # noqa: PLC0415 - only pages need it

    return await attention_of(data)


@hookimpl
def navigation() -> Sequence[NavigationEntry]:
    """The sessions and the pick list, the carts of a show, the sessions of a customer."""
    from dibs_live_shopping.entries import ENTRIES  # noqa: PLC0415 - a module named like the hook would hide it

    return ENTRIES


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The API and the pages."""
    from dibs_live_shopping import api, pages  # noqa: PLC0415 - a command without a web server needs none

    return [*api.BLUEPRINTS, pages.blueprint]
