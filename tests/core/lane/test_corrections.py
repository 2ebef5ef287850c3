"""What operators put right: claims moved and changed in quantity, items deleted and put in order, prices cleared."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from dibs.errors import ConflictError, InvalidInputError, NotFoundError, OutOfStockError
from dibs.ids import uuid7
from dibs.lane import commands

from .sale import Sale, said


async def queue_of(sale: Sale, *who: str, item: str = "12", at: float = 0) -> None:
    """These claim one after the other."""
    await sale.say(*(said(f"sold {item}", name, second=at + n) for n, name in enumerate(who)))


async def test_a_win_that_is_moved_wins_there_and_the_next_one_wins_here(sale: Sale) -> None:
    await sale.add("12")
    other = await sale.add("13")
    await queue_of(sale, "ana", "ben")
    moved = await sale.do(commands.move(await sale.claim_id("ana", "winner"), other))
    assert (moved["item_number"], moved["status"], moved["reason"]) == ("13", "winner", "moved")
    assert await sale.stakes("12") == ([("ben", 1)], [])
    assert await sale.stakes("13") == ([("ana", 1)], [])


async def test_a_win_is_not_moved_where_nothing_is_left(sale: Sale) -> None:
    await sale.add("12")
    other = await sale.add("13", 1)
    await queue_of(sale, "ana")
    await queue_of(sale, "ben", item="13")
    with pytest.raises(OutOfStockError) as caught:
        await sale.do(commands.move(await sale.claim_id("ana", "winner"), other))
    assert caught.value.data["left"] == 0
    assert await sale.stakes("12") == ([("ana", 1)], [])


async def test_a_part_of_a_win_is_moved(sale: Sale) -> None:
    await sale.add("12", 3)
    other = await sale.add("13", 2)
    await sale.say(said("sold 12 x3"), said("sold 12", "ben", second=1))
    claim = await sale.claim_id("ana", "winner")
    with pytest.raises(OutOfStockError):
        await sale.do(commands.move(claim, other))
    await sale.do(commands.move(claim, other, 2))
    assert await sale.stakes("12") == ([("ana", 1), ("ben", 1)], [])
    assert await sale.stakes("13") == ([("ana", 2)], [])
    with pytest.raises(InvalidInputError):
        await sale.do(commands.move(claim, other, 2))


async def test_who_waits_and_is_moved_stands_where_the_comment_belongs(sale: Sale) -> None:
    await sale.add("12")
    other = await sale.add("13")
    await queue_of(sale, "ben", "ana", at=2)
    await queue_of(sale, "cid", "dan", item="13", at=1)
    await queue_of(sale, "eve", item="13", at=9)
    claim = await sale.claim_id("ana", "waitlist")
    with pytest.raises(InvalidInputError):
        await sale.do(commands.move(claim, other, 2))
    await sale.do(commands.move(claim, other))
    assert await sale.stakes("12") == ([("ben", 1)], [])
    assert await sale.stakes("13") == ([("cid", 1)], [("dan", 1), ("ana", 1), ("eve", 1)])


async def test_who_waits_wins_what_is_left_on_the_other_item(sale: Sale) -> None:
    await sale.add("12", 0)
    other = await sale.add("13", 2)
    await sale.say(said("sold 12 x3"))
    await sale.do(commands.move(await sale.claim_id("ana", "waitlist"), other))
    assert await sale.stakes("13") == ([("ana", 2)], [("ana", 1)])


async def test_a_claim_on_a_code_that_nobody_has_is_moved_to_the_item_that_was_meant(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.say(said("sold 21"))
    await sale.do(commands.move(await sale.claim_id("ana", "unmatched"), item))
    assert await sale.stakes("12") == ([("ana", 1)], [])
    await sale.add("21")
    assert await sale.stakes("21") == ([], [])


async def test_what_can_not_be_moved(sale: Sale) -> None:
    item = await sale.add("12", 2)
    other = await sale.add("13")
    await sale.say(said("sold 12"), said("sold 12?", "ben", second=1))
    claim = await sale.claim_id("ana", "winner")
    for one, where in ((claim, item), (await sale.claim_id("ben", "review"), other), (uuid7(), other)):
        with pytest.raises(ConflictError):
            await sale.do(commands.move(one, where))
    with pytest.raises(NotFoundError):
        await sale.do(commands.move(claim, uuid7()))


async def test_a_move_after_the_end_needs_stock_and_promotes_nobody(sale: Sale) -> None:
    await sale.add("12")
    other = await sale.add("13")
    await queue_of(sale, "ana", "ben")
    await sale.do(commands.set_status("ended"))
    await sale.do(commands.move(await sale.claim_id("ana", "winner"), other))
    assert await sale.stakes("12") == ([], [("ben", 1)])
    with pytest.raises(OutOfStockError):
        await sale.do(commands.move(await sale.claim_id("ben", "waitlist"), other))


async def test_a_win_of_more_needs_stock_and_one_of_fewer_gives_back(sale: Sale) -> None:
    await sale.add("12", 3)
    await sale.say(said("sold 12"))
    claim = await sale.claim_id("ana", "winner")
    await sale.do(commands.quantity(claim, 3))
    await sale.say(said("sold 12", "ben", second=1))
    with pytest.raises(OutOfStockError) as caught:
        await sale.do(commands.quantity(claim, 4))
    assert caught.value.data["left"] == 0
    await sale.do(commands.quantity(claim, 2))
    assert await sale.stakes() == ([("ana", 2), ("ben", 1)], [])


async def test_the_quantity_of_one_who_waits_is_only_a_wish(sale: Sale) -> None:
    await sale.add("12", 0)
    await sale.say(said("sold 12"))
    claim = await sale.claim_id("ana", "waitlist")
    await sale.do(commands.quantity(claim, 5))
    await sale.do(commands.quantity(claim, 5))
    assert await sale.stakes() == ([], [("ana", 5)])
    with pytest.raises(InvalidInputError):
        await sale.do(commands.quantity(claim, 0))


async def test_an_item_is_deleted_while_nobody_ever_claimed_it(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.do(commands.pin(item))
    await sale.do(commands.remove_item(item))
    assert [row[0] for row in await sale.fetch("SELECT 1 FROM items WHERE workspace_id = $1 AND show_id = $2")] == []
    rows = await sale.fetch("SELECT pinned_item_id FROM shows WHERE workspace_id = $1 AND id = $2")
    assert rows[0][0] is None
    await sale.say(said("sold 12"))
    assert (await sale.claims())[0][3] == "unmatched"
    with pytest.raises(NotFoundError):
        await sale.do(commands.remove_item(item))


async def test_an_item_that_was_claimed_stays_even_if_the_claim_is_gone(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.say(said("sold 12"), said("pass 12", second=1))
    with pytest.raises(ConflictError, match="lower its quantity"):
        await sale.do(commands.remove_item(item))


async def test_items_are_put_in_order_and_those_not_named_follow(sale: Sale) -> None:
    one, two, three = [await sale.add(number) for number in ("1", "2", "3")]
    assert await sale.do(commands.reorder([three])) == [three, one, two]
    rows = await sale.fetch("SELECT id FROM items WHERE workspace_id = $1 AND show_id = $2 ORDER BY position")
    assert [UUID(bytes=row[0].bytes) for row in rows] == [three, one, two]
    for faulty in ([one, one], [uuid7()]):
        with pytest.raises(InvalidInputError) as caught:
            await sale.do(commands.reorder(faulty))
        assert caught.value.faults


async def test_a_price_is_cleared_and_left_alone_otherwise(sale: Sale) -> None:
    item = await sale.add("12")
    for change, price in (({"price": Decimal("2.50")}, "2.50"), ({"title": "Cup"}, "2.50"), ({"price": None}, None)):
        made = await sale.do(commands.edit_item(item, **change))
        assert made["price"] == price


async def test_what_somebody_else_has_changed_comes_with_the_refusal(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.do(commands.edit_item(item, title="Cup"))
    with pytest.raises(ConflictError) as caught:
        await sale.do(commands.edit_item(item, title="Mug", version=1))
    assert (caught.value.data["current"]["title"], caught.value.data["current"]["version"]) == ("Cup", 2)
    with pytest.raises(ConflictError) as caught:
        await sale.do(commands.edit_show(title="Other", version=1))
    assert caught.value.data["current"]["title"] == "A sale"


async def test_a_show_that_began_is_no_practice_any_more(sale: Sale) -> None:
    with pytest.raises(ConflictError):
        await sale.do(commands.edit_show(practice=True))
