"""Orders that are paid and cancelled, once, with their stock."""

from __future__ import annotations

import asyncio

import attrs
import pytest

from dibs.errors import ConflictError, NotFoundError
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.models.orders import Order

from ..lane.sale import said
from .counter import Counter, line, order


async def pay(counter: Counter, made: Order) -> Order:
    async with counter.opened() as context:
        return await context.desk.orders.mark_paid(made.order_id, made.version)


async def test_a_cancelled_order_gives_its_stock_back_once(counter: Counter) -> None:
    batch = await counter.shop.batch(5)
    made = await counter.make(
        order(line(batch, "2"), line(batch, "1", sample=True), customer_id=await counter.customer())
    )
    gone = await counter.cancel(made, "too late")
    assert (gone.status, gone.cancel_reason, gone.version, gone.lines) == ("cancelled", "too late", 2, made.lines)
    assert await counter.shop.counters(batch) == ("5", "0", "0", "0")
    before = await counter.dump()
    for version in (1, 2):
        with pytest.raises(ConflictError, match="Order 1 was cancelled already") as refused:
            await counter.cancel(attrs.evolve(gone, version=version))
        assert refused.value.data["status"] == "cancelled"
    with pytest.raises(ConflictError, match="cancelled already"):
        await pay(counter, gone)
    with pytest.raises(NotFoundError):
        await counter.cancel(attrs.evolve(gone, order_id=uuid7()))
    assert await counter.dump() == before


async def test_a_paid_order_is_paid_once_and_can_be_cancelled(counter: Counter) -> None:
    batch = await counter.shop.batch(1)
    made = await counter.make(order(line(batch), customer_id=await counter.customer()))
    paid = await pay(counter, made)
    assert (paid.status, paid.version, paid.paid_at is not None) == ("paid", 2, True)
    with pytest.raises(ConflictError, match="changed order 1"):
        await pay(counter, made)
    with pytest.raises(ConflictError, match="is paid already"):
        await pay(counter, paid)
    gone = await counter.cancel(paid)
    assert (gone.status, gone.paid_at) == ("cancelled", paid.paid_at)
    kinds = [row[0] for row in await counter.fetch("SELECT type FROM outbox WHERE workspace_id = $1 ORDER BY seq")]
    assert kinds == ["order.created", "order.paid", "order.cancelled"]
    log = await counter.fetch("SELECT before->>'status' FROM audit_log WHERE workspace_id = $1 ORDER BY id")
    assert [row[0] for row in log] == [None, "open", "paid"]


async def test_claims_of_a_cancelled_order_are_reserved_again_and_may_be_passed(counter: Counter) -> None:
    batch = await counter.shop.batch(4)
    sale = await counter.show(("12", 3, batch), ("13", 1, None))
    buyer, lines = await counter.won(sale, "ana", "12", "13")
    new = order(*lines, origin="SHOW", buyer_id=buyer, show_id=sale.show_id)
    made = await counter.make(new)
    await sale.do(commands.set_status("ended"))
    assert await counter.shop.counters(batch) == ("3", "0", "0", "0")
    gone = await counter.cancel(made)
    assert [one.claim_id for one in gone.lines] == [one.claim_id for one in lines]
    assert await counter.shop.counters(batch) == ("4", "1", "0", "0")
    again = await counter.make(new)
    assert (again.number, again.lines) == (2, made.lines)
    await counter.cancel(again)
    await sale.do(commands.release(made.lines[0].claim_id))  # type: ignore[arg-type]
    assert await counter.shop.counters(batch) == ("4", "0", "0", "0")


async def test_of_two_who_order_or_cancel_at_once_the_second_waits(counter: Counter) -> None:
    batch = await counter.shop.batch(3)
    new = order(line(batch, "2"), customer_id=await counter.customer())
    first, second = await asyncio.gather(counter.make(new), counter.make(new))
    assert first == second
    done = await asyncio.gather(counter.cancel(first), counter.cancel(first), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["ConflictError", "Order"]
    sale = await counter.show(("12", 2, batch))
    buyer, lines = await counter.won(sale, "ana", "12")
    new = order(*lines, buyer_id=buyer)
    made, outcome = await asyncio.gather(counter.make(new), sale.say(said("pass 12", "ana")), return_exceptions=True)
    if isinstance(made, Order):
        assert not isinstance(outcome, BaseException)
        assert await sale.stakes("12") == ([("ana", 1)], [])
    else:
        assert isinstance(made, ConflictError)
        assert await sale.stakes("12") == ([], [])
