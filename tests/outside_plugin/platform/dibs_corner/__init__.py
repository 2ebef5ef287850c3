"""Sell on Corner, a small live-chat service."""

from __future__ import annotations

from collections.abc import Sequence

from dibs import PluginInfo, hookimpl
from dibs.platforms import Platform, PlatformContext
from dibs_corner.adapter import Corner
from dibs_corner.settings import CornerSettings

PLUGIN = PluginInfo(
    name="corner",
    title="Corner",
    summary="Connects rooms of Corner and hears what is said in them.",
    instance=CornerSettings,
)


@hookimpl
def platforms(context: PlatformContext) -> Sequence[Platform]:
    """The one adapter of this plugin."""
    return [Corner(context.settings, context.http)]
