"""Hosts in several processes sell the last piece: one of them does, the others hear what is left.

Without lock and guard they oversell, or the test would prove nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter as Tally
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

import dibs_live_shopping
from dibs.db import Database
from dibs.stock.audit import audit_stock

from ..core.orders.counter import Counter, open_counter
from ..e2e import forking
from ..plugins.live_shopping.test_model import open_session
from .children import Child
from .test_stock_races import CONSTRAINTS

pytestmark = pytest.mark.race
PROCESSES, BATCHES = 3, 8


async def start(counter: Counter, **job: Any) -> Child:
    told = {"url": counter.shop.db.url, "workspace": str(counter.workspace_id), **job}
    process = await forking.start("tests.race.cart_worker", json.dumps(told))
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while (line := await process.stdout.readline()).strip() != b"ready":
            assert line, "the child ended before it was ready"
    return Child(process)


async def cart_race(counter: Counter, units: str, each: str, *, weak: bool = False) -> list[dict[str, Any]]:
    """Each process adds so many of each batch to a session of its own, all in the same order."""
    batches = [await counter.shop.batch(units, f"B{n}") for n in range(BATCHES)]
    hosts = [await open_session(counter, await counter.customer(f"C{n}")) for n in range(PROCESSES)]
    jobs = [[[str(host), str(batch), each] for batch in batches] for host in hosts]
    children = await asyncio.gather(*(start(counter, adds=adds, weak=weak) for adds in jobs))
    await asyncio.gather(*(child.go() for child in children))
    return list(await asyncio.gather(*(child.done() for child in children)))


async def test_the_last_piece_is_sold_once_and_each_refusal_says_what_is_left(db: Database) -> None:
    async with open_counter(db, dibs_live_shopping) as counter:
        done = await cart_race(counter, "1", "1")
        added = Tally(batch for one in done for batch in one["added"])
        assert len(added) == BATCHES and set(added.values()) == {1}
        left = [said for one in done for _, said in one["left"]]
        assert left == ["0"] * (BATCHES * (PROCESSES - 1)) and not [one for one in done if one["refused"]]
        await counter.assert_adds_up()


async def test_as_many_as_there_are_go_and_what_is_left_is_named(db: Database) -> None:
    async with open_counter(db, dibs_live_shopping) as counter:
        done = await cart_race(counter, "5", "2")
        added = Tally(batch for one in done for batch in one["added"])
        assert set(added.values()) == {2} and len(added) == BATCHES
        assert {Decimal(said) for one in done for _, said in one["left"]} == {Decimal(1)}
        await counter.assert_adds_up()


async def test_without_lock_and_guard_hosts_oversell(db: Database) -> None:
    async with open_counter(db, dibs_live_shopping) as counter:
        for statement in CONSTRAINTS:
            await db.hot_fetch(statement)
        for _ in range(6):
            done = await cart_race(counter, "1", "1", weak=True)
            sold = Tally(UUID(batch) for one in done for batch in one["added"])
            if max(sold.values()) > 1:
                break
            await counter.fetch("DELETE FROM stock_holds WHERE workspace_id = $1")
            await counter.fetch(
                "UPDATE batches SET in_carts = 0, code = id::text, code_key = id::text WHERE workspace_id = $1"
            )
        found = [problem for report in [r async for r in audit_stock(db)] for problem in report.problems]
        assert "more is reserved, put aside and in carts than is on hand" in found
