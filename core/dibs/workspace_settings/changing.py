"""Changing a workspace: checked as a whole, written with its entries in the audit log, obeyed by shows that run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import orjson

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.codec import structure
from dibs.db import Database
from dibs.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError
from dibs.lane.decide import DecisionHooks
from dibs.lane.refresh import refresh_boards
from dibs.models.rules import merge_rules
from dibs.shows.service import check_rules
from dibs.workspace_settings.merging import differences, merged, unstorable
from dibs.workspace_settings.model import WorkspacePatch, WorkspaceSettings
from dibs.workspace_settings.reading import as_document, forget_settings, load_settings, readable

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.plugins import PluginManager

_COLUMNS = "id, name, settings, created_at, version"
_GET = f"SELECT {_COLUMNS} FROM workspaces WHERE id = $1"
_LOCKED = f"{_GET} FOR NO KEY UPDATE"
_WRITE = f"""
UPDATE workspaces SET name = $2, settings = $3::jsonb, version = version + 1 WHERE id = $1 RETURNING {_COLUMNS}
"""
_RUNNING = """
SELECT title, rules FROM shows
WHERE workspace_id = $1 AND status IN ('active', 'paused') AND rules <> '{}' ORDER BY created_at LIMIT 200
"""
_IN_CURRENCY = """
SELECT (SELECT count(*) FROM orders WHERE workspace_id = $1 AND status = 'open') AS orders,
    (SELECT count(DISTINCT (holder_kind, holder_id)) FROM stock_holds WHERE workspace_id = $1) AS carts
"""


@attrs.frozen
class StoredWorkspace:
    """A workspace as it is stored; `document` holds only what was set."""

    id: UUID
    name: str
    document: Mapping[str, Any]
    created_at: datetime
    version: int

    @property
    def settings(self) -> WorkspaceSettings:
        """The settings, with the defaults of what was not set."""
        return load_settings(self.document)


@attrs.frozen
class Change:
    """A change as handed in; `settings` as the client wrote it, because what is left out and null differ."""

    name: str | None
    settings: Mapping[str, Any]
    version: int | None

    @classmethod
    def read(cls, body: Any) -> Change:
        """The change that a body asks for. Raises `InvalidInputError`, naming every fault."""
        return cls.of(structure(body, WorkspacePatch, "The body"), body)

    @classmethod
    def of(cls, patch: WorkspacePatch, body: Any) -> Change:
        """The change that a checked body asks for. Raises `InvalidInputError` for what can't be stored."""
        settings = body.get("settings") or {}
        faults = list(unstorable(settings, "settings"))
        if faults:
            raise InvalidInputError(f"The body has {len(faults)} faulty field(s).", faults)
        return cls(patch.name.strip() if patch.name else None, settings, patch.version)


@attrs.frozen
class WorkspaceChanger:
    """Writes changes of workspaces. `hooks` are those of the workspace that is changed."""

    db: Database
    plugins: PluginManager
    hooks: DecisionHooks

    async def change(self, workspace_id: UUID, actor: Actor, change: Change) -> StoredWorkspace:
        """Carry a change out; if nothing differs nothing is written.

        Raises:
            NotFoundError: there is no such workspace.
            ConflictError: somebody else has changed it since; `current` is what holds. Or the currency is to change
                while carts or unpaid orders have amounts in the present one (`orders`, `carts`).
            InvalidInputError: the settings are faulty, or a show that runs could not obey them.
        """
        async with self.db.transaction(), self.db.raw() as connection:
            before = await _find(connection, _LOCKED, workspace_id)
            if change.version is not None and change.version != before.version:
                raise ConflictError("Somebody else has changed the workspace.", current=current_of(before))
            document = merged(readable(before.document), change.settings)
            after = attrs.evolve(before, name=change.name or before.name, document=document)
            if change.settings:
                await self._check(connection, after, change.settings)
            if after.settings.currency != before.settings.currency:
                await _check_currency(connection, workspace_id)
            after = await _write(connection, actor, before, after)
        forget_settings(self.db, workspace_id)
        return after

    async def _check(self, connection: RawConnection, wanted: StoredWorkspace, change: Mapping[str, Any]) -> None:
        """Refuse what this workspace's plugins can't work with, alone or with the own rules of a show that runs."""
        rules = _structured(wanted.document).rules
        plugins = {name: value for name, value in (_of(change, "rules").get("plugins") or {}).items() if value}
        with faults_below("settings.rules"):
            self.plugins.check_settings(plugins)
            check_rules(wanted.id, rules, self.hooks)
        faults: list[FieldFault] = []
        for row in await connection.fetch(_RUNNING, wanted.id):
            faults += self._show_faults(wanted, row["title"], orjson.loads(row["rules"]))
        if faults:
            raise InvalidInputError("A show that runs could not obey these settings.", faults)

    def _show_faults(self, wanted: StoredWorkspace, title: str, own: Mapping[str, Any]) -> list[FieldFault]:
        try:
            check_rules(wanted.id, merge_rules(_of(wanted.document, "rules"), own), self.hooks)
        except InvalidInputError as error:
            problem = "; ".join(f"{fault.path} {fault.problem}" for fault in error.faults) or error.message
            return [FieldFault("settings.rules", f"does not go with the show {title!r}, which runs: {problem}")]
        return []


async def _check_currency(connection: RawConnection, workspace_id: UUID) -> None:
    """An amount has the currency of its workspace: what is still to be paid must not change its worth."""
    row = await connection.fetchrow(_IN_CURRENCY, workspace_id)
    if row is not None and (row["orders"] or row["carts"]):
        raise ConflictError(
            "The currency can't be changed while there are orders to be paid, or carts that hold stock.",
            orders=row["orders"],
            carts=row["carts"],
        )


def current_of(stored: StoredWorkspace) -> dict[str, Any]:
    """What holds, for somebody whose change came too late."""
    return {"name": stored.name, "settings": as_document(stored.settings), "version": stored.version}


async def get_workspace(db: Database, workspace_id: UUID) -> StoredWorkspace:
    """A workspace with its settings. Raises `NotFoundError`."""
    async with db.hot_connection() as connection:
        return await _find(connection, _GET, workspace_id)


@contextmanager
def faults_below(path: str) -> Iterator[None]:
    """Put `path` before the place of each fault that is raised inside."""
    try:
        yield
    except InvalidInputError as error:
        below = [attrs.evolve(fault, path=f"{path}.{fault.path}") for fault in error.faults]
        raise InvalidInputError(error.message, below or [FieldFault(path, error.message)]) from error


async def _find(connection: RawConnection, sql: str, workspace_id: UUID) -> StoredWorkspace:
    row = await connection.fetchrow(sql, workspace_id)
    if row is None:
        raise NotFoundError("There is no such workspace.")
    return _stored(row)


def _stored(row: Any) -> StoredWorkspace:
    workspace_id = UUID(bytes=row["id"].bytes)
    return StoredWorkspace(workspace_id, row["name"], orjson.loads(row["settings"]), row["created_at"], row["version"])


async def _write(
    connection: RawConnection, actor: Actor, before: StoredWorkspace, after: StoredWorkspace
) -> StoredWorkspace:
    was, now = differences(before.settings, after.settings)
    if before.name == after.name and before.document == after.document:
        return before
    row = await connection.fetchrow(_WRITE, after.id, after.name, orjson.dumps(after.document).decode())
    if before.name != after.name:
        await _record(connection, actor, after.id, "workspace.renamed", {"name": before.name}, {"name": after.name})
    if now:
        await _record(connection, actor, after.id, "settings.changed", was, now)
    if any(name.startswith("rules.") for name in now):
        await refresh_boards(connection, after.id)
    return _stored(row)


async def _record(
    connection: RawConnection, actor: Actor, workspace_id: UUID, action: str, was: dict[str, Any], now: dict[str, Any]
) -> None:
    await audit_log.record(
        connection, workspace_id, actor, action, entity="workspace", entity_id=workspace_id, before=was, after=now
    )


def _structured(document: Mapping[str, Any]) -> WorkspaceSettings:
    with faults_below("settings"):
        return structure(document, WorkspaceSettings, "The body")


def _of(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.get(name) or {}
    return found
