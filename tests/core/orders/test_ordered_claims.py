"""What is in an order stays in it: viewers and operators are told, and no batch of comments fails because of it."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from dibs.clock import utc_now
from dibs.db import Database
from dibs.errors import ConflictError, InvariantError
from dibs.lane import commands, stock
from dibs.lane.changes import Changes
from dibs.lane.load import load_board
from dibs.models.orders import Order
from dibs.models.platform import CommentEdit
from dibs.models.rules import merge_rules

from ..lane.sale import Sale, said
from .counter import OLGA, Counter, order


async def sold(counter: Counter, sale: Sale, who: str, *numbers: str) -> Order:
    buyer, lines = await counter.won(sale, who, *numbers)
    return await counter.make(order(*lines, origin="SHOW", buyer_id=buyer, show_id=sale.show_id))


async def ruled(sale: Sale, **own: str) -> None:
    await sale.do(commands.edit_show(rules=own, merged=merge_rules({}, own)))


async def rows(sale: Sale, kind: str = "claim") -> list[tuple[str, int, str, str | None]]:
    return [row[1:] for row in await sale.claims(kind)]


async def test_a_pass_on_what_is_ordered_is_told_and_not_carried_out(counter: Counter) -> None:
    batch = await counter.shop.batch(9)
    sale = await counter.show(("12", 2, batch), ("13", 3, batch))
    await sold(counter, sale, "ana", "12")
    # The lane's board of before is in memory: it is refused, read anew, and the whole batch is decided.
    await sale.say(said("pass 12", "ana"), said("sold 12", "ben"), said("pass 12", "cid"), said("sold 13", "ana"))
    assert await rows(sale, "pass") == [("ana", 1, "declined", "ordered"), ("cid", 1, "declined", "nothing_to_pass")]
    assert await sale.stakes("12") == ([("ana", 1), ("ben", 1)], [])
    await sale.say(said("pass", "ana"), said("pass 12", "ben"))
    assert (await rows(sale, "pass"))[2:] == [("ana", 1, "passed", None), ("ben", 1, "passed", None)]
    await sale.do(commands.set_status("ended"))
    assert await counter.shop.counters(batch) == ("8", "0", "0", "0")


async def test_a_pass_gives_back_what_is_not_ordered(counter: Counter) -> None:
    sale = await counter.show(("12", 5, None))
    await ruled(sale, repeat="add")
    await sold(counter, sale, "ana", "12")
    await sale.say(said("sold 12 x2", "ana"), said("pass 12", "ana"))
    assert await rows(sale, "pass") == [("ana", 2, "passed", "ordered")]
    assert await sale.stakes("12") == ([("ana", 1)], [])


async def test_lowering_below_what_is_ordered_is_declined(counter: Counter) -> None:
    sale = await counter.show(("12", 9, None))
    await ruled(sale, repeat="set")
    await sale.say(said("sold 12 x3", "ana"))
    buyer, lines = await counter.won(sale, "ana")
    await counter.make(order(*lines, buyer_id=buyer))
    await sale.say(said("sold 12 x5", "ana"))
    await sale.say(said("sold 12 x4", "ana"))
    assert await sale.stakes("12") == ([("ana", 3), ("ana", 1)], [])
    await sale.say(said("sold 12 x2", "ana"))
    assert await sale.stakes("12") == ([("ana", 3), ("ana", 1)], [])
    assert (await rows(sale))[-1] == ("ana", 2, "declined", "ordered")


async def test_a_deleted_comment_takes_nothing_out_of_an_order(counter: Counter) -> None:
    sale = await counter.show(("12", 2, None))
    await ruled(sale, deleted_comments="release", edited_comments="review")
    await sale.say(said("sold 12", "ana", key="one"), said("sold 12", "ben", key="two"))
    buyer, lines = await counter.won(sale, "ana")
    await counter.make(order(*lines, buyer_id=buyer))
    await sale.do(commands.change_comments("facebook", [CommentEdit("one", "never mind")], ["two"]))
    assert await sale.do(commands.change_comments("facebook", [], ["one"])) == 1
    assert await sale.stakes("12") == ([("ana", 1)], [])
    assert await rows(sale, "pass") == [("ana", 1, "declined", "ordered"), ("ana", 1, "declined", "ordered")]


async def test_operators_are_sent_to_the_order(counter: Counter) -> None:
    sale = await counter.show(("12", 2, None), ("13", 2, None))
    items = await sale.fetch("SELECT id FROM items WHERE workspace_id = $1 AND show_id = $2 ORDER BY item_number")
    first, second = (UUID(str(row[0])) for row in items)
    await sale.say(said("hello", "ana"))
    ana = UUID(str((await counter.fetch("SELECT id FROM buyers WHERE workspace_id = $1"))[0][0]))
    awarded = await sale.do(commands.award_known(first, ana), actor=OLGA)
    made = await sold(counter, sale, "ana")
    claim = UUID(str(awarded["claim_id"]))
    for command in (
        commands.release(claim),
        commands.quantity(claim, 2),
        commands.move(claim, second),
        commands.undo(UUID(int=7)),
    ):
        with pytest.raises(ConflictError, match="in order 1; cancel the order first") as refused:
            await sale.do(command, actor=OLGA)
        assert refused.value.data["order_id"] == str(made.order_id)
    await counter.cancel(made)
    await sale.do(commands.release(claim), actor=OLGA)
    assert await sale.stakes("12") == ([], [])


async def test_the_database_itself_keeps_ordered_claims(counter: Counter) -> None:
    """Behind the lane's own care: a claim in an order is a winner, and an item has won what it sold."""
    sale = await counter.show(("12", 2, None))
    await sold(counter, sale, "ana", "12")
    for statement in ("UPDATE claims SET status = 'passed'", "UPDATE items SET claimed_count = 0"):
        with pytest.raises(asyncpg.CheckViolationError):
            await counter.fetch(f"{statement} WHERE workspace_id = $1")


async def test_the_lane_refuses_to_touch_them(counter: Counter, db: Database) -> None:
    sale = await counter.show(("12", 2, None))
    await sold(counter, sale, "ana", "12")
    async with db.hot_connection() as connection:
        board = await load_board(connection, sale.workspace_id, sale.show_id)
    claim = next(iter(board.claims.values()))
    assert (claim.order_number, next(iter(board.items.values())).sold) == (1, 1)
    with pytest.raises(InvariantError, match="in an order"):
        stock.leave(Changes(board, utc_now()), claim, "passed", "buyer")
