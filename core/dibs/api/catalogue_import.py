"""Bringing products and batches in from a CSV or Excel file, or from cells that were pasted.

`POST /api/products/import?preview=true` says what would change, without `preview` it happens, all or nothing. The list
comes as a JSON body `{"text": "…"}` or as a form with the file in `file`, as for the items of a show. Its header names
the columns: product, category, unit, picture, batch, unit cost, quantity, received. A cell that is empty changes
nothing. The quantity is what is on hand: a batch that is there already is adjusted to it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.catalogue import (
    CatalogueChange,
    CatalogueColumn,
    CatalogueFault,
    CatalogueImport,
    CatalogueImportRow,
    CatalogueTotals,
)
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_query
from dibs.api.list_upload import PastedItems, uploaded_list
from dibs.api.operation import operation
from dibs.catalogue import importing
from dibs.catalogue.importing import Change, PlannedRow
from dibs.catalogue.reading import CatalogueList, ReadRow, read_list
from dibs.money import money_text, quantity_text
from dibs.runtime import current_runtime

blueprint = Blueprint("catalogue_import", __name__, url_prefix="/api/products/import")


@attrs.frozen
class CatalogueImportQuery:
    """`preview` changes nothing."""

    preview: bool = False


@blueprint.post("")
@needs("catalogue:write")
@operation(
    "Import products and batches from a CSV or Excel file or pasted cells, or look at what would change",
    body=PastedItems,
    query=CatalogueImportQuery,
    answer=CatalogueImport,
    errors=(409, 413, 415),
    file="file",
)
async def import_catalogue() -> Response:
    """Read a list and bring it in; with `preview` only say what it would change."""
    query = read_query(CatalogueImportQuery)
    return jsonify(await carry_out(read_list(*await uploaded_list()), preview=query.preview))


async def carry_out(wanted: CatalogueList, *, preview: bool) -> CatalogueImport:
    """Bring a list into the workspace of this request, or only look. Raises as `dibs.catalogue.importing.apply`."""
    db, workspace_id = current_runtime().db, principal().workspace_id
    if preview:
        return _answer(wanted, await importing.preview(db, workspace_id, wanted), preview=True)
    return _answer(wanted, await importing.apply(db, workspace_id, wanted, actor()), preview=False)


def _answer(wanted: CatalogueList, plan: list[PlannedRow], *, preview: bool) -> CatalogueImport:
    count = Counter(row.status for row in plan)
    return CatalogueImport(
        preview=preview,
        columns=[CatalogueColumn(header[:200], field) for header, field in wanted.columns],
        remarks=list(wanted.remarks),
        rows=[_row(read, planned) for read, planned in zip(wanted.rows, plan, strict=True)],
        totals=CatalogueTotals(count["new"], count["changed"], count["same"], count["faulty"]),
        can_import=not count["faulty"] and count["new"] + count["changed"] > 0,
    )


def _row(read: ReadRow, planned: PlannedRow) -> CatalogueImportRow:
    return CatalogueImportRow(
        line=read.line,
        status=planned.status,
        product=read.cells.get("product", "")[:300],
        batch=(read.cells.get("batch") or "")[:300] or None,
        product_id=planned.product_id,
        batch_id=planned.batch_id,
        changes=[_change(change) for change in planned.changes],
        faults=[CatalogueFault(field, words) for field, words in read.faults],
    )


def _change(change: Change) -> CatalogueChange:
    before = None if change.before in (None, "") else _text(change.field, change.before)
    return CatalogueChange(change.field, before, _text(change.field, change.after))


def _text(field: str, value: Any) -> str:
    if isinstance(value, Decimal):
        return money_text(value) if field == "unit_cost" else quantity_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)
