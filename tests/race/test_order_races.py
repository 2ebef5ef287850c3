"""Processes that order the same things, and what a show is about to reserve. Without the guards they order twice and
oversell, or the tests would prove nothing."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from dibs.db import Database
from dibs.ids import uuid7
from dibs.stock.audit import audit_stock

from ..core.stock.shop import Shop, draw, new_shop
from .children import defenceless, race
from .test_stock_races import CONSTRAINTS

pytestmark = pytest.mark.race
PAIRS = 10
ONCE = ("DROP INDEX orders_once",)


async def customer(shop: Shop) -> UUID:
    made = uuid7()
    await shop.db.hot_fetch(
        "INSERT INTO customers (workspace_id, id, name) VALUES ($1, $2, 'Anna')", shop.workspace_id, made
    )
    return made


async def one_source_race(shop: Shop, weak: list[str]) -> list[int]:
    """Three processes order ten carts each, the same ones; how often each cart was ordered."""
    batch, anna = await shop.batch(900, uuid7().hex), str(await customer(shop))
    carts = [str(uuid7()) for _ in range(PAIRS)]
    jobs = [{"commands": [["order", str(batch), anna, cart, 2] for cart in carts], "weak": weak} for _ in range(3)]
    done = await race(await shop.show(), *jobs)
    assert not [word for one in done for word in one["words"]], done
    ids = [{one["orders"][n] for one in done} for n in range(PAIRS)]
    rows = await shop.db.hot_fetch(
        "SELECT source_id, count(*) FROM orders WHERE workspace_id = $1 AND source_id = ANY($2::uuid[]) GROUP BY 1",
        shop.workspace_id, [UUID(cart) for cart in carts],
    )  # fmt: skip
    times = {str(row[0]): row[1] for row in rows}
    assert [times[cart] for cart in carts] == [len(one) for one in ids]
    return [len(one) for one in ids]


async def test_a_cart_is_ordered_once_by_however_many_processes(db: Database) -> None:
    shop = await new_shop(db)
    assert await one_source_race(shop, []) == [1] * PAIRS
    await shop.assert_adds_up()
    rows = await db.hot_fetch("SELECT number FROM orders WHERE workspace_id = $1 ORDER BY 1", shop.workspace_id)
    assert [row[0] for row in rows] == list(range(1, PAIRS + 1))


async def test_without_the_guards_of_the_source_a_cart_is_ordered_twice(db: Database) -> None:
    shop = await new_shop(db)
    await defenceless(await shop.show(), ONCE)
    for _ in range(6):
        if max(await one_source_race(shop, ["source"])) > 1:
            return
    raise AssertionError("nothing was ordered twice, so the test above proves nothing")


async def last_pieces_race(shop: Shop, weak: list[str]) -> list[int]:
    """Ten batches of four units; of each one process orders three and another begins a show with three. What both have
    taken."""
    anna = str(await customer(shop))
    orders, shows, batches = [], [], []
    for n in range(PAIRS):
        batch = await shop.batch(4, f"B{n} {uuid7().hex}")
        sale = await shop.show()
        await draw(sale, "12", 3, batch)
        await sale.lanes.close()
        orders.append(["order", str(batch), anna, str(uuid7()), 3])
        shows.append(["activate", str(sale.show_id)])
        batches.append(batch)
    done = await race(await shop.show(), {"commands": orders, "weak": weak}, {"commands": shows, "weak": weak})
    assert {code for one in done for code in one["refused"]} <= {"out_of_stock"}, done
    counters = await asyncio.gather(*(shop.counters(batch) for batch in batches))
    return [4 - int(on_hand) + int(reserved) for on_hand, reserved, *_ in counters]


async def test_the_last_pieces_go_to_an_order_or_to_a_show(db: Database) -> None:
    shop = await new_shop(db)
    assert await last_pieces_race(shop, []) == [3] * PAIRS
    await shop.assert_adds_up()


async def test_without_lock_and_guards_an_order_and_a_show_oversell(db: Database) -> None:
    shop = await new_shop(db)
    await defenceless(await shop.show(), CONSTRAINTS)
    for _ in range(6):
        if 6 in await last_pieces_race(shop, ["stock"]):
            break
        shop = await new_shop(db)
    found = [problem for report in [r async for r in audit_stock(db)] for problem in report.problems]
    assert "more is reserved, put aside and in carts than is on hand" in found
