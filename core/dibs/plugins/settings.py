"""Checking the settings that people give to plugins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dibs.codec import structure
from dibs.errors import FieldFault, InvalidInputError, SettingsError
from dibs.models.plugin import PluginInfo


def settings_faults(plugins: Mapping[str, PluginInfo], values: Any, where: str) -> list[FieldFault]:
    """Every fault of settings by plugin name; `where` stands before each path."""
    if not isinstance(values, Mapping):
        return [FieldFault(where, "must be an object with a plugin's settings for each name")]
    found: list[FieldFault] = []
    for name, given in values.items():
        found += _faults_of(plugins.get(name), given, f"{where}.{name}")
    return found


def instance_settings(plugins: Mapping[str, PluginInfo], values: Mapping[str, Any]) -> dict[str, Any]:
    """The instance's settings by plugin name; defaults where nothing is set.

    Settings of a plugin that is not installed are left alone: it may be installed elsewhere.

    Raises:
        SettingsError: naming every faulty field.
    """
    made: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for name, plugin in plugins.items():
        if plugin.instance is None:
            if values.get(name):
                faults.append(FieldFault(f"plugins.{name}", "is a plugin without settings for the instance"))
            continue
        try:
            made[name] = structure(dict(values.get(name, {})), plugin.instance)
        except InvalidInputError as error:
            faults += [FieldFault(_below(f"plugins.{name}", fault.path), fault.problem) for fault in error.faults]
    if faults:
        lines = "; ".join(f"{fault.path}: {fault.problem}" for fault in faults)
        raise SettingsError(f"The settings have {len(faults)} fault(s): {lines}", faults)
    return made


def _faults_of(plugin: PluginInfo | None, given: Any, path: str) -> list[FieldFault]:
    if plugin is None:
        return [FieldFault(path, "is not the name of an installed plugin")]
    if plugin.settings is None:
        return [FieldFault(path, "is a plugin without settings")] if given else []
    try:
        structure(given, plugin.settings)
    except InvalidInputError as error:
        return [FieldFault(_below(path, fault.path), fault.problem) for fault in error.faults]
    return []


def _below(path: str, inner: str) -> str:
    return path if inner == "$" else f"{path}.{inner}"
