"""Applying the migrations of the core and of every plugin. A plugin whose own fail is refused."""

from __future__ import annotations

import logging

from dibs.errors import UnavailableError
from dibs.migrate import migrate
from dibs.plugins.manager import PluginManager

_log = logging.getLogger(__name__)


async def migrate_all(url: str, manager: PluginManager) -> None:
    """Bring the database to the state that core and plugins expect.

    All in one go; if that fails, the core alone, and then each plugin by itself: that names the culprit.
    """
    try:
        await migrate(url, manager.migration_folders())
    except (OSError, UnavailableError):
        raise
    except Exception as error:
        if not manager.migration_folders():
            raise
        _log.warning("migrating everything at once failed, going one by one", exc_info=error)
        await _one_by_one(url, manager)


async def _one_by_one(url: str, manager: PluginManager) -> None:
    await migrate(url)
    for name, folder in manager.folders("migrations").items():
        if name not in manager.plugins:
            continue  # it required one that was just refused
        try:
            await migrate(url, [folder])
        except Exception as error:
            manager.refuse_loaded(name, error)
