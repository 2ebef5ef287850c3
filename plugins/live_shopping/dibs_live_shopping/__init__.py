"""Private sessions: a cart that a host and one customer fill together, up to the order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dibs import Attention, NavigationEntry, PluginInfo, WorkspaceData, hookimpl
from dibs_live_shopping.settings import LiveSettings

if TYPE_CHECKING:
    from quart import Blueprint

PLUGIN = PluginInfo(
    name="live_shopping",
    title="Live shopping",
    summary="Private sessions: a cart that a host and one customer fill together, up to the order.",
    default=True,
    settings=LiveSettings,
)


@hookimpl
async def attention(data: WorkspaceData) -> Sequence[Attention]:
    """Sessions whose customer waits for somebody, and those that expire soon."""
    from dibs_live_shopping.listing import attention_of  # noqa: PLC0415 - only pages need it

    return await attention_of(data)


@hookimpl
def navigation() -> Sequence[NavigationEntry]:
    """The sessions and the pick list, the carts of a show, the sessions of a customer."""
    from dibs_live_shopping.navigation import ENTRIES  # noqa: PLC0415 - only pages need it

    return ENTRIES


@hookimpl
def register_blueprints() -> Sequence[Blueprint]:
    """The API and the pages."""
    from dibs_live_shopping import api, pages  # noqa: PLC0415 - a command without a web server needs none

    return [*api.BLUEPRINTS, pages.blueprint]
