"""The ledger: counters and movements change together, nothing is ever negative, and nobody rewrites it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from dibs.errors import ConflictError, InvalidInputError, InvariantError, NotFoundError, OutOfStockError
from dibs.ids import uuid7
from dibs.stock import lock_batches
from dibs.stock.audit import audit_stock

from .shop import Shop, new_shop


async def test_each_kind_moves_its_counter(shop: Shop) -> None:
    batch = await shop.batch("10.5")
    await shop.move((batch, "adjusted", "-0.5"), (batch, "reserved", 4), (batch, "hold", 2))
    assert await shop.counters(batch) == ("10", "4", "2", "0")
    await shop.move((batch, "given_back", 1), (batch, "unhold", 2), (batch, "returned", 1))
    assert await shop.counters(batch) == ("11", "3", "0", "0")
    await shop.move((batch, "given_back", 3), (batch, "sold", 3))
    assert await shop.counters(batch) == ("8", "0", "0", "0")


async def test_what_is_not_there_is_refused_with_what_is_left(shop: Shop) -> None:
    batch, other = await shop.batch(5), await shop.batch(1, "B2")
    with pytest.raises(OutOfStockError) as caught:
        await shop.move((batch, "reserved", 6), (other, "reserved", 2), about="item 12")
    assert caught.value.message.startswith("Item 12 needs 6, but only 5 of Dress · A1 left; ")
    assert [(one["batch"], one["left"], one["wanted"]) for one in caught.value.data["short"]] == [
        ("Dress · A1", "5", "6"),
        ("Dress · B2", "1", "2"),
    ]
    with pytest.raises(OutOfStockError):
        await shop.move((batch, "adjusted", -6))
    assert await shop.counters(batch) == ("5", "0", "0", "0")
    assert await shop.kinds(batch) == [("received", 5)]


async def test_more_than_is_reserved_or_put_aside_is_not_given_back(shop: Shop) -> None:
    batch = await shop.batch(5)
    for kind in ("given_back", "unhold"):
        with pytest.raises(ConflictError):
            await shop.move((batch, kind, 1))  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError):
        await shop.move((batch, "received", "99999999999"))


async def test_another_workspaces_batch_is_not_there(shop: Shop) -> None:
    other = await new_shop(shop.db)
    batch = await other.batch(5)
    with pytest.raises(NotFoundError):
        await shop.move((batch, "reserved", 1))
    with pytest.raises(NotFoundError):
        await shop.hold(batch, uuid7(), 1)
    assert await other.counters(batch) == ("5", "0", "0", "0")


async def test_carts_hold_until_they_let_go(shop: Shop) -> None:
    batch, one, two = await shop.batch(5), uuid7(), uuid7()
    await shop.hold(batch, one, "2.5")
    await shop.hold(batch, one, 3)
    with pytest.raises(OutOfStockError) as caught:
        await shop.hold(batch, two, 3)
    assert caught.value.data["left"] == "2"
    with pytest.raises(OutOfStockError):
        await shop.move((batch, "reserved", 3))
    with pytest.raises(OutOfStockError) as caught:
        await shop.hold(batch, one, 6)
    assert caught.value.data["left"] == "5", "what it holds itself counts for it"
    assert await shop.counters(batch) == ("5", "0", "0", "3")
    await shop.hold(batch, one, 0)
    await shop.hold(batch, two, 5)
    assert await shop.counters(batch) == ("5", "0", "0", "5")


async def test_without_a_transaction_nothing_moves(shop: Shop) -> None:
    batch = await shop.batch(5)
    async with shop.db.hot_connection() as connection:
        with pytest.raises(InvariantError):
            await lock_batches(connection, shop.workspace_id, [batch])


@pytest.mark.parametrize(
    "statement",
    ["UPDATE stock_movements SET quantity = 1", "DELETE FROM stock_movements", "TRUNCATE stock_movements"],
)
async def test_the_ledger_is_append_only(shop: Shop, statement: str) -> None:
    await shop.batch(5)
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await shop.db.hot_fetch(statement)


@pytest.mark.parametrize("column", ["on_hand", "reserved", "on_hold", "in_carts"])
async def test_the_database_itself_refuses_what_can_not_be(shop: Shop, column: str) -> None:
    await shop.batch(5)
    for value in ("-1", "6") if column != "on_hand" else ("-1",):
        with pytest.raises(asyncpg.CheckViolationError):
            await shop.db.hot_fetch(f"UPDATE batches SET {column} = {value}")


async def test_many_connections_take_the_last_pieces_once(shop: Shop) -> None:
    batches = [await shop.batch(5, code) for code in ("A", "B", "C")]

    async def take(turn: int) -> bool:
        order = batches if turn % 2 else batches[::-1]
        try:
            await shop.move(*((batch, "reserved", 1) for batch in order))
        except OutOfStockError:
            return False
        return True

    assert sum(await asyncio.gather(*(take(turn) for turn in range(20)))) == 5
    assert [await shop.counters(batch) for batch in batches] == [("5", "5", "0", "0")] * 3


async def test_the_audit_finds_what_does_not_add_up(shop: Shop) -> None:
    batch = await shop.batch(5)
    await shop.db.hot_fetch("UPDATE batches SET on_hand = 6, in_carts = 1")
    found = [report async for report in audit_stock(shop.db)]
    assert [report.batch_id for report in found] == [batch]
    assert found[0].problems == (
        "on hand is 6, the movements make it 5",
        "in carts is 1, the holds make it 0",
    )
    assert [report async for report in audit_stock(shop.db, uuid4())] == []
    await shop.db.hot_fetch("UPDATE batches SET on_hand = 5, in_carts = 0")
