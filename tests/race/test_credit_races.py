"""Two processes' connections fill carts of one customer at the same instant. Without the customer's lock both see what
was there before, and the limit is passed, or the test would prove nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import pytest

from dibs import CreditExceededError
from dibs.credit import reading
from dibs.db import Database

from ..core.credit.bank import Bank

pytestmark = pytest.mark.race
LIMIT, TEN = Decimal(100), Decimal("10.00")
LOCKED = "FOR NO KEY UPDATE"


@pytest.fixture
async def tills(db: Database, database_url: str) -> AsyncIterator[tuple[Bank, Bank]]:
    """A workspace, as two processes have it: each with connections of its own."""
    first, other = await Bank.new(db), Database(database_url)
    await other.connect()
    yield first, await Bank.at(other, first.workspace_id)
    await other.close()


async def fill(till: Bank, customer_id: UUID) -> int:
    """Add ten to a cart again and again; how often it was refused."""
    refused = 0
    for _ in range(6):
        try:
            async with till.open() as context:
                await context.desk.credit.check(customer_id, TEN)
                await context.data.execute(
                    "INSERT INTO toy_carts (workspace_id, customer_id, amount) VALUES ($1, $2, $3)", customer_id, TEN
                )
        except CreditExceededError:
            refused += 1
    return refused


async def filled(tills: tuple[Bank, Bank]) -> tuple[Decimal, int]:
    """What the carts come to in the end, and how many were refused, of 24 who add ten."""
    customer_id = await tills[0].customer(str(LIMIT))
    refused = await asyncio.gather(*(fill(till, customer_id) for till in (*tills, *tills)))
    rows = await tills[0].db.hot_fetch("SELECT sum(amount) FROM toy_carts WHERE customer_id = $1", customer_id)
    return rows[0][0], sum(refused)


async def test_carts_that_are_filled_at_once_stay_within_the_limit(tills: tuple[Bank, Bank]) -> None:
    assert await filled(tills) == (LIMIT, 14)


async def test_without_the_customers_lock_they_pass_it(
    tills: tuple[Bank, Bank], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LOCKED in reading.LOCK
    monkeypatch.setattr(reading, "LOCK", reading.LOCK.replace(LOCKED, ""))
    found = [(await filled(tills))[0] for _ in range(6)]
    assert max(found) > LIMIT
