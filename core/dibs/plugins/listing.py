"""The plugins of a process, as the command line and the API show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.codec import unstructure
from dibs.errors import PluginLoadError
from dibs.plugins.forms import settings_fields
from dibs.plugins.manager import LoadedPlugin, PluginManager

if TYPE_CHECKING:
    from dibs.flags import FlagService


def describe(manager: PluginManager) -> dict[str, Any]:
    """Every plugin in use, and every refused one with its reason. Needs no database."""
    return {
        "plugins": [_plugin(plugin, manager) for _, plugin in sorted(manager.plugins.items())],
        "refused": [_refused(error) for error in manager.refused],
    }


async def describe_for(manager: PluginManager, flags: FlagService, workspace_id: UUID) -> dict[str, Any]:
    """The same, with what is on in a workspace and how the plugins fare there."""
    found = describe(manager)
    views = {view.key: view for view in await flags.overview(workspace_id)}
    health = await flags.health.of_workspace(workspace_id)
    for plugin in found["plugins"]:
        view = views.get(plugin["name"])
        plugin["enabled"] = view.enabled if view else True
        plugin["origin"] = view.origin if view else "always"
        known = health.get(plugin["name"])
        plugin["health"] = unstructure(known) if known else None
    return found


def _plugin(plugin: LoadedPlugin, manager: PluginManager) -> dict[str, Any]:
    others = sorted(manager.plugins.items())
    return {
        "name": plugin.name,
        "title": plugin.info.title,
        "summary": plugin.info.summary,
        "version": plugin.version,
        "distribution": plugin.distribution,
        "api": plugin.info.api,
        "built_in": plugin.built_in,
        "flag": _flag(plugin),
        "requires": list(plugin.info.requires),
        "required_by": [name for name, other in others if plugin.name in other.info.requires],
        "settings": unstructure(settings_fields(plugin.info)),
        "hooks": list(plugin.hooks),
    }


def _flag(plugin: LoadedPlugin) -> Mapping[str, Any]:
    return {"key": plugin.name, "default": plugin.info.default, "always": plugin.info.always}


def _refused(error: PluginLoadError) -> Mapping[str, Any]:
    return {key: error.data[key] for key in ("plugin", "distribution", "version", "reason")}


def flag_words(plugin: Mapping[str, Any]) -> str:
    """A flag in a word or two, for people."""
    if plugin["flag"]["always"]:
        return "always on"
    if "enabled" in plugin:
        return f"{'on' if plugin['enabled'] else 'off'} ({plugin['origin']})"
    return "on by default" if plugin["flag"]["default"] else "off by default"


def hook_words(hooks: Sequence[str]) -> str:
    """The hooks of a plugin, for people."""
    return ", ".join(hooks) or "none"
