"""Waits where it must not."""

from dibs import ParseContext, PluginInfo, Reading, hookimpl

PLUGIN = PluginInfo("wrong_colour", "Wrong colour", "Waits while stock is locked.")


@hookimpl
async def parse_comment(ctx: ParseContext) -> Reading | None:
    """Never asked."""
    return None
