"""The route that hands a file out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import IO, Literal
from uuid import UUID

import attrs
from quart import Blueprint, Response

from dibs import FieldFault, InvalidInputError
from dibs.exports import ExportTable, Reader
from dibs.routes import export_made, export_tables, needs, open_show, open_workspace, operation, read_query
from dibs_export.making import make_file
from dibs_export.names import content_disposition, file_name

blueprint = Blueprint("export", __name__, url_prefix="/api/shows/<uuid:show_id>/export")
workspace_blueprint = Blueprint("workspace_export", __name__, url_prefix="/api/export")

_CHUNK = 64 * 1024
_MEDIA = "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@attrs.frozen
class ExportQuery:
    """What to export, and how.

    Attributes:
        type: `claims`, `buyers`, `comments`, `orders`, `order_lines`, or what a plugin adds.
        format: `csv` or `xlsx`.
        bom: begin a CSV file with a byte order mark, by which Excel tells that it is UTF-8.
    """

    type: str = attrs.field(default="claims", validator=attrs.validators.max_len(40))
    format: Literal["csv", "xlsx"] = "csv"
    bom: bool = False


@attrs.frozen
class WorkspaceExportQuery:
    """What to export of the whole workspace, and how.

    Attributes:
        type: `orders`, `order_lines`, or what a plugin adds.
        format: `csv` or `xlsx`.
        since, until: only what was made from, and before, that time; empty for all.
        bom: begin a CSV file with a byte order mark, by which Excel tells that it is UTF-8.
    """

    type: str = attrs.field(default="orders", validator=attrs.validators.max_len(40))
    format: Literal["csv", "xlsx"] = "csv"
    since: datetime | None = None
    until: datetime | None = None
    bom: bool = False


@blueprint.get("")
@needs("exports:read")
@operation("Export claims, buyers, comments or orders of a show", query=ExportQuery, answer=str, media=_MEDIA)
async def export_show(show_id: UUID) -> Response:
    """The claims, buyers, comments or orders of a show as a file."""
    query = read_query(ExportQuery)
    tables = await export_tables()
    async with open_show(show_id) as reader:
        return await _file(reader, _table(tables, query.type), query.format, query.bom)


@workspace_blueprint.get("")
@needs("exports:read")
@operation("Export orders of the workspace", query=WorkspaceExportQuery, answer=str, media=_MEDIA)
async def export_workspace() -> Response:
    """The orders of the workspace, or their lines, as a file."""
    query = read_query(WorkspaceExportQuery)
    table = _table(await export_tables("workspace"), query.type)
    async with open_workspace(query.since, query.until) as reader:
        return await _file(reader, table, query.format, query.bom)


def _table(tables: Mapping[str, ExportTable], name: str) -> ExportTable:
    if name not in tables:
        known = ", ".join(sorted(tables))
        raise InvalidInputError("There is no such export.", [FieldFault("type", f"must be one of {known}")])
    return tables[name]


async def _file(reader: Reader, table: ExportTable, form: str, bom: bool) -> Response:
    file, writer, rows = await make_file(reader, table, form, bom=bom)
    try:
        await export_made(reader, table, form, rows)
    except BaseException:
        file.close()
        raise
    return _download(file, writer.media, file_name(reader, table.kind.name, writer.ending))


def _download(file: IO[bytes], media: str, name: str) -> Response:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    response = Response(_chunks(file), mimetype=media.partition(";")[0])
    response.headers["Content-Type"] = media
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.timeout = None  # however slow the reader is: the file lies ready
    return response


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
