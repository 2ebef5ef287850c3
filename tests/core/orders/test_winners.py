"""Everything that a show's buyers have won, ordered in one go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from dibs.errors import ConflictError, UnavailableError
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.orders.bulk import ShowOrdering, ShowResult
from dibs.orders.winners import order_of_winner

from ..lane.sale import Sale, said
from .counter import OLGA, Counter

BEGUN = datetime.now(UTC) - timedelta(hours=1)


@attrs.define
class Told:
    """Keeps what is reported; falls over at one report."""

    fall_at: int = -1
    said: list[tuple[int, int | None]] = attrs.field(factory=list)

    async def report(self, stage: str, done: int = 0, total: int | None = None, message: str = "") -> None:
        if done == self.fall_at:
            raise UnavailableError("The process was killed.")
        self.said.append((done, total))


async def run(counter: Counter, sale: Sale, told: Told) -> ShowResult:
    return await ShowOrdering(counter.parts, sale.workspace_id, sale.show_id, OLGA).run(told, BEGUN)


async def test_each_winner_gets_an_order_or_a_reason(counter: Counter) -> None:
    batch = await counter.shop.batch(9)
    sale = await counter.show(("12", 9, batch))
    await sale.do(commands.set_status("paused"))
    await sale.do(commands.set_status("active"))
    await sale.add("13", 9)
    await sale.say(*(said("sold 12", who) for who in ("ana", "ben", "cid")), said("sold 13", "ben"))
    told = Told()
    result = await run(counter, sale, told)
    assert (result.ordered, result.refused) == (2, 1)
    assert [(one.name, one.number, one.total, one.code) for one in result.buyers] == [
        ("Ben", None, None, "price_missing"),
        ("Ana", 1, "10.00", None),
        ("Cid", 2, "10.00", None),
    ]
    assert result.buyers[0].message == "13 · Item 13 has no price."
    assert told.said == [(0, 3), (1, 3), (2, 3), (3, 3)]
    item = (await sale.fetch("SELECT id FROM items WHERE workspace_id = $1 AND show_id = $2 AND code = '13'"))[0][0]
    await sale.do(commands.edit_item(item, price=Decimal("5.00")))
    assert (await run(counter, sale, Told())).buyers[-1].total == "15.00"
    assert (await run(counter, sale, Told())).ordered == 3


async def test_a_run_that_was_killed_goes_on_without_doubling(counter: Counter) -> None:
    sale = await counter.show(("12", 9, None))
    await sale.say(*(said("sold 12", f"buyer{n}") for n in range(5)))
    for fall_at in (2, 4):
        with pytest.raises(UnavailableError):
            await run(counter, sale, Told(fall_at))
    told = Told()
    assert (await run(counter, sale, told)).ordered == 5
    assert told.said[0] == (4, 5)
    rows = await counter.fetch("SELECT name, number FROM orders WHERE workspace_id = $1 ORDER BY number")
    assert [tuple(row) for row in rows] == [(f"Buyer{n}", n + 1) for n in range(5)]


async def test_what_is_won_later_becomes_a_second_order(counter: Counter) -> None:
    sale = await counter.show(("12", 9, None), ("13", 9, None))
    buyer, _ = await counter.won(sale, "ana", "12")

    async def ask() -> int:
        async with counter.opened() as context:
            return (await order_of_winner(context, sale.show_id, buyer)).number

    assert [await ask(), await ask()] == [1, 1]
    await counter.won(sale, "ana", "13")
    assert [await ask(), await ask()] == [2, 2]
    first = await counter.first_order()
    await counter.cancel(first)
    assert first.number == 1
    assert [await ask(), await ask()] == [3, 3]
    ben, _ = await counter.won(sale, "ben", "12")
    await sale.say(said("pass 12", "ben"))
    async with counter.opened() as context:
        with pytest.raises(ConflictError, match="won nothing"):
            await order_of_winner(context, sale.show_id, ben)


async def test_a_practice_show_sells_nothing(counter: Counter) -> None:
    sale = await counter.shop.show(practice=True)
    counter.sales.append(sale)
    with pytest.raises(ConflictError, match="practice show"):
        await run(counter, sale, Told())
    with pytest.raises(ConflictError, match="practice show"):
        async with counter.opened() as context:
            await order_of_winner(context, sale.show_id, uuid7())
