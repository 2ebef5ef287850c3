"""Exports within a request: the kinds that its workspace has, a reader for its caller, and the note in the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import structlog

from dibs import audit_log
from dibs.api.auth import actor, principal
from dibs.errors import PluginHookError
from dibs.exports.model import Place
from dibs.exports.reader import Reader, ShowReader, WorkspaceReader, read_show, read_workspace
from dibs.exports.table import ExportTable, make_tables
from dibs.runtime import current_runtime

log = structlog.get_logger("dibs.exports")


async def export_tables(place: Place = "show") -> dict[str, ExportTable]:
    """What can be exported there, by name: of a show, or of the workspace of this request as a whole.

    A plugin that fails is left out and noted.
    """
    runtime, who = current_runtime(), principal()
    hooks = await runtime.flags.hooks_for(who.workspace_id)
    found, errors = hooks.export_kinds()
    kinds = [(plugin, kind) for plugin, kind in found if place in kind.places]
    columns = {}
    for _, kind in kinds:
        columns[kind.name], faulty = hooks.export_columns(kind.name)
        errors += faulty
    for error in errors:
        await _failed(error, 1)
    return make_tables(kinds, columns)


@asynccontextmanager
async def open_show(show_id: UUID) -> AsyncIterator[ShowReader]:
    """A reader of a show of the workspace of this request.

    Raises:
        NotFoundError: the workspace has no such show.
        UnavailableError: too many others are exporting.
    """
    async with read_show(current_runtime().db, principal().workspace_id, show_id) as reader:
        yield reader


@asynccontextmanager
async def open_workspace(
    since: datetime | None = None, until: datetime | None = None
) -> AsyncIterator[WorkspaceReader]:
    """A reader of the workspace of this request. Raises `UnavailableError`: too many others are exporting."""
    async with read_workspace(current_runtime().db, principal().workspace_id, since, until) as reader:
        yield reader


async def export_made(reader: Reader, table: ExportTable, form: str, rows: int) -> None:
    """Write down that an export was made, and what columns of plugins failed in it."""
    db = current_runtime().db
    after = {"type": table.kind.name, "format": form, "rows": rows}
    show_id = reader.show.id if isinstance(reader, ShowReader) else None
    async with db.transaction(), db.raw() as connection:
        await audit_log.record(
            connection,
            reader.workspace_id,
            actor(),
            "export.made",
            entity="export",
            entity_id=show_id,
            show_id=show_id,
            after=after,
        )
    for plugin, problem in table.problems.items():
        words = f"The plugin {plugin} failed in export_columns: {type(problem).__name__}: {problem}"
        await _failed(PluginHookError(words, hook="export_columns", plugin=plugin), table.failures[plugin])


async def _failed(error: PluginHookError, times: int) -> None:
    plugin = str(error.data["plugin"])
    log.warning("plugin_failed", plugin=plugin, problem=error.message, times=times)
    await current_runtime().flags.health.failed(principal().workspace_id, plugin, error, times)
