"""Making orders: from batches, carts and won claims; all or nothing, once."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import attrs
import pytest

from dibs.errors import ConflictError, InvalidInputError, NotFoundError, OutOfStockError, PriceMissingError
from dibs.ids import uuid7
from dibs.lane import commands

from ..lane.sale import said
from .counter import Counter, line, order


async def test_an_order_takes_its_stock_and_says_what_was_agreed(counter: Counter) -> None:
    batch = await counter.shop.batch(5)
    await counter.fetch("UPDATE batches SET unit_cost = 4.10 WHERE workspace_id = $1 AND id = $2", batch)
    await counter.fetch("UPDATE products SET unit = 'm' WHERE workspace_id = $1")
    anna = await counter.customer()
    made = await counter.make(
        order(line(batch, "2.5", "3.33"), line(batch, "1", "9.99", sample=True), customer_id=anna, note="by Friday")
    )
    assert (made.number, made.status, made.total, made.name, made.contact) == (
        1,
        "open",
        Decimal("8.33"),
        "Anna",
        "anna@x",
    )
    assert [(one.line_no, one.unit, one.price, one.total, one.unit_cost) for one in made.lines] == [
        (1, "m", Decimal("3.33"), Decimal("8.33"), Decimal("4.10")),
        (2, "m", Decimal("9.99"), Decimal("0.00"), Decimal("4.10")),
    ]
    assert await counter.shop.counters(batch) == ("1.5", "0", "0", "0")
    events = await counter.fetch("SELECT type, payload::text FROM outbox WHERE workspace_id = $1")
    assert [row["type"] for row in events] == ["order.created"] and '"total":"8.33"' in events[0]["payload"]
    log = await counter.fetch("SELECT action, actor_name FROM audit_log WHERE workspace_id = $1")
    assert [tuple(row) for row in log] == [("order.created", "Olga")]


async def test_a_source_is_ordered_once_until_it_is_cancelled(counter: Counter) -> None:
    batch, cart, anna = await counter.shop.batch(5), uuid7(), await counter.customer()
    new = order(line(batch), source=cart, customer_id=anna)
    first = await counter.make(new)
    before = await counter.dump()
    assert await counter.make(attrs.evolve(new, lines=(line(batch, "4"),))) == first
    assert await counter.dump() == before
    async with counter.opened() as context:
        assert await context.desk.orders.of_source("cart", cart) == first
    await counter.cancel(first)
    async with counter.opened() as context:
        assert await context.desk.orders.of_source("cart", cart) is None
    assert (await counter.make(new)).number == 2


async def test_what_a_cart_holds_becomes_the_sale(counter: Counter) -> None:
    batch, cart = await counter.shop.batch(3), uuid7()
    await counter.shop.hold(batch, cart, 3)
    holder = order(line(batch), source=cart).source
    holder = attrs.evolve(holder, kind="cart_line")
    made = await counter.make(order(line(batch, "2", holder=holder), customer_id=await counter.customer()))
    assert made.total == 20
    assert await counter.shop.counters(batch) == ("1", "0", "0", "0")


async def test_won_claims_become_an_order_and_their_reservation_the_sale(counter: Counter) -> None:
    batch = await counter.shop.batch(5)
    sale = await counter.show(("12", 3, batch), ("13", 2, None))
    buyer, lines = await counter.won(sale, "ana", "12", "13")
    made = await counter.make(order(*lines, origin="SHOW", buyer_id=buyer, show_id=sale.show_id))
    assert (made.name, made.total) == ("Ana", Decimal("20.00"))
    assert await counter.shop.counters(batch) == ("4", "2", "0", "0")
    rows = await sale.fetch(
        "SELECT sold, reserved FROM items WHERE workspace_id = $1 AND show_id = $2 ORDER BY item_number"
    )
    assert [tuple(row) for row in rows] == [(1, 2), (1, 0)]
    with pytest.raises(ConflictError, match="in order 1 already") as refused:
        await counter.make(order(*lines, origin="SHOW", buyer_id=buyer, show_id=sale.show_id))
    assert refused.value.data["order_id"] == str(made.order_id)
    await sale.do(commands.set_status("ended"))
    assert await counter.shop.counters(batch) == ("4", "0", "0", "0")


async def test_claims_are_ordered_by_whoever_won_them(counter: Counter) -> None:
    sale = await counter.show(("12", 3, None))
    ana, lines = await counter.won(sale, "ana", "12")
    ben, _ = await counter.won(sale, "ben", "12")
    anna = await counter.customer()
    for other in ({"buyer_id": ben}, {"customer_id": anna}):
        with pytest.raises(ConflictError, match="somebody else's"):
            await counter.make(order(*lines, **other))
    with pytest.raises(ConflictError, match="another show"):
        await counter.make(order(*lines, buyer_id=ana, show_id=uuid7()))
    with pytest.raises(ConflictError, match="not of 2"):
        await counter.make(order(attrs.evolve(lines[0], quantity=Decimal(2)), buyer_id=ana))
    await counter.fetch("UPDATE buyers SET customer_id = $2 WHERE workspace_id = $1 AND id = $3", anna, ana)
    made = await counter.make(order(*lines, customer_id=anna))
    assert (made.name, made.customer_id, made.buyer_id) == ("Anna", anna, None)
    _, more = await counter.won(sale, "cid", "12")
    cid = (await counter.fetch("SELECT id FROM buyers WHERE workspace_id = $1 AND platform_user_id = 'cid'"))[0][0]
    await counter.fetch(
        "UPDATE buyers SET merged_into = $2, merge_parent = $2 WHERE workspace_id = $1 AND id = $3", ana, cid
    )
    assert (await counter.make(order(*more, buyer_id=cid))).customer_id == anna


async def test_what_is_released_can_not_be_ordered(counter: Counter) -> None:
    sale = await counter.show(("12", 1, None))
    buyer, lines = await counter.won(sale, "ana", "12")
    await sale.say(said("pass 12", "ana"))
    with pytest.raises(ConflictError, match="won no more"):
        await counter.make(order(*lines, buyer_id=buyer))


async def test_a_refused_order_writes_nothing(counter: Counter) -> None:
    batch, anna = await counter.shop.batch(2), await counter.customer()
    before = await counter.dump()
    claim = UUID(int=5)
    for wrong, error, words in (
        ((), InvalidInputError, "from 1 to"),
        ((line(batch, "3"),), OutOfStockError, "only 2 of Dress"),
        ((line(batch, "1"), line(batch, "2")), OutOfStockError, "only 2 of Dress"),
        ((line(batch, name="Red dress", price=None),), PriceMissingError, "Red dress has no price"),
        ((line(batch, price="-1"),), InvalidInputError, r"lines\[0\].price"),
        ((line(batch, "0"),), InvalidInputError, r"lines\[0\].quantity must be above 0"),
        ((line(uuid7()),), NotFoundError, "no such batch"),
        ((line(None, claim_id=claim),), NotFoundError, "no such claim"),
        ((line(None, claim_id=claim), line(None, claim_id=claim)), InvalidInputError, "comes twice"),
    ):
        with pytest.raises(error, match=words):
            await counter.make(order(*wrong, customer_id=anna))
    with pytest.raises(InvalidInputError, match="of a customer or of a buyer"):
        await counter.make(order(line(batch)))
    with pytest.raises(NotFoundError, match="no such customer"):
        await counter.make(order(line(batch), customer_id=uuid7()))
    assert await counter.dump() == before
