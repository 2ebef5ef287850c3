"""The settings of one plugin in one workspace, as its own class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.workspace_settings.reading import settings_of

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.plugins import PluginManager


async def plugin_settings(db: Database, plugins: PluginManager, workspace_id: UUID, name: str) -> Any:
    """An object of the plugin's settings class, at most two seconds old; None if it has no such class."""
    values = (await settings_of(db, workspace_id)).rules.plugins.get(name, {})
    return plugins.settings_from(name, values)
