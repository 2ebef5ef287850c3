"""Any interleaving of two shows and three sessions on one batch adds up, and never oversells.

The real thing is driven, act after act; what must come of each is worked out from the counters before it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import attrs
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import dibs_credit
import dibs_live_shopping
import dibs_pricing
from dibs import ConflictError, EventContext, OutOfStockError
from dibs.db import Database
from dibs.lane import commands
from dibs.testing.postgres import TestServer
from dibs_live_shopping import cart as carts
from dibs_live_shopping import converting, sessions, show_carts
from dibs_live_shopping.loading import Cart
from dibs_live_shopping.reopening import reopen
from dibs_live_shopping.settling import Leave

from ...core.lane.sale import said
from ...core.orders.counter import OLGA, Counter, open_counter

T = TypeVar("T")
DEEP = os.environ.get("DIBS_HYPOTHESIS_PROFILE") == "deep"
SESSION, SHOW, PICK = st.integers(0, 2), st.integers(0, 1), st.integers(0, 9)
UNITS = st.sampled_from([Decimal("1"), Decimal("2"), Decimal("0.5"), Decimal("4")])
INTENT = st.sampled_from(["to_purchase", "to_purchase", "interested", "sample_request"])
WHO = st.sampled_from(["ana", "ben", "cid"])
MODULES = (dibs_pricing, dibs_live_shopping, dibs_credit)
RECEIVED = 8


@asynccontextmanager
async def opened(counter: Counter) -> AsyncIterator[EventContext]:
    """A transaction of the plugin."""
    async with counter.parts.open(counter.workspace_id, "live_shopping", attrs.evolve(OLGA)) as context:
        yield context


async def open_session(counter: Counter, customer_id: UUID) -> UUID:
    async with opened(counter) as context:
        new = sessions.NewSession(customer_id=customer_id, start=True)
        return (await sessions.create_session(context, new)).session.id


async def price_everything(counter: Counter) -> None:
    """A cost for each batch and a margin, so that whatever is in a cart can be ordered."""
    await counter.fetch("UPDATE batches SET unit_cost = 6.00 WHERE workspace_id = $1 RETURNING 1")
    await counter.fetch(
        "INSERT INTO pricing_margins (workspace_id, scope, key, margin, changed_by_name, id) "
        "VALUES ($1, 'default', '', 40, 'Olga', gen_random_uuid()) ON CONFLICT DO NOTHING"
    )


class CartMachine(RuleBasedStateMachine):
    """Two shows with an item each, three sessions, one batch."""

    runner: asyncio.Runner
    db: Database

    def run(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            async with asyncio.timeout(20):
                return await work

        return self.runner.run(run())

    @initialize()
    def open_shop(self) -> None:
        self.manager = open_counter(self.db, *MODULES)
        self.counter: Counter = self.run(self.manager.__aenter__())
        self.batch = self.run(self.counter.shop.batch(RECEIVED))
        self.run(price_everything(self.counter))
        self.shows = [self.run(self.counter.show(("12", 2, self.batch))) for _ in range(2)]
        customers = [self.run(self.counter.customer(name, "100000.00")) for name in ("A", "B", "C")]
        self.sessions = [self.run(open_session(self.counter, one)) for one in customers]
        self.ready = True

    def act(self, work: Callable[[EventContext], Awaitable[T]]) -> T | None:
        """Do something in a transaction; None if it was refused for its state."""

        async def run() -> T | None:
            try:
                async with opened(self.counter) as context:
                    return await work(context)
            except OutOfStockError:
                raise
            except ConflictError:
                return None

        return self.run(run())

    def left(self) -> Decimal:
        rows = self.run(self.counter.fetch(
            "SELECT on_hand - reserved - on_hold - in_carts FROM batches WHERE workspace_id = $1 AND id = $2",
            self.batch,
        ))  # fmt: skip
        return Decimal(rows[0][0])

    def lines(self, which: int) -> list[Any]:
        return self.run(self.counter.fetch(
            "SELECT id, quantity, claim_id FROM live_lines WHERE workspace_id = $1 AND session_id = $2 ORDER BY id",
            self.sessions[which],
        ))  # fmt: skip

    def selling(self, which: int) -> bool:
        status = self.run(self.counter.fetch(
            "SELECT status FROM live_sessions WHERE workspace_id = $1 AND id = $2", self.sessions[which]
        ))[0][0]  # fmt: skip
        return status in ("active", "paused")

    def expecting(self, more: Decimal, which: int, work: Callable[[EventContext], Awaitable[Any]]) -> None:
        """What is not there is refused, and nothing else is."""
        refused = self.selling(which) and more > self.left()
        try:
            self.act(work)
        except OutOfStockError as error:
            assert refused and Decimal(error.data["left"]) >= 0
        else:
            assert not refused

    @rule(which=SESSION, units=UNITS, intent=INTENT)
    def add(self, which: int, units: Decimal, intent: Any) -> None:
        new, session = carts.NewLine(self.batch, units, intent), self.sessions[which]
        self.expecting(units, which, lambda c: carts.add_line(c, session, new, by="host", name="Olga"))

    @rule(which=SESSION, pick=PICK, units=UNITS, intent=st.none() | INTENT)
    def change(self, which: int, pick: int, units: Decimal, intent: Any) -> None:
        lines, session = [line for line in self.lines(which) if line["claim_id"] is None], self.sessions[which]
        if lines:
            line, change = lines[pick % len(lines)], carts.LineChange(quantity=units, intent=intent)
            more = units - line["quantity"]
            self.expecting(
                more, which, lambda c: carts.change_line(c, session, line["id"], change, by="host", name="Olga")
            )

    @rule(which=SESSION, pick=PICK)
    def remove(self, which: int, pick: int) -> None:
        lines, session = self.lines(which), self.sessions[which]
        if lines:
            line_id = lines[pick % len(lines)]["id"]
            self.act(lambda c: carts.remove_line(c, session, line_id, by="host", name="Olga"))

    @rule(which=SESSION, verb=st.sampled_from(["pause", "resume", "end"]))
    def move(self, which: int, verb: str) -> None:
        session = self.sessions[which]
        self.act(lambda c: sessions.move(c, session, verb))

    @rule(which=SESSION)
    def expire(self, which: int) -> None:
        session = self.sessions[which]
        self.run(self.counter.fetch(
            "UPDATE live_sessions SET expires_at = now() - interval '1 second' WHERE workspace_id = $1 AND id = $2"
            " AND status IN ('active', 'paused') RETURNING 1", session,
        ))  # fmt: skip
        self.act(lambda c: sessions.expire(c, session))

    @rule(which=SESSION)
    def open_again(self, which: int) -> None:
        session = self.sessions[which]
        cart: Cart | None = self.act(lambda c: reopen(c, session, name="Olga"))
        if cart is not None:
            self.sessions[which] = cart.session.id

    @rule(which=SESSION, late=st.booleans())
    def convert(self, which: int, late: bool) -> None:
        session, wanted = self.sessions[which], converting.Conversion(late=late)
        try:
            self.act(lambda c: converting.convert(c, session, wanted, Leave()))
        except OutOfStockError:
            assert late and not self.selling(which)

    @rule(show=SHOW, who=WHO)
    def claim(self, show: int, who: str) -> None:
        self.run(self.shows[show].say(said("sold 12", who)))

    @rule(show=SHOW, who=WHO)
    def release(self, show: int, who: str) -> None:
        rows = self.run(self.shows[show].fetch(
            "SELECT c.id FROM claims c JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status = 'winner' AND c.order_id IS NULL"
            " AND b.platform_user_id = $3", who,
        ))  # fmt: skip
        for row in rows[:1]:
            self.run(self.shows[show].do(commands.release(UUID(str(row[0]))), actor=OLGA))

    @rule(show=SHOW)
    def sync(self, show: int) -> None:
        """What the events of the claims cause, in whatever order they come."""
        rows = self.run(self.counter.fetch("SELECT id FROM buyers WHERE workspace_id = $1 ORDER BY id"))
        for row in rows:
            self.act(lambda c, b=row[0]: show_carts.sync_buyer(c, self.shows[show].show_id, b))

    @rule(show=SHOW)
    def order_won(self, show: int) -> None:
        rows = self.run(self.counter.fetch(
            "SELECT id FROM live_sessions WHERE workspace_id = $1 AND show_id = $2 AND status = 'active' ORDER BY id",
            self.shows[show].show_id,
        ))  # fmt: skip
        for row in rows[:1]:
            self.act(lambda c, s=row[0]: converting.convert(c, s, converting.Conversion(), Leave()))

    @invariant()
    def adds_up(self) -> None:
        if not hasattr(self, "ready"):
            return
        self.run(self.counter.shop.assert_adds_up())
        facts = self.run(self.counter.fetch(_FACTS, self.batch))[0]
        assert facts["on_hand"] == RECEIVED - facts["ordered"], dict(facts)
        assert facts["in_carts"] == facts["in_lines"], dict(facts)
        assert facts["reserved"] == facts["drawn"], dict(facts)
        assert facts["left"] >= 0 and facts["twice"] == 0, dict(facts)

    def teardown(self) -> None:
        if hasattr(self, "manager"):
            self.run(self.manager.__aexit__(None, None, None))


_FACTS = """
SELECT b.on_hand, b.in_carts, b.reserved, b.on_hand - b.reserved - b.on_hold - b.in_carts AS left,
    (SELECT coalesce(sum(l.quantity), 0) FROM order_lines l WHERE l.workspace_id = $1 AND l.batch_id = b.id) AS ordered,
    (SELECT coalesce(sum(l.quantity), 0) FROM live_lines l
        JOIN live_sessions s ON s.workspace_id = l.workspace_id AND s.id = l.session_id
        WHERE l.workspace_id = $1 AND l.batch_id = b.id AND l.claim_id IS NULL AND s.status IN ('active', 'paused')
    ) AS in_lines,
    (SELECT coalesce(sum(i.reserved), 0) FROM items i WHERE i.workspace_id = $1 AND i.batch_id = b.id) AS drawn,
    (SELECT count(*) FROM (SELECT 1 FROM order_lines l WHERE l.workspace_id = $1 AND l.claim_id IS NOT NULL
        GROUP BY l.claim_id HAVING count(*) > 1) t) AS twice
FROM batches b WHERE b.workspace_id = $1 AND b.id = $2
"""


def test_two_shows_and_three_sessions_on_one_batch_always_add_up(pg_server: TestServer) -> None:
    with asyncio.Runner() as runner:
        url = runner.run(pg_server.clone())
        CartMachine.runner, CartMachine.db = runner, Database(url, plain=2, hot=6)
        runner.run(CartMachine.db.connect())
        try:
            run_state_machine_as_test(
                CartMachine,
                settings=settings(
                    max_examples=100 if DEEP else 6,
                    stateful_step_count=50 if DEEP else 20,
                    deadline=None,
                    phases=(Phase.explicit, Phase.generate),
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                ),
            )
        finally:
            runner.run(CartMachine.db.close())
            runner.run(pg_server.drop(url))
