"""A workspace with a product in stock, and shows that draw from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs.db import Database
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.models.items import NewItem
from dibs.stock import Kind, Movement, Reference, hold, record
from dibs.stock.audit import audit_stock

from ..lane.sale import Sale, process

_SHOW = "INSERT INTO shows (workspace_id, id, title, practice) VALUES ($1, $2, 'A sale', $3)"


@attrs.define(eq=False)
class Shop:
    """A workspace, its database and one product."""

    db: Database
    workspace_id: UUID
    product_id: UUID

    async def batch(self, units: str | int = 0, code: str = "A1") -> UUID:
        """A batch with so many units received."""
        batch_id = uuid7()
        await self.db.hot_fetch(
            "INSERT INTO batches (workspace_id, id, product_id, code, code_key, received_on)"
            " VALUES ($1, $2, $3, $4, lower($4), '2026-05-01')",
            self.workspace_id, batch_id, self.product_id, code,
        )  # fmt: skip
        if Decimal(units):
            await self.move((batch_id, "received", units))
        return batch_id

    async def move(self, *moves: tuple[UUID, Kind, str | int], about: str = "") -> None:
        """Write movements in one transaction."""
        wanted = [Movement(batch, kind, Decimal(units), about=about) for batch, kind, units in moves]
        async with self.db.hot_connection() as connection, connection.transaction():
            await record(connection, self.workspace_id, wanted, None)

    async def hold(self, batch_id: UUID, holder: UUID, units: str | int) -> None:
        """Let a cart hold so much."""
        async with self.db.hot_connection() as connection, connection.transaction():
            await hold(connection, self.workspace_id, batch_id, Reference("cart_line", holder), Decimal(units))

    async def counters(self, batch_id: UUID) -> tuple[str, ...]:
        """On hand, reserved, on hold, in carts."""
        rows = await self.db.hot_fetch(
            "SELECT on_hand, reserved, on_hold, in_carts FROM batches WHERE workspace_id = $1 AND id = $2",
            self.workspace_id, batch_id,
        )  # fmt: skip
        return tuple(f"{value.normalize():f}" for value in rows[0])

    async def kinds(self, batch_id: UUID) -> list[tuple[str, int]]:
        """The ledger of a batch: kind and quantity, the first first."""
        rows = await self.db.hot_fetch(
            "SELECT kind, quantity FROM stock_movements WHERE workspace_id = $1 AND batch_id = $2 ORDER BY id",
            self.workspace_id, batch_id,
        )  # fmt: skip
        return [(row["kind"], int(row["quantity"])) for row in rows]

    async def show(self, *, practice: bool = False) -> Sale:
        """A draft."""
        show_id = uuid7()
        await self.db.hot_fetch(_SHOW, self.workspace_id, show_id, practice)
        return Sale(self.db, self.workspace_id, show_id, process(self.db))

    async def assert_adds_up(self) -> None:
        found = [report async for report in audit_stock(self.db, self.workspace_id)]
        assert [report.problems for report in found if report.problems] == []


async def draw(sale: Sale, number: str, units: int, batch_id: UUID | None) -> UUID:
    """Add an item from a batch."""
    made: Any = await sale.do(commands.add_items([NewItem(number, f"Item {number}", units, batch_id=batch_id)]))
    return UUID(str(made[0]["item_id"]))


async def new_shop(db: Database) -> Shop:
    """A workspace with a product and nothing in stock."""
    workspace_id, product_id = uuid7(), uuid7()
    await db.hot_fetch("INSERT INTO workspaces (id, name) VALUES ($1, 'A shop')", workspace_id)
    await db.hot_fetch(
        "INSERT INTO products (workspace_id, id, name, name_key) VALUES ($1, $2, 'Dress', 'dress')",
        workspace_id, product_id,
    )  # fmt: skip
    return Shop(db, workspace_id, product_id)
