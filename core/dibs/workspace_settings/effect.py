"""What holds for a show, and where each rule comes from: the show itself, its workspace, or the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import attrs
import orjson

from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.models.rules import ShowRules, merge_rules
from dibs.workspace_settings.model import WorkspaceSettings
from dibs.workspace_settings.reading import as_document, load_settings, readable

Origin = Literal["show", "workspace", "default"]
_SHOW = """
SELECT s.rules, s.version, w.settings FROM shows s JOIN workspaces w ON w.id = s.workspace_id
WHERE s.workspace_id = $1 AND s.id = $2
"""


@attrs.frozen
class SettingInEffect:
    """A setting as it holds.

    Attributes:
        value: what holds.
        origin: who says so.
        inherited: what would hold if the show said nothing.
    """

    value: Any
    origin: Origin
    inherited: Any


@attrs.frozen
class ShowSettings:
    """Every setting that a show obeys.

    Attributes:
        show_id, version: the show, and its version for a change of its rules.
        rules: what the show may set for itself, by name.
        plugins: the settings of plugins by plugin name; a show may set those too.
        workspace: what only the workspace sets.
    """

    show_id: UUID
    version: int
    rules: dict[str, SettingInEffect]
    plugins: dict[str, SettingInEffect]
    workspace: dict[str, SettingInEffect]


async def show_settings(db: Database, workspace_id: UUID, show_id: UUID) -> ShowSettings:
    """The settings that a show obeys, with their origins. Raises `NotFoundError`."""
    rows = await db.hot_fetch(_SHOW, workspace_id, show_id)
    if not rows:
        raise NotFoundError("There is no such show.", show_id=str(show_id))
    document, own = readable(orjson.loads(rows[0]["settings"])), orjson.loads(rows[0]["rules"])
    rules, plugins = rules_in_effect(document.get("rules") or {}, own)
    return ShowSettings(show_id, rows[0]["version"], rules, plugins, workspace_in_effect(document))


Effects = dict[str, SettingInEffect]


def rules_in_effect(workspace: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[Effects, Effects]:
    """Each rule that holds with a show's own rules on top of its workspace's, and each plugin's settings."""
    holds, inherited = _document(merge_rules(workspace, own)), _document(merge_rules(workspace, {}))
    names = [name for name in holds if name != "plugins"]
    plugins = _origins(holds["plugins"], inherited["plugins"], own.get("plugins") or {}, workspace.get("plugins") or {})
    return _origins({name: holds[name] for name in names}, inherited, own, workspace), plugins


def workspace_in_effect(document: Mapping[str, Any]) -> Effects:
    """What only the workspace sets."""
    holds = as_document(load_settings(document))
    rest = {name: value for name, value in holds.items() if name != "rules"}
    return _origins(rest, rest, {}, document)


def _origins(
    holds: Mapping[str, Any], inherited: Mapping[str, Any], own: Mapping[str, Any], workspace: Mapping[str, Any]
) -> Effects:
    def origin(name: str) -> Origin:
        return "show" if name in own else "workspace" if name in workspace else "default"

    return {name: SettingInEffect(value, origin(name), inherited.get(name)) for name, value in holds.items()}


def _document(rules: ShowRules) -> dict[str, Any]:
    found: dict[str, Any] = as_document(WorkspaceSettings(rules))["rules"]
    return found
