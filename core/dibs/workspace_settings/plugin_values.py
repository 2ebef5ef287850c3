"""The settings of one plugin in one workspace, as its own class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from dibs.codec import structure
from dibs.errors import InvalidInputError
from dibs.workspace_settings.reading import settings_of

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.plugins import PluginManager

_log = structlog.get_logger("dibs.settings")


async def plugin_settings(db: Database, plugins: PluginManager, workspace_id: UUID, name: str) -> Any:
    """An object of the plugin's settings class, at most two seconds old; None if it has no such class.

    What an older version of the plugin stored and this one can't read counts as not set.
    """
    plugin = plugins.plugins.get(name)
    if plugin is None or plugin.info.settings is None:
        return None
    values = (await settings_of(db, workspace_id)).rules.plugins.get(name, {})
    try:
        return structure(values, plugin.info.settings)
    except InvalidInputError as error:
        _log.warning("plugin_settings_passed_over", plugin=name, faults=[fault.path for fault in error.faults])
        return plugin.info.settings()
