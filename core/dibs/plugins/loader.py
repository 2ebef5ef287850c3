"""Finding plugins by their entry points. One that can't be used is refused by name, the rest is loaded."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from importlib.metadata import Distribution, EntryPoint, distributions
from types import ModuleType

from dibs.plugins.manager import PluginManager

GROUP = "dibs.plugins"
OWN = "dibs"

# Modules of the core that implement hooks; they go through the same manager and are always on.
BUILT_IN: tuple[str, ...] = ("dibs.events.buses",)


def load_plugins(group: str = GROUP) -> PluginManager:
    """All plugins that are installed under the entry-point `group`, and the core's own modules.

    Never raises for a plugin's sake: what can't be used stands in `PluginManager.refused`. Plugins are asked
    in the order of their names, those of other distributions before those that come with Dibs; `tryfirst` and
    `trylast` of a hook come before that.
    """
    manager = PluginManager()
    for path in BUILT_IN:
        manager.add_built_in(importlib.import_module(path))
    for distribution, entry in _entry_points(manager, group):
        _load(manager, distribution, entry)
    manager.check_requirements()
    return manager


def _entry_points(manager: PluginManager, group: str) -> Iterable[tuple[Distribution, EntryPoint]]:
    """Ours first and then by name downwards, because pluggy asks the one registered last first."""
    found: dict[tuple[str, str, str], tuple[Distribution, EntryPoint]] = {}
    for distribution in distributions():
        for entry in _entries(manager, distribution):
            if entry.group == group:
                # A distribution may be seen twice on the path; the first one is the one imported.
                found.setdefault((_name(distribution), entry.name, entry.value), (distribution, entry))
    ours = sorted((key for key in found if key[0] == OWN), reverse=True)
    others = sorted((key for key in found if key[0] != OWN), key=lambda key: (key[1], key[0]), reverse=True)
    return [found[key] for key in (*ours, *others)]


def _entries(manager: PluginManager, distribution: Distribution) -> Iterable[EntryPoint]:
    try:
        return tuple(distribution.entry_points)
    except Exception as error:
        reason = f"its entry points can't be read: {error}"
        manager.refuse("?", _name(distribution), "", reason, cause=error)
        return ()


def _load(manager: PluginManager, distribution: Distribution, entry: EntryPoint) -> None:
    name, version = _name(distribution), distribution.version
    try:
        module = entry.load()
    except (Exception, SystemExit) as error:
        manager.refuse(entry.name, name, version, _reason(error), cause=error)
        return
    if not isinstance(module, ModuleType):
        manager.refuse(entry.name, name, version, f"the entry point must name a module, not {entry.value}")
        return
    manager.add(module, entry.name, name, version)


def _name(distribution: Distribution) -> str:
    return str(distribution.metadata["Name"] or "?").lower()


def _reason(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"it can't be imported: the package {error.name} is not installed"
    return f"it can't be imported: {type(error).__name__}: {error}"
