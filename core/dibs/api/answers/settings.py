"""Answers about workspaces and their settings, flags, plugins, the audit log, and the rule tester."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from dibs.accounts.permissions import Role
from dibs.flags import FlagView, Origin
from dibs.flags.health import Health
from dibs.plugins.forms import SettingField
from dibs.workspace_settings import WorkspaceSettings


@attrs.frozen
class WorkspaceAnswer:
    """A workspace with its settings; `version` goes with the next change."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    settings: WorkspaceSettings
    version: int


@attrs.frozen
class FlagList:
    """Every flag, by name."""

    flags: list[FlagView]


@attrs.frozen
class FlagAnswer:
    """One flag."""

    flag: FlagView


@attrs.frozen
class PluginFlag:
    """The flag of a plugin: its default, and whether nobody can switch it."""

    key: str
    default: bool
    always: bool


@attrs.frozen
class PluginView:
    """A plugin in use, and how it fares in the workspace.

    Attributes:
        built_in: a module of the core itself.
        required_by: the plugins that go off with it.
        settings: the fields of its settings.
        enabled, origin: whether the workspace has it, and what decided that.
        health: None if it never failed here.
    """

    name: str
    title: str
    summary: str
    version: str
    distribution: str
    api: int
    built_in: bool
    flag: PluginFlag
    requires: list[str]
    required_by: list[str]
    settings: list[SettingField]
    hooks: list[str]
    enabled: bool
    origin: Origin
    health: Health | None


@attrs.frozen
class RefusedPlugin:
    """A plugin that is installed and can't be used."""

    plugin: str
    distribution: str
    version: str
    reason: str


@attrs.frozen
class PluginList:
    """The plugins in use and those that were refused."""

    plugins: list[PluginView]
    refused: list[RefusedPlugin]


@attrs.frozen
class PluginAnswer:
    """One plugin with its settings in the workspace.

    Attributes:
        values: what the workspace has set; the rest has its default.
        version: the workspace's version, for a change of these settings.
    """

    plugin: PluginView
    values: dict[str, Any]
    version: int
