"""Where orders are made: a shop with its plugins, its customers, and what tests look up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.db import Database
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.jobs.registry import Registry
from dibs.lane import commands
from dibs.models.events import EventContext
from dibs.models.items import NewItem
from dibs.models.orders import NewOrder, NewOrderLine, Order
from dibs.plugins import PluginManager
from dibs.stock import Reference
from dibs.trading.transactions import TransactionParts

from ..lane.sale import Sale, said
from ..stock.shop import Shop, new_shop

OLGA = Actor(UUID(int=7), "Olga")
TABLES = ("orders", "order_lines", "order_counters", "batches", "stock_movements", "stock_holds", "items", "claims",
    "shows", "customers", "audit_log", "outbox", "topics")  # fmt: skip


@attrs.define(eq=False)
class Counter:
    """A shop and the way into its transactions."""

    shop: Shop
    parts: TransactionParts
    sales: list[Sale] = attrs.field(factory=list)

    @property
    def workspace_id(self) -> UUID:
        return self.shop.workspace_id

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[EventContext]:
        async with self.parts.open(self.workspace_id, None, attrs.evolve(OLGA)) as context:
            yield context

    async def make(self, new: NewOrder, **more: Any) -> Order:
        async with self.opened() as context:
            return await context.desk.orders.make(new, **more)

    async def cancel(self, order: Order, reason: str = "changed their mind") -> Order:
        async with self.opened() as context:
            return await context.desk.orders.cancel(order.order_id, order.version, reason)

    async def first_order(self) -> Order:
        row = (await self.fetch("SELECT id FROM orders WHERE workspace_id = $1 ORDER BY number LIMIT 1"))[0]
        async with self.opened() as context:
            return await context.desk.orders.get(row["id"])

    async def customer(self, name: str = "Anna", limit: str | None = None) -> UUID:
        made = uuid7()
        await self.fetch(
            "INSERT INTO customers (workspace_id, id, name, contact, credit_limit) VALUES ($1, $2, $3, 'anna@x', $4)",
            made, name, None if limit is None else Decimal(limit),
        )  # fmt: skip
        return made

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """Rows of a query whose $1 is the workspace."""
        return list(await self.shop.db.hot_fetch(sql, self.workspace_id, *args))

    async def show(self, *items: tuple[str, int, UUID | None], price: str = "10.00") -> Sale:
        """An active show with items of one price."""
        sale = await self.shop.show()
        self.sales.append(sale)
        new = [
            NewItem(number, f"Item {number}", units, price=Decimal(price), batch_id=batch)
            for number, units, batch in items
        ]
        await sale.do(commands.add_items(new))
        await sale.do(commands.set_status("active"))
        return sale

    async def won(self, sale: Sale, who: str, *numbers: str) -> tuple[UUID, list[NewOrderLine]]:
        """Let somebody claim items; the buyer, and lines of what was won."""
        await sale.say(*(said(f"sold {number}", who) for number in numbers))
        rows = await sale.fetch(
            "SELECT c.id, c.buyer_id, c.quantity, c.item_number FROM claims c"
            " JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'winner' AND b.platform_user_id = $3"
            " AND c.order_id IS NULL ORDER BY c.decision_no",
            who,
        )
        lines = [
            NewOrderLine(
                f"Item {row['item_number']}", Decimal(row["quantity"]), Decimal("10.00"), "item", claim_id=row["id"]
            )
            for row in rows
        ]
        return UUID(str(rows[0]["buyer_id"])), lines

    async def dump(self, *tables: str) -> Mapping[str, list[str]]:
        """Every row of the tables that an order touches, as text."""
        return {
            table: sorted(row[0] for row in await self.fetch(f"SELECT t::text FROM {table} t WHERE workspace_id = $1"))
            for table in tables or TABLES
        }

    async def assert_adds_up(self) -> None:
        """The ledger, the counters, what shows count as sold, and the numbers of orders."""
        await self.shop.assert_adds_up()
        for sale in self.sales:
            await sale.assert_clean()
        numbers = [row[0] for row in await self.fetch("SELECT number FROM orders WHERE workspace_id = $1 ORDER BY 1")]
        assert numbers == list(range(1, len(numbers) + 1))


@asynccontextmanager
async def open_counter(db: Database, *modules: ModuleType) -> AsyncIterator[Counter]:
    """A shop whose workspace has these plugins, all switched on."""
    plugins = PluginManager()
    for module in modules:
        assert plugins.add(module, module.PLUGIN.name), plugins.refused
    flags = FlagService(db, plugins)
    await flags.start()
    counter = Counter(await new_shop(db), TransactionParts(db, plugins, flags, Registry()))
    try:
        yield counter
    finally:
        for sale in counter.sales:
            await sale.lanes.close()
        await flags.close()


def line(batch_id: UUID | None, quantity: str = "1", price: str | None = "10.00", **more: Any) -> NewOrderLine:
    """A line from a batch."""
    unit = None if price is None else Decimal(price)
    return NewOrderLine(more.pop("name", "Dress"), Decimal(quantity), unit, "manual", batch_id, **more)


def order(*lines: NewOrderLine, source: UUID | None = None, **more: Any) -> NewOrder:
    """An order of a source of its own."""
    return NewOrder(Reference("cart", source or uuid7()), more.pop("origin", "MANUAL"), lines, **more)
