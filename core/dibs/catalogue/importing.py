"""Bringing a list into the catalogue: what would change is worked out first, and carried out by the same plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.catalogue import inserting
from dibs.catalogue.editing import note, plain
from dibs.catalogue.reading import CatalogueList, CatalogueRow
from dibs.clock import utc_now
from dibs.ids import uuid7
from dibs.stock import Movement, record

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

Status = Literal["new", "changed", "same", "faulty"]
_PRODUCTS = """
SELECT id, name_key, category, unit, picture_url FROM products WHERE workspace_id = $1 AND name_key = ANY($2::text[])
ORDER BY id FOR NO KEY UPDATE
"""
_BATCHES = """
SELECT b.id, b.product_id, b.code_key, b.unit_cost, b.received_on, b.on_hand FROM batches b
WHERE b.workspace_id = $1 AND b.product_id = ANY($2::uuid[]) ORDER BY b.id FOR NO KEY UPDATE
"""
_PATCH_PRODUCT = """
UPDATE products SET category = $3, unit = $4, picture_url = $5, version = version + 1
WHERE workspace_id = $1 AND id = $2
"""
_PATCH_BATCH = """
UPDATE batches SET unit_cost = $3, received_on = $4, version = version + 1 WHERE workspace_id = $1 AND id = $2
"""
# One import at a time in a workspace: what was read still holds when it is written.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('dibs catalogue ' || $1::uuid, 0))"
_OF_PRODUCT = ("category", "unit", "picture_url")
_OF_BATCH = ("unit_cost", "received_on", "quantity")


@attrs.frozen
class Change:
    """A field that will be another one; `before` is None for what is new."""

    field: str
    before: Any
    after: Any


@attrs.frozen
class PlannedRow:
    """What becomes of a row. `product_id` and `batch_id` are None where they will be new."""

    line: int
    status: Status
    row: CatalogueRow | None
    changes: tuple[Change, ...] = ()
    product_id: UUID | None = None
    batch_id: UUID | None = None


async def preview(db: Database, workspace_id: UUID, wanted: CatalogueList) -> list[PlannedRow]:
    """What each row would change; faulty ones are marked. Nothing is written."""
    async with db.transaction(), db.raw() as connection:
        return await _plan(connection, workspace_id, wanted)


async def apply(db: Database, workspace_id: UUID, wanted: CatalogueList, actor: Actor) -> list[PlannedRow]:
    """Bring the list in, all or nothing; answers with what each row has changed.

    Raises:
        InvalidInputError: a row is faulty; each is named with its line and column.
        OutOfStockError: a quantity is below what shows, carts and people at the shelf hold of the batch.
    """
    wanted.refuse_faulty()
    async with db.transaction(), db.raw() as connection:
        await connection.execute(_LOCK, workspace_id)
        plan = await _plan(connection, workspace_id, wanted)
        await _write(connection, workspace_id, plan, actor)
        counts = {status: sum(row.status == status for row in plan) for status in ("new", "changed")}
        if any(counts.values()):
            await note(connection, workspace_id, actor, "product.imported", "product", None, None, counts)
    return plan


async def _plan(connection: RawConnection, workspace_id: UUID, wanted: CatalogueList) -> list[PlannedRow]:
    keys = list({read.row.key[0] for read in wanted.rows if read.row})
    known = {row["name_key"]: row for row in await connection.fetch(_PRODUCTS, workspace_id, keys)}
    ids = [row["id"] for row in known.values()]
    lots = {(r["product_id"], r["code_key"]): r for r in await connection.fetch(_BATCHES, workspace_id, ids)}
    return [
        PlannedRow(read.line, "faulty", None)
        if read.row is None
        else _planned(read.line, read.row, known.get(read.row.key[0]), lots)
        for read in wanted.rows
    ]


def _planned(line: int, row: CatalogueRow, product: Any, lots: Mapping[Any, Any]) -> PlannedRow:
    code = row.key[1]
    batch = lots.get((product["id"], code)) if product is not None and code is not None else None
    changes = [*_changes(row, product, _OF_PRODUCT), *(_changes(row, batch, _OF_BATCH) if code is not None else ())]
    new = product is None or (code is not None and batch is None)
    return PlannedRow(
        line,
        "new" if new else "changed" if changes else "same",
        row,
        tuple(changes),
        None if product is None else plain(product["id"]),
        None if batch is None else plain(batch["id"]),
    )


def _changes(row: CatalogueRow, before: Any, names: Sequence[str]) -> list[Change]:
    """What the row says and is not so; a cell that is empty says nothing."""
    found = []
    for name in names:
        had = None if before is None else before["on_hand" if name == "quantity" else name]
        if (wanted := getattr(row, name)) is not None and wanted != had:
            found.append(Change(name, had, wanted))
    return found


async def _write(connection: RawConnection, workspace_id: UUID, plan: Sequence[PlannedRow], actor: Actor) -> None:
    ids: dict[str, UUID] = {}
    movements: list[Movement] = []
    for planned in plan:
        row = planned.row
        if row is None:
            continue
        product_id = planned.product_id or ids.get(row.key[0])
        if product_id is None:
            product_id = ids[row.key[0]] = uuid7()
            of_name = [other.row for other in plan if other.row and other.row.key[0] == row.key[0]]
            columns = (row.product, row.key[0], *_first(of_name))
            await connection.execute(inserting.INSERT_PRODUCT, workspace_id, product_id, *columns)
        elif planned.product_id and _touches(planned, _OF_PRODUCT):
            await _patch_product(connection, workspace_id, product_id, row)
        movements += await _write_batch(connection, workspace_id, product_id, planned)
    await record(connection, workspace_id, movements, actor)


def _first(rows: Sequence[CatalogueRow]) -> tuple[str | None, str, str | None]:
    """Category, unit and picture of a new product: the first row that says so."""
    category, unit, picture = (next((v for r in rows if (v := getattr(r, n)) is not None), None) for n in _OF_PRODUCT)
    return category, unit or "", picture


async def _patch_product(connection: RawConnection, workspace_id: UUID, product_id: UUID, row: CatalogueRow) -> None:
    now = await connection.fetchrow(
        "SELECT category, unit, picture_url FROM products WHERE workspace_id = $1 AND id = $2", workspace_id, product_id
    )
    assert now is not None
    values = [now[name] if getattr(row, name) is None else getattr(row, name) for name in _OF_PRODUCT]
    await connection.execute(_PATCH_PRODUCT, workspace_id, product_id, *values)


async def _write_batch(
    connection: RawConnection, workspace_id: UUID, product_id: UUID, planned: PlannedRow
) -> list[Movement]:
    """Write the batch of a row; the movement that its quantity needs."""
    row, batch_id = planned.row, planned.batch_id
    assert row is not None
    if row.batch is None:
        return []
    before = {change.field: change.before for change in planned.changes}
    if batch_id is None:
        batch_id = uuid7()
        columns = row.batch, row.key[1], row.unit_cost, row.received_on or utc_now().date()
        await connection.execute(inserting.INSERT_BATCH, workspace_id, batch_id, product_id, *columns)
        return [Movement(batch_id, "received", row.quantity, about=f"line {planned.line}")] if row.quantity else []
    if _touches(planned, ("unit_cost", "received_on")):
        now = await connection.fetchrow(
            "SELECT unit_cost, received_on FROM batches WHERE workspace_id = $1 AND id = $2", workspace_id, batch_id
        )
        assert now is not None
        values = [now[name] if getattr(row, name) is None else getattr(row, name) for name in _OF_BATCH[:2]]
        await connection.execute(_PATCH_BATCH, workspace_id, batch_id, *values)
    if row.quantity is None or "quantity" not in before:
        return []
    more: Decimal = row.quantity - before["quantity"]
    return [Movement(batch_id, "adjusted", more, reason="Import of a list", about=f"line {planned.line}")]


def _touches(planned: PlannedRow, names: Sequence[str]) -> bool:
    return any(change.field in names for change in planned.changes)
