"""Orders and what a customer may owe."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

import dibs_credit
from dibs.db import Database
from dibs.errors import CreditExceededError
from dibs.stock.audit import audit_stock

from .counter import Counter, line, open_counter, order


async def test_nobody_orders_beyond_their_credit_without_a_reason(db: Database) -> None:
    async with open_counter(db, dibs_credit) as counter:
        batch, anna = await counter.shop.batch(9), await counter.customer(limit="15.00")
        first = await counter.make(order(line(batch), customer_id=anna))
        new = order(line(batch), customer_id=anna)
        before = await counter.dump()
        for given in ({}, {"credit_reason": "knows us"}):
            with pytest.raises(CreditExceededError) as refused:
                await counter.make(attrs.evolve(new, **given))
            assert Decimal(refused.value.data["limit"]) == 15
        assert await counter.dump() == before
        with pytest.raises(CreditExceededError):
            await counter.make(new, may_override=True)
        made = await counter.make(attrs.evolve(new, credit_reason="knows us"), may_override=True)
        reasons = await counter.fetch("SELECT credit_reason FROM orders WHERE workspace_id = $1 ORDER BY number")
        assert [row[0] for row in reasons] == [None, "knows us"]
        await counter.cancel(made)
        await counter.cancel(first)
        assert (await counter.make(order(line(batch, price="15.00"), customer_id=anna))).total == 15
        await counter.assert_adds_up()


async def test_a_buyer_who_is_a_customer_orders_on_that_credit(db: Database) -> None:
    async with open_counter(db, dibs_credit) as counter:
        sale = await counter.show(("12", 3, None))
        buyer, lines = await counter.won(sale, "ana", "12")
        anna = await counter.customer(limit="0.00")
        await counter.fetch("UPDATE buyers SET customer_id = $2 WHERE workspace_id = $1 AND id = $3", anna, buyer)
        new = order(*lines, buyer_id=buyer)
        with pytest.raises(CreditExceededError):
            await counter.make(new)
        await counter.fetch("UPDATE customers SET credit_limit = 10 WHERE workspace_id = $1")
        made = await counter.make(new)
        assert (made.customer_id, made.buyer_id, made.name) == (anna, buyer, "Anna")
        await counter.assert_adds_up()


async def test_the_audit_sees_an_order_that_took_nothing(counter: Counter) -> None:
    batch = await counter.shop.batch(3)
    made = await counter.make(order(line(batch), customer_id=await counter.customer()))
    change = "UPDATE order_lines SET quantity = $2 WHERE workspace_id = $1"
    await counter.fetch(change, Decimal(2))
    found = [problem async for one in audit_stock(counter.shop.db) for problem in one.problems]
    assert found == ["orders have 2 of it, the movements for them make it 1"]
    await counter.fetch(change, made.lines[0].quantity)
