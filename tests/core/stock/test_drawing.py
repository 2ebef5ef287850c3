"""Items drawn from batches: a show that runs holds its units, and gives back what was not won."""

from __future__ import annotations

from uuid import UUID

import pytest

from dibs.audit_log import Actor
from dibs.errors import ConflictError, NotFoundError, OutOfStockError
from dibs.ids import uuid7
from dibs.lane import commands

from ..lane.sale import Sale, said
from .shop import Shop, draw, new_shop


async def running(shop: Shop, batch: UUID, units: int = 4) -> tuple[Sale, UUID]:
    sale = await shop.show()
    item = await draw(sale, "12", units, batch)
    await sale.do(commands.set_status("active"))
    return sale, item


async def test_a_draft_holds_nothing_a_running_show_all_an_ended_one_what_was_won(shop: Shop) -> None:
    batch = await shop.batch(10)
    sale = await shop.show()
    await draw(sale, "12", 4, batch)
    assert await shop.counters(batch) == ("10", "0", "0", "0")
    await sale.do(commands.set_status("active"))
    assert await shop.counters(batch) == ("10", "4", "0", "0")
    await sale.do(commands.set_status("paused"))
    await sale.do(commands.set_status("active"))
    await sale.say(said("sold 12 x3"), said("sold 12 x3", "ben"))
    assert await shop.counters(batch) == ("10", "4", "0", "0")
    await sale.do(commands.release(await sale.claim_id("ben", "winner")))
    await sale.do(commands.set_status("ended"))
    assert await shop.counters(batch) == ("10", "4", "0", "0"), "ben's other two had been promoted"
    await sale.do(commands.release(await sale.claim_id("ana", "winner")))
    assert await shop.counters(batch) == ("10", "1", "0", "0")
    assert await shop.kinds(batch) == [("received", 10), ("reserved", 4), ("given_back", 3)]
    await sale.assert_clean()


async def test_activation_is_refused_with_the_item_and_what_is_left(shop: Shop) -> None:
    batch = await shop.batch(3)
    sale = await shop.show()
    await draw(sale, "12", 4, batch)
    with pytest.raises(OutOfStockError) as caught:
        await sale.do(commands.set_status("active"))
    assert caught.value.message == "Item 12 needs 4, but only 3 of Dress · A1 left."
    assert caught.value.data["left"] == "3"
    rows = await sale.fetch("SELECT status FROM shows WHERE workspace_id = $1 AND id = $2")
    assert rows[0][0] == "draft"
    assert await sale.fetch("SELECT 1 FROM outbox WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid "
                            "AND type = 'show.status'") == []  # fmt: skip
    assert await shop.kinds(batch) == [("received", 3)]
    await shop.move((batch, "received", 1))
    await sale.do(commands.set_status("active"))
    assert await shop.counters(batch) == ("4", "4", "0", "0")


async def test_in_a_running_show_more_is_taken_and_less_gives_back(shop: Shop) -> None:
    batch, other = await shop.batch(6), await shop.batch(5, "B2")
    sale, item = await running(shop, batch)
    await draw(sale, "13", 2, batch)
    assert await shop.counters(batch) == ("6", "6", "0", "0")
    with pytest.raises(OutOfStockError):
        await sale.do(commands.edit_item(item, total=5))
    with pytest.raises(OutOfStockError):
        await draw(sale, "14", 1, batch)
    assert len(await sale.fetch("SELECT 1 FROM items WHERE workspace_id = $1 AND show_id = $2")) == 2
    await sale.do(commands.edit_item(item, total=1))
    assert await shop.counters(batch) == ("6", "3", "0", "0")
    await sale.do(commands.edit_item(item, total=5, batch_id=other))
    assert (await shop.counters(batch), await shop.counters(other)) == (("6", "2", "0", "0"), ("5", "5", "0", "0"))
    await sale.do(commands.edit_item(item, batch_id=None))
    assert await shop.counters(other) == ("5", "0", "0", "0")
    await sale.say(said("sold 12"))
    with pytest.raises(ConflictError):
        await sale.do(commands.edit_item(item, batch_id=other))


async def test_deleting_gives_back_and_undoing_takes_again(shop: Shop) -> None:
    batch = await shop.batch(6)
    sale, item = await running(shop, batch)
    olga = Actor(uuid7(), "Olga")
    await sale.do(commands.remove_item(item), actor=olga)
    assert await shop.counters(batch) == ("6", "0", "0", "0")
    await sale.do(commands.undo(olga.id), actor=olga)  # type: ignore[arg-type]
    assert await shop.counters(batch) == ("6", "4", "0", "0")
    await sale.do(commands.edit_item(item, total=2, batch_id=None), actor=olga)
    assert await shop.counters(batch) == ("6", "0", "0", "0")
    await shop.move((batch, "reserved", 3))
    with pytest.raises(OutOfStockError):
        await sale.do(commands.undo(olga.id), actor=olga)  # type: ignore[arg-type]
    await shop.move((batch, "given_back", 3))
    await sale.do(commands.undo(olga.id), actor=olga)  # type: ignore[arg-type]
    assert await shop.counters(batch) == ("6", "4", "0", "0")
    rows = await sale.fetch("SELECT batch_id FROM items WHERE workspace_id = $1 AND show_id = $2")
    assert [UUID(str(row[0])) for row in rows] == [batch]


async def test_an_award_after_the_end_needs_the_unit_in_the_batch(shop: Shop) -> None:
    batch = await shop.batch(4)
    sale, item = await running(shop, batch)
    await sale.say(said("hello"))
    buyer = (await sale.fetch("SELECT buyer_id FROM comments WHERE workspace_id = $1 AND show_id = $2"))[0][0]
    await sale.do(commands.set_status("ended"))
    await shop.move((batch, "reserved", 3))
    award = commands.award_known(item, UUID(str(buyer)), 1)
    await sale.do(award)
    assert await shop.counters(batch) == ("4", "4", "0", "0")
    with pytest.raises(OutOfStockError):
        await sale.do(award)
    await sale.assert_clean()


async def test_a_batch_of_another_workspace_is_not_there(shop: Shop) -> None:
    theirs = await (await new_shop(shop.db)).batch(5)
    sale = await shop.show()
    with pytest.raises(NotFoundError):
        await draw(sale, "12", 1, theirs)
    assert await sale.fetch("SELECT 1 FROM items WHERE workspace_id = $1 AND show_id = $2") == []


async def test_a_practice_show_takes_nothing_from_the_stock(shop: Shop) -> None:
    batch = await shop.batch(1)
    sale = await shop.show(practice=True)
    await draw(sale, "12", 4, batch)
    await sale.do(commands.set_status("active"))
    assert await shop.counters(batch) == ("1", "0", "0", "0")


async def test_two_shows_share_a_batch_until_it_is_empty(shop: Shop) -> None:
    batch = await shop.batch(6)
    await running(shop, batch)
    other = await shop.show()
    item = await draw(other, "12", 4, batch)
    with pytest.raises(OutOfStockError):
        await other.do(commands.set_status("active"))
    await other.do(commands.edit_item(item, total=2))
    await other.do(commands.set_status("active"))
    assert await shop.counters(batch) == ("6", "6", "0", "0")
