"""Batches: finding them, receiving, adjusting, putting aside, and their ledger."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.catalogue.editing import change, no_such, no_such_cursor, note, plain, telling_current, writing
from dibs.catalogue.inserting import insert_batch
from dibs.catalogue.model import Batch, BatchFilter, LedgerEntry, MovementFilter, NewBatch, NewMovement
from dibs.catalogue.names import name_key
from dibs.db import Database
from dibs.stock import Movement, record
from dibs.stock.model import available

_COLUMNS = """
SELECT b.id, b.product_id, b.code, b.unit_cost, b.received_on, b.on_hand, b.reserved, b.on_hold, b.in_carts, b.version,
    p.name AS product_name, p.category, p.unit, p.picture_url
FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id WHERE b.workspace_id = $1
"""
_ONE = _COLUMNS + " AND b.id = $2"
_PAGE = (
    _COLUMNS
    + """ AND ($2::uuid IS NULL OR b.product_id = $2)
    AND ($3 = '' OR strpos(p.name_key, $3) > 0 OR strpos(b.code_key, $3) > 0)
    AND (NOT $4 OR b.on_hand > b.reserved + b.on_hold + b.in_carts)
    AND ($5::date IS NULL OR (b.received_on, b.id) > ($5, $6::uuid))
ORDER BY b.received_on, b.id LIMIT $7
"""
)
_PLACE = "SELECT received_on, id FROM batches WHERE workspace_id = $1 AND id = $2"
_MOVEMENTS = """
SELECT m.id, m.kind, m.quantity, m.reference_kind, m.reference_id, m.reason, m.actor_name, m.at, CASE m.reference_kind
    WHEN 'item' THEN (
        SELECT i.item_number || ' · ' || s.title FROM items i
        JOIN shows s ON s.workspace_id = i.workspace_id AND s.id = i.show_id
        WHERE i.workspace_id = $1 AND i.id = m.reference_id)
    END AS label
FROM stock_movements m WHERE m.workspace_id = $1 AND m.batch_id = $2 AND ($3::uuid IS NULL OR m.id < $3)
ORDER BY m.id DESC LIMIT $4
"""


@attrs.define(eq=False)
class Batches:
    """The batches of each workspace; every method takes the workspace first. `costs`: whether unit costs are told."""

    db: Database

    async def page(
        self, workspace_id: UUID, wanted: BatchFilter, *, costs: bool = False
    ) -> tuple[list[Batch], UUID | None]:
        """Batches, the first received first, and the cursor of the next page."""
        place: tuple[Any, Any] = (None, None)
        if wanted.cursor is not None:
            rows = await self.db.plain_fetch(_PLACE, workspace_id, wanted.cursor)
            if not rows:
                raise no_such_cursor()
            place = rows[0]["received_on"], rows[0]["id"]
        asked = wanted.product_id, name_key(wanted.q), wanted.available
        found = await self.db.plain_fetch(_PAGE, workspace_id, *asked, *place, wanted.limit + 1)
        shown = [_batch(row, costs) for row in found[: wanted.limit]]
        return shown, shown[-1].batch_id if len(found) > wanted.limit else None

    async def get(self, workspace_id: UUID, batch_id: UUID, *, costs: bool = False) -> Batch:
        """One batch. Raises `NotFoundError`."""
        rows = await self.db.plain_fetch(_ONE, workspace_id, batch_id)
        if not rows:
            raise no_such("batch", batch_id)
        return _batch(rows[0], costs)

    async def receive(self, workspace_id: UUID, new: NewBatch, actor: Actor) -> Batch:
        """A new batch, with what came in.

        Raises:
            NotFoundError: there is no such product.
            DuplicateError: the product has a batch of this code.
        """
        async with self.db.transaction(), self.db.raw() as connection:
            made = await insert_batch(connection, workspace_id, new, actor)
        return await self.get(workspace_id, made, costs=True)

    async def change(
        self, workspace_id: UUID, batch_id: UUID, version: int, wanted: Mapping[str, Any], actor: Actor
    ) -> Batch:
        """Change the named fields: code, unit cost or day.

        Raises:
            ConflictError: the batch has another version by now.
            DuplicateError: the product has another batch of this code.
        """
        keyed = {**wanted, **({"code_key": name_key(wanted["code"])} if wanted.get("code") else {})}
        taken = f"This product has a batch {wanted.get('code')} already."
        current = partial(self.get, workspace_id, batch_id, costs=True)
        async with telling_current(current), writing(self.db, taken) as connection:
            await change(connection, workspace_id, actor, "batch", batch_id, version, keyed)
        return await self.get(workspace_id, batch_id, costs=True)

    async def move(self, workspace_id: UUID, batch_id: UUID, new: NewMovement, actor: Actor) -> Batch:
        """Receive more, adjust, put aside or take back.

        Raises:
            OutOfStockError: more would be taken than nobody has a claim on; `data["left"]` says how much that is.
            ConflictError: more would be taken back than is put aside.
            NotFoundError: there is no such batch.
        """
        moved = Movement(batch_id, new.kind, new.quantity, reason=new.reason.strip())
        async with self.db.transaction(), self.db.raw() as connection:
            await record(connection, workspace_id, [moved], actor)
            after = {"kind": new.kind, "quantity": new.quantity, "reason": moved.reason}
            await note(connection, workspace_id, actor, "batch.moved", "batch", batch_id, None, after)
        return await self.get(workspace_id, batch_id, costs=True)

    async def movements(
        self, workspace_id: UUID, batch_id: UUID, wanted: MovementFilter
    ) -> tuple[list[LedgerEntry], UUID | None]:
        """The ledger of a batch, the newest first, and the cursor of the next page."""
        await self.get(workspace_id, batch_id)
        found = await self.db.plain_fetch(_MOVEMENTS, workspace_id, batch_id, wanted.cursor, wanted.limit + 1)
        shown = [_entry(row) for row in found[: wanted.limit]]
        return shown, shown[-1].movement_id if len(found) > wanted.limit else None


def _batch(row: Mapping[str, Any], costs: bool) -> Batch:
    same = ("product_name", "category", "unit", "picture_url", "code", "received_on", "version")
    counters = ("on_hand", "reserved", "on_hold", "in_carts")
    found = Batch(
        batch_id=plain(row["id"]),
        product_id=plain(row["product_id"]),
        **{name: row[name] for name in (*same, *counters)},
        unit_cost=row["unit_cost"] if costs else None,
        available=row["on_hand"],
    )
    return attrs.evolve(found, available=available(found))


def _entry(row: Mapping[str, Any]) -> LedgerEntry:
    same = ("kind", "quantity", "reference_kind", "label", "reason", "actor_name", "at")
    reference = row["reference_id"] and plain(row["reference_id"])
    return LedgerEntry(movement_id=plain(row["id"]), reference_id=reference, **{name: row[name] for name in same})
