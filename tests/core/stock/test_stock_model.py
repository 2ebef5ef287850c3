"""Any interleaving of two shows, carts, orders and people at the shelf on one batch, held against simple arithmetic."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dibs.audit_log import Actor
from dibs.db import Database
from dibs.errors import OutOfStockError
from dibs.flags import FlagService
from dibs.ids import uuid7
from dibs.jobs.registry import Registry
from dibs.lane import commands
from dibs.models.orders import NewOrder, NewOrderLine, Order
from dibs.plugins import PluginManager
from dibs.stock import Reference
from dibs.testing.postgres import TestServer
from dibs.trading.transactions import TransactionParts

from ...depth import often
from ..lane.sale import Sale, said
from .shop import Shop, draw, new_shop

T = TypeVar("T")
OLGA = Actor(UUID(int=7), "Olga")
WHICH = st.integers(0, 1)
UNITS = st.integers(0, 6)
LEADS_TO = {"draft": ("active",), "active": ("paused", "ended"), "paused": ("active", "ended"), "ended": ()}


class StockMachine(RuleBasedStateMachine):
    """Two shows with one item each, two carts, orders of all of them, one batch."""

    runner: asyncio.Runner
    db: Database

    def run(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            async with asyncio.timeout(20):
                return await work

        return self.runner.run(run())

    @initialize(received=st.integers(0, 8), begun=st.booleans())
    def open_shop(self, received: int, begun: bool) -> None:
        self.shop: Shop = self.run(new_shop(self.db))
        self.batch = self.run(self.shop.batch(received))
        self.shows: list[Sale] = [self.run(self.shop.show()) for _ in range(2)]
        self.items = [self.run(draw(sale, "12", 3, self.batch)) for sale in self.shows]
        self.status = ["draft", "draft"]
        self.total, self.from_batch = [3, 3], [True, True]
        self.on_hand, self.aside, self.carts = received, 0, {uuid7(): 0, uuid7(): 0}
        self.sold, self.orders, self.anna = [0, 0], list[tuple[Order, int | None, int]](), uuid7()
        plugins = PluginManager()
        self.parts = TransactionParts(self.db, plugins, FlagService(self.db, plugins), Registry())
        add = "INSERT INTO customers (workspace_id, id, name) VALUES ($1, $2, 'Anna')"
        self.run(self.db.hot_fetch(add, self.shop.workspace_id, self.anna))
        for which in (0, 1) if begun else ():
            self.turn(which, "active")
            self.comment(which, "ana", "sold")

    def won(self, which: int) -> int:
        rows = self.run(self.shows[which].fetch(
            "SELECT claimed_count FROM items WHERE workspace_id = $1 AND show_id = $2"
        ))  # fmt: skip
        return int(rows[0][0])

    def held(self, which: int, **other: Any) -> int:
        """What the show holds, or would hold if it stood otherwise."""
        status, total = other.get("status", self.status[which]), other.get("total", self.total[which])
        if status == "draft" or not other.get("from_batch", self.from_batch[which]):
            return 0
        return (self.won(which) if status == "ended" else total) - self.sold[which]

    @property
    def left(self) -> int:
        return self.on_hand - self.aside - sum(self.carts.values()) - self.held(0) - self.held(1)

    @contextmanager
    def expecting(self, refused: bool) -> Any:
        """The stock refuses exactly what is not there."""
        try:
            yield
        except OutOfStockError:
            assert refused
        else:
            assert not refused

    @rule(which=WHICH, status=st.sampled_from(["active", "active", "active", "paused", "ended"]))
    def turn(self, which: int, status: str) -> None:
        if status not in LEADS_TO[self.status[which]]:
            return
        with self.expecting(self.held(which, status=status) - self.held(which) > self.left):
            self.run(self.shows[which].do(commands.set_status(status), actor=OLGA))
            self.status[which] = status

    @rule(which=WHICH, total=UNITS)
    def change_total(self, which: int, total: int) -> None:
        if total < self.won(which):
            return
        with self.expecting(self.held(which, total=total) - self.held(which) > self.left):
            self.run(self.shows[which].do(commands.edit_item(self.items[which], total=total), actor=OLGA))
            self.total[which] = total

    @rule(which=WHICH)
    def switch_batch(self, which: int) -> None:
        if self.won(which):
            return
        there = not self.from_batch[which]
        with self.expecting(self.held(which, from_batch=there) - self.held(which) > self.left):
            change = commands.edit_item(self.items[which], batch_id=self.batch if there else None)
            self.run(self.shows[which].do(change, actor=OLGA))
            self.from_batch[which] = there

    @rule(which=WHICH, who=st.sampled_from(["ana", "ben", "cid"]), verb=st.sampled_from(["sold", "sold", "pass"]))
    def comment(self, which: int, who: str, verb: str) -> None:
        self.run(self.shows[which].say(said(f"{verb} 12", who)))

    @rule(which=WHICH, who=st.sampled_from(["ana", "ben", "cid"]))
    def release(self, which: int, who: str) -> None:
        rows = self.run(self.shows[which].fetch(
            "SELECT c.id FROM claims c JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'winner' AND b.platform_user_id = $3"
            " AND c.order_id IS NULL", who
        ))  # fmt: skip
        for row in rows[:1]:
            self.run(self.shows[which].do(commands.release(UUID(str(row[0]))), actor=OLGA))

    @rule(change=st.integers(-4, 4))
    def count_again(self, change: int) -> None:
        if change:
            with self.expecting(-change > self.left):
                self.run(self.shop.move((self.batch, "adjusted", change)))
                self.on_hand += change

    @rule(units=st.integers(1, 3))
    def put_aside(self, units: int) -> None:
        with self.expecting(units > self.left):
            self.run(self.shop.move((self.batch, "hold", units)))
            self.aside += units

    @rule()
    def put_back(self) -> None:
        if self.aside:
            self.run(self.shop.move((self.batch, "unhold", self.aside)))
            self.aside = 0

    @rule(which=WHICH, units=UNITS)
    def cart(self, which: int, units: int) -> None:
        holder = list(self.carts)[which]
        with self.expecting(units - self.carts[holder] > self.left):
            self.run(self.shop.hold(self.batch, holder, units))
            self.carts[holder] = units

    def order(self, *lines: NewOrderLine, buyer: UUID | None = None) -> Order:
        new = NewOrder(
            Reference("test", uuid7()), "MANUAL", lines, buyer_id=buyer, customer_id=None if buyer else self.anna
        )

        async def make() -> Order:
            async with self.parts.open(self.shop.workspace_id, None, OLGA) as context:
                return await context.desk.orders.make(new)

        return self.run(make())

    @rule(units=st.integers(1, 3))
    def sell(self, units: int) -> None:
        with self.expecting(units > self.left):
            line = NewOrderLine("Dress", Decimal(units), Decimal(5), "manual", self.batch)
            self.orders.append((self.order(line), None, units))
            self.on_hand -= units

    @rule(which=WHICH)
    def sell_cart(self, which: int) -> None:
        holder = list(self.carts)[which]
        if units := self.carts[holder]:
            line = NewOrderLine(
                "Dress", Decimal(units), Decimal(5), "manual", self.batch, holder=Reference("cart_line", holder)
            )
            self.orders.append((self.order(line), None, units))
            self.on_hand -= units
            self.carts[holder] = 0

    @rule(which=WHICH)
    def sell_won(self, which: int) -> None:
        rows = self.run(self.shows[which].fetch(
            "SELECT c.id, c.buyer_id, c.quantity FROM claims c"
            " JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'winner' AND c.order_id IS NULL"
            " ORDER BY b.platform_user_id"
        ))  # fmt: skip
        rows = [row for row in rows if row[1] == rows[0][1]]
        if rows:
            lines = [NewOrderLine("Dress", Decimal(r[2]), Decimal(5), "item", claim_id=UUID(str(r[0]))) for r in rows]
            units = sum(row[2] for row in rows)
            self.orders.append((self.order(*lines, buyer=UUID(str(rows[0][1]))), which, units))
            self.sold[which] += units
            self.on_hand -= units if self.from_batch[which] else 0

    @rule(nth=st.integers(0, 9))
    def cancel(self, nth: int) -> None:
        if not self.orders:
            return
        made, which, units = self.orders.pop(nth % len(self.orders))

        async def cancel() -> None:
            async with self.parts.open(self.shop.workspace_id, None, OLGA) as context:
                await context.desk.orders.cancel(made.order_id, made.version, "changed their mind")

        self.run(cancel())
        if which is not None:
            self.sold[which] -= units
        self.on_hand += units if which is None or self.from_batch[which] else 0

    @invariant()
    def adds_up(self) -> None:
        if hasattr(self, "shop"):
            expected = (self.on_hand, self.held(0) + self.held(1), self.aside, sum(self.carts.values()))
            assert self.run(self.shop.counters(self.batch)) == tuple(map(str, expected))
            self.run(self.shop.assert_adds_up())

    def teardown(self) -> None:
        for sale in getattr(self, "shows", ()):
            self.run(sale.assert_clean())
        for sale in getattr(self, "shows", ()):
            self.run(sale.lanes.close())


def test_two_shows_and_carts_on_one_batch_always_add_up(pg_server: TestServer) -> None:
    with asyncio.Runner() as runner:
        url = runner.run(pg_server.clone())
        StockMachine.runner, StockMachine.db = runner, Database(url, plain=1, hot=6)
        runner.run(StockMachine.db.connect())
        try:
            run_state_machine_as_test(
                StockMachine,
                settings=settings(
                    max_examples=often(25, 250),
                    stateful_step_count=25,
                    deadline=None,
                    phases=(Phase.explicit, Phase.generate),
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                ),
            )
        finally:
            runner.run(StockMachine.db.close())
            runner.run(pg_server.drop(url))
