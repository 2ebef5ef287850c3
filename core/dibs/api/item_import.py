"""Adding items from a spreadsheet: a CSV or Excel file, or cells that were pasted.

`POST /api/shows/<show_id>/items/import?preview=true` says what would happen, without `preview` it happens:

- a JSON body `{"text": "…"}` with the pasted cells (tab, semicolon, comma or bar between them), or
- a form (`multipart/form-data`) with the file in `file` (CSV or XLSX, at most 5 MB), or the cells in `text`.

The answer has the same shape both times (`dibs.api.answers.imports.ItemImport`):

    {"preview": true, "by_header": true, "remarks": ["Left out, as not understood: 'shelf'."],
     "columns": [{"header": "Code", "field": "item_number"}, {"header": "shelf", "field": null}],
     "rows": [{"line": 2, "status": "new", "item_number": "12", "title": "Dress", "variant": null, "quantity": 3,
               "price": "12.50", "faults": []},
              {"line": 3, "status": "faulty", "item_number": "13", "title": "Top", "variant": null, "quantity": "many",
               "price": null, "faults": [{"field": "quantity", "problem": "must be a whole number …"}]}],
     "totals": {"new": 1, "exists": 0, "faulty": 1}, "can_add": false, "added": []}

Without `preview` all is added or nothing: a faulty row is a 400 that names each (`fields` with paths like
`line 3, quantity`), items that are in the show already are a 409 `duplicate` unless `skip_existing=true` leaves them
out. `added` then holds the items as `POST /items` gives them. A list that can't be read at all is a 400 in both cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.imports import ImportColumn, ImportFault, ImportRow, ImportTotals, ItemImport
from dibs.api.auth import needs, principal
from dibs.api.body import read_query
from dibs.api.list_upload import PastedItems, uploaded_list
from dibs.api.operation import operation
from dibs.api.shows import command, shows
from dibs.codec import unstructure
from dibs.errors import FieldFault, InvalidInputError
from dibs.item_import import ItemTable, Row, read_rows
from dibs.lane import commands
from dibs.models.codes import fold_code, fold_text

blueprint = Blueprint("item_import", __name__, url_prefix="/api/shows/<uuid:show_id>/items/import")

Key = tuple[str, str]


@attrs.frozen
class ImportQuery:
    """`preview` adds nothing; `skip_existing` leaves out what the show has already."""

    preview: bool = False
    skip_existing: bool = False


@blueprint.post("")
@needs("shows:write")
@operation(
    "Add items from a CSV or Excel file or pasted cells, or look at what would be added",
    body=PastedItems,
    query=ImportQuery,
    answer=ItemImport,
    errors=(409, 413, 415),
    file="file",
)
async def import_items(show_id: UUID) -> Response:
    """Read an item list and add it, all or nothing; with `preview` only say what it holds."""
    query, who = read_query(ImportQuery), principal()
    await shows().get(who.workspace_id, show_id)
    table = read_rows(*await uploaded_list())
    known = {_key(item) for item in await shows().items(who.workspace_id, show_id)}
    if query.preview:
        return jsonify(unstructure(_answer(table, known, None)))
    _refuse_faulty(table.rows)
    wanted = [row.item for row in table.rows if row.item and not (query.skip_existing and row.item.key in known)]
    made = await command(show_id, commands.add_items(wanted)) if wanted else []
    return jsonify(unstructure(_answer(table, known, made)))


def _key(item: dict[str, Any]) -> Key:
    return fold_code(item["item_number"]), fold_text(item["variant"] or "").strip()


def _refuse_faulty(rows: Sequence[Row]) -> None:
    faults = [
        FieldFault(f"line {row.line}, {fault.field}" if fault.field else f"line {row.line}", fault.problem)
        for row in rows
        for fault in row.faults
    ]
    if faults:
        raise InvalidInputError(f"The list has {len(faults)} fault(s); nothing was added.", faults)


def _answer(table: ItemTable, known: set[Key], made: list[dict[str, Any]] | None) -> ItemImport:
    rows = [_row(row, known) for row in table.rows]
    count = Counter(row.status for row in rows)
    return ItemImport(
        preview=made is None,
        columns=[ImportColumn(column.header[:200], column.field) for column in table.columns],
        by_header=table.by_header,
        remarks=list(table.remarks),
        rows=rows,
        totals=ImportTotals(count["new"], count["exists"], count["faulty"]),
        can_add=not count["faulty"] and count["new"] > 0,
        added=made or [],
    )


def _row(row: Row, known: set[Key]) -> ImportRow:
    item, cells = row.item, row.cells
    if item is None:
        number, title, variant = cells.get("item_number", ""), cells.get("title", ""), cells.get("variant") or None
        quantity, price = cells.get("quantity", ""), cells.get("price") or None
        faults = [ImportFault(fault.field, fault.problem) for fault in row.faults]
        return ImportRow(row.line, "faulty", number, title, variant, quantity, price, faults)
    status: Literal["exists", "new"] = "exists" if item.key in known else "new"
    price = None if item.price is None else f"{item.price:.2f}"
    return ImportRow(row.line, status, item.item_number, item.title, item.variant, item.quantity, price, [])
