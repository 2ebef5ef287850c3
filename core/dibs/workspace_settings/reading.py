"""Reading the settings of a workspace, and where each rule of a show comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import attrs
import orjson
import structlog

from dibs.clock import monotonic
from dibs.codec import structure
from dibs.db import Database
from dibs.errors import InvalidInputError
from dibs.workspace_settings.model import WorkspaceSettings

FRESH_SECONDS = 2.0
_MANY = 10_000
_SETTINGS = "SELECT settings FROM workspaces WHERE id = $1"
_log = structlog.get_logger("dibs.settings")
_Known = dict[UUID, tuple[float, WorkspaceSettings]]
_known: WeakKeyDictionary[Database, _Known] = WeakKeyDictionary()


async def settings_of(db: Database, workspace_id: UUID) -> WorkspaceSettings:
    """The settings of a workspace, at most two seconds old; the defaults if there is no such workspace."""
    known = _known.setdefault(db, {})
    found = known.get(workspace_id)
    if found is not None and monotonic() - found[0] < FRESH_SECONDS:
        return found[1]
    at = monotonic()
    rows = await db.hot_fetch(_SETTINGS, workspace_id)
    settings = load_settings(orjson.loads(rows[0]["settings"])) if rows else WorkspaceSettings()
    if len(known) >= _MANY:
        known.clear()
    known[workspace_id] = (at, settings)
    return settings


def forget_settings(db: Database, workspace_id: UUID) -> None:
    """Read anew at the next use: they were changed in this process."""
    _known.get(db, {}).pop(workspace_id, None)


def load_settings(document: Mapping[str, Any]) -> WorkspaceSettings:
    """The settings in a stored document. What another version of Dibs wrote and this one can't read is passed over."""
    return structure(readable(document), WorkspaceSettings, "The stored settings")


def readable(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The stored settings without those that this version can't read."""
    try:
        structure(document, WorkspaceSettings)
    except InvalidInputError as error:
        faulty = {fault.path.split(".")[0] for fault in error.faults}
        _log.warning("settings_passed_over", fields=sorted(faulty))
        return {name: value for name, value in document.items() if name not in faulty}
    return document


def as_document(settings: WorkspaceSettings) -> dict[str, Any]:
    """The settings as JSON has them."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(attrs.asdict(settings)))
    return document
