"""A fault at each statement of a conversion: nothing at all has happened, and the next attempt succeeds, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import attrs
import pytest

from dibs.ids import uuid7
from dibs.models.events import EventContext
from dibs.models.orders import NewOrder, Order
from dibs.stock import Reference
from dibs.trading.telling import Telling

from .counter import OLGA, Counter, line, order

BROKEN = "SELECT 1 / (random() * 0)::int"
KILLED = "SELECT pg_terminate_backend(pg_backend_pid())"


@attrs.define(eq=False)
class Faulty:
    """The real connection; before one of its statements the database fails, or the connection is cut."""

    connection: Any
    at: int = 0
    fault: str = BROKEN
    count: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    async def _next(self) -> None:
        self.count += 1
        if self.count == self.at:
            await self.connection.fetch(self.fault)

    async def fetch(self, *args: Any) -> Any:
        await self._next()
        return await self.connection.fetch(*args)

    async def fetchrow(self, *args: Any) -> Any:
        await self._next()
        return await self.connection.fetchrow(*args)

    async def fetchval(self, *args: Any) -> Any:
        await self._next()
        return await self.connection.fetchval(*args)

    async def execute(self, *args: Any) -> Any:
        await self._next()
        return await self.connection.execute(*args)


@asynccontextmanager
async def faulty(counter: Counter, faults: Faulty) -> AsyncIterator[EventContext]:
    """A transaction like that of a plugin; the last fault strikes directly before the commit."""
    parts, telling = counter.parts, Telling(counter.workspace_id)
    async with parts.db.transaction(), parts.db.raw() as connection:
        faults.connection = connection
        yield parts.context(counter.workspace_id, faults, None, attrs.evolve(OLGA), telling)  # type: ignore[arg-type]
        await telling.write(faults)  # type: ignore[arg-type]
        await faults._next()


async def conversion(counter: Counter) -> NewOrder:
    """A cart with all there is: held pieces, a sample, won claims with and without a batch, a customer."""
    batch, other, cart = await counter.shop.batch(9), await counter.shop.batch(5, "B2"), uuid7()
    sale = await counter.show(("12", 3, batch), ("13", 2, None))
    buyer, won = await counter.won(sale, "ana", "12", "13")
    customer = await counter.customer()
    await counter.fetch("UPDATE buyers SET customer_id = $2 WHERE workspace_id = $1 AND id = $3", customer, buyer)
    await counter.shop.hold(other, cart, 2)
    holder = Reference("cart_line", cart)
    lines = [line(other, "2", holder=holder), line(batch, "1", sample=True), *won]
    return order(*lines, source=cart, customer_id=customer, show_id=sale.show_id, origin="LIVE_SHOPPING")


Step = Callable[[EventContext], Awaitable[Order]]


async def strike(counter: Counter, step: Step, fault: str) -> tuple[Order, int]:
    """Let the fault strike before each statement in turn until it strikes none; how many there were."""
    before = await counter.dump()
    for at in range(1, 100):
        faults = Faulty(None, at, fault)

        async def attempt(faults: Faulty = faults) -> Order:
            async with faulty(counter, faults) as context:
                return await step(context)

        try:
            # A task of its own, as a request has: a connection that was cut is left behind with it.
            done = await asyncio.create_task(attempt())
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            assert await counter.dump() == before, f"before statement {at} something had been written"
        else:
            return done, at - 1
    raise AssertionError("it never succeeded")


@pytest.mark.parametrize("fault", [BROKEN, KILLED])
async def test_a_conversion_is_all_or_nothing_whatever_fails(counter: Counter, fault: str) -> None:
    new = await conversion(counter)
    made, statements = await strike(counter, lambda context: context.desk.orders.make(new), fault)
    assert (made.number, len(made.lines), statements > 15) == (1, 4, True)
    after = await counter.dump("orders", "order_lines", "stock_movements", "order_counters", "outbox")
    assert await counter.make(new) == made
    assert await counter.dump(*after) == after
    gone, _ = await strike(counter, lambda context: context.desk.orders.cancel(made.order_id, 1, "no"), fault)
    assert gone.status == "cancelled"


async def test_twenty_lines_take_as_many_statements_as_two(counter: Counter) -> None:
    customer, batches = await counter.customer(), [await counter.shop.batch(9, f"B{n}") for n in range(20)]
    counts = []
    for number in (2, 20):
        cart = uuid7()
        for batch in batches[:number]:
            await counter.shop.hold(batch, cart, 1)
        lines = [line(batch, holder=Reference("cart_line", cart)) for batch in batches[:number]]
        faults = Faulty(None)
        async with faulty(counter, faults) as context:
            await context.desk.orders.make(order(*lines, customer_id=customer))
        counts.append(faults.count)
    assert counts[0] == counts[1]
