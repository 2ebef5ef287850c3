"""The adapters of a process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import attrs
import structlog

from dibs.errors import NotFoundError
from dibs.models.platform import Platform
from dibs.outgoing import Outgoing
from dibs.platforms.context import PlatformContext

if TYPE_CHECKING:
    from dibs.flags import FlagService
    from dibs.plugins import PluginManager

log = structlog.get_logger("dibs.platforms")


@attrs.define(eq=False)
class Platforms:
    """Every adapter that plugins give, by the platform's name, with the plugin that gave it."""

    flags: FlagService
    _found: dict[str, tuple[str, Platform]] = attrs.field(factory=dict, init=False)

    def load(self, plugins: PluginManager, http: Outgoing, public_url: str) -> None:
        """Make the adapters. One whose plugin fails, or whose name is taken, is left out with a line in the log."""
        for name in plugins.plugins:
            context = PlatformContext(plugins.instance_settings.get(name), http, public_url)
            found, errors = plugins.hooks_for(frozenset({name})).platforms(context)
            for error in errors:
                log.error("platform_left_out", plugin=name, problem=str(error))
            for _, platform in found:
                self._take(name, platform)

    def _take(self, plugin: str, platform: Platform) -> None:
        if platform.name in self._found:
            log.error("platform_left_out", plugin=plugin, problem=f"there is a platform {platform.name} already")
        else:
            self._found[platform.name] = (plugin, platform)

    def named(self, name: str) -> Platform:
        """An adapter, whether or not a workspace has it. Raises `NotFoundError`."""
        found = self._found.get(name)
        if found is None:
            raise NotFoundError("There is no such platform.", platform=name)
        return found[1]

    def plugin_of(self, name: str) -> str:
        """The plugin that serves a platform. Raises `NotFoundError`."""
        self.named(name)
        return self._found[name][0]

    async def of(self, workspace_id: UUID, name: str) -> Platform:
        """An adapter that the workspace has. Raises `NotFoundError`."""
        platform = self.named(name)
        if self._found[name][0] not in await self.flags.enabled_plugins(workspace_id):
            raise NotFoundError("There is no such platform.", platform=name)
        return platform

    async def all_of(self, workspace_id: UUID) -> Sequence[Platform]:
        """The adapters that the workspace has, by title."""
        enabled = await self.flags.enabled_plugins(workspace_id)
        mine = [platform for plugin, platform in self._found.values() if plugin in enabled]
        return sorted(mine, key=lambda platform: platform.title)

    @property
    def everywhere(self) -> Mapping[str, Platform]:
        """Every adapter by name."""
        return {name: platform for name, (_, platform) in self._found.items()}


def private_hosts(values: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Hosts that the instance's settings of plugins name in addresses: whoever runs the instance trusts them."""
    found: set[str] = set()
    for settings in values.values():
        for value in settings.values():
            for text in value.values() if isinstance(value, Mapping) else (value,):
                if isinstance(text, str) and text.startswith(("http://", "https://")):
                    found.add(urlsplit(text).hostname or "")
    return frozenset(found - {""})
