"""A fault before each statement of a conversion, and of adding a line; and how many statements there are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from uuid import UUID

import asyncpg
import attrs
import pytest

from dibs import EventContext
from dibs.db import Database
from dibs.errors import PluginHookError
from dibs.trading.telling import Telling
from dibs_live_shopping import cart as carts
from dibs_live_shopping import converting
from dibs_live_shopping.settings import LiveSettings
from dibs_live_shopping.settling import Leave

from ...core.orders.counter import OLGA, TABLES, Counter, open_counter
from ...core.orders.test_faults import Faulty
from .test_model import MODULES, open_session, opened, price_everything

ALL = (*TABLES, "live_sessions", "live_lines", "live_proposals", "live_overrides")
MOST_STATEMENTS = 11


@pytest.fixture
async def counter(db: Database) -> AsyncIterator[Counter]:
    async with open_counter(db, *MODULES) as made:
        yield made
        await made.assert_adds_up()


@asynccontextmanager
async def faulty(counter: Counter, faults: Faulty) -> AsyncIterator[EventContext]:
    """A transaction of the plugin; the last fault strikes directly before the commit."""
    parts, telling = counter.parts, Telling(counter.workspace_id)
    async with parts.db.transaction(), parts.db.raw() as connection:
        faults.connection = connection
        actor = attrs.evolve(OLGA)
        yield parts.context(counter.workspace_id, faults, LiveSettings(), actor, telling)  # type: ignore[arg-type]
        await telling.write(faults)  # type: ignore[arg-type]
        await faults._next()


async def filled(counter: Counter, lines: int = 2) -> tuple[UUID, list[UUID]]:
    """A session with so many lines, the last one only of interest; and its batches."""
    batches = [await counter.shop.batch(9, f"{lines}-{n}") for n in range(lines)]
    await price_everything(counter)
    session_id = await open_session(counter, await counter.customer("Anna", "100000.00"))
    for batch in batches:
        intent = "interested" if batch == batches[-1] else "to_purchase"
        async with opened(counter) as context:
            new = carts.NewLine(batch, Decimal(2), intent)  # type: ignore[arg-type]
            await carts.add_line(context, session_id, new, by="host", name="Olga")
    return session_id, batches


async def test_a_session_is_converted_all_or_nothing_whatever_fails(counter: Counter) -> None:
    session_id, _ = await filled(counter)
    before, statements = await counter.dump(*ALL), 0
    for at in range(1, 100):
        faults = Faulty(None, at)

        async def attempt(faults: Faulty = faults) -> None:
            async with faulty(counter, faults) as context:
                await converting.convert(context, session_id, converting.Conversion(), Leave())

        try:
            await asyncio.create_task(attempt())
        except (asyncpg.PostgresError, PluginHookError):
            assert await counter.dump(*ALL) == before, f"before statement {at} something had been written"
        else:
            statements = at - 1
            break
    assert statements > 20
    orders = await counter.fetch("SELECT id FROM orders WHERE workspace_id = $1")
    assert len(orders) == 1
    async with opened(counter) as context:
        order, cart = await converting.convert(context, session_id, converting.Conversion(), Leave())
    assert order.order_id == orders[0]["id"] and cart.session.status == "converted"


async def test_adding_a_line_takes_few_statements_however_full_the_cart(counter: Counter) -> None:
    counts = []
    for lines in (2, 12):
        session_id, batches = await filled(counter, lines)
        await counter.fetch(
            "UPDATE batches SET code = code || 'x', code_key = code_key || 'x' WHERE workspace_id = $1 RETURNING 1"
        )
        faults = Faulty(None)
        async with faulty(counter, faults) as context:
            new = carts.NewLine(batches[0], Decimal(1))
            await carts.add_line(context, session_id, new, by="host", name="Olga")
        counts.append(faults.count - 1)
    assert counts[0] == counts[1] <= MOST_STATEMENTS, counts
