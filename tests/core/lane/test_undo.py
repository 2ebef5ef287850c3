"""Taking back the last action: everything it touched, or nothing at all; and the entries of the audit log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.audit_log import Actor
from dibs.errors import AlreadyDoneError, ConflictError, NotFoundError, OutOfStockError
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.lane.state import BuyerRef
from dibs.models.items import NewItem

from .sale import Sale, new_sale, process, said

OLGA = Actor(uuid7(), "Olga", "request-1")
OTTO = Actor(uuid7(), "Otto")
GUEST = BuyerRef(uuid7(), commands.GUEST, "zoe", "Zoe")


async def by(sale: Sale, command: Any, actor: Actor = OLGA) -> Any:
    return await sale.do(command, actor=attrs.evolve(actor))


async def undo(sale: Sale, entry: UUID | None = None, actor: Actor = OLGA) -> Any:
    assert actor.id is not None
    return await sale.do(commands.undo(actor.id, entry), actor=actor)


async def everything(sale: Sale) -> tuple[Any, ...]:
    """Claims and items as they stand; what an undone action added is told as released."""
    claims = await sale.fetch(
        "SELECT item_number, buyer_id, quantity, status, reason, decided_at,"
        " rank() OVER (PARTITION BY item_id, status ORDER BY place) FROM claims"
        " WHERE workspace_id = $1 AND show_id = $2 AND coalesce(reason, '') <> 'undone' ORDER BY decision_no"
    )
    items = await sale.fetch(
        "SELECT id, title, price, total_quantity, claimed_count, waitlist_count FROM items"
        " WHERE workspace_id = $1 AND show_id = $2 ORDER BY position, id"
    )
    pinned = await sale.fetch("SELECT pinned_item_id FROM shows WHERE workspace_id = $1 AND id = $2")
    return [tuple(row) for row in claims], [tuple(row) for row in items], pinned[0][0]


async def log(sale: Sale) -> list[Any]:
    return await sale.fetch("SELECT * FROM audit_log WHERE workspace_id = $1 AND show_id = $2 ORDER BY id")


async def a_show(sale: Sale) -> dict[str, UUID]:
    """Item 12 (two pieces, won by ana and ben; cid, dan and eve wait), item 13 with four pieces left."""
    ids = {"12": await sale.add("12", 2), "13": await sale.add("13", 4)}
    await sale.say(*(said("sold 12", who, second=n) for n, who in enumerate(("ana", "ben", "cid"))))
    await sale.say(said("sold 12 x3", "dan", second=3), said("sold 12", "eve", second=4))
    await sale.say(said("sold 12?", "flo", second=2.5), said("pass 12?", "ana", second=9), said("sold 99", "gus"))
    return ids


ACTIONS: dict[str, Any] = {
    "release a win": lambda ids, claim: commands.release(claim["ana", "winner"]),
    "release one who waits": lambda ids, claim: commands.release(claim["dan", "waitlist"]),
    "release one whose item is not there": lambda ids, claim: commands.release(claim["gus", "unmatched"]),
    "accept": lambda ids, claim: commands.accept(claim["flo", "review"]),
    "accept for another item": lambda ids, claim: commands.accept(claim["flo", "review"], ids["13"]),
    "accept a pass": lambda ids, claim: commands.accept(claim["ana", "review"]),
    "decline": lambda ids, claim: commands.decline(claim["flo", "review"]),
    "award": lambda ids, claim: commands.award(ids["13"], GUEST, 2, new_buyer=True),
    "move a win": lambda ids, claim: commands.move(claim["ana", "winner"], ids["13"]),
    "move one who waits": lambda ids, claim: commands.move(claim["cid", "waitlist"], ids["13"]),
    "move one without an item": lambda ids, claim: commands.move(claim["gus", "unmatched"], ids["12"]),
    "raise a quantity": lambda ids, claim: commands.quantity(claim["cid", "waitlist"], 4),
    "raise the stock": lambda ids, claim: commands.edit_item(ids["12"], total=4),
    "lower the stock": lambda ids, claim: commands.edit_item(ids["13"], total=1),
    "title and price": lambda ids, claim: commands.edit_item(ids["12"], title="Cup", price=None),
    "pin": lambda ids, claim: commands.pin(ids["12"]),
    "reorder": lambda ids, claim: commands.reorder([ids["13"]]),
    "delete": lambda ids, claim: commands.remove_item(ids["13"]),
}


@pytest.mark.parametrize("name", ACTIONS)
async def test_an_action_is_taken_back_as_if_it_had_never_been(sale: Sale, name: str) -> None:
    ids = await a_show(sale)
    await sale.do(commands.edit_item(ids["12"], price=None, title="Bowl"))
    rows = await sale.fetch(
        "SELECT b.platform_user_id, c.status, c.id FROM claims c JOIN buyers b ON b.id = c.buyer_id"
        " WHERE c.workspace_id = $1 AND c.show_id = $2"
    )
    claims = {(row[0], row[1]): UUID(bytes=row[2].bytes) for row in rows}
    before = await everything(sale)
    await by(sale, ACTIONS[name](ids, claims))
    assert await everything(sale) != before
    assert (await undo(sale))["action"] == (await log(sale))[0]["action"]
    assert await everything(sale) == before
    with pytest.raises(ConflictError, match="nothing of yours"):
        await undo(sale)


@pytest.mark.parametrize("name", ["release a win", "accept a pass", "raise the stock", "move a win"])
async def test_undoing_holds_with_new_claims_meanwhile_and_from_another_process(sale: Sale, name: str) -> None:
    ids = await a_show(sale)
    claims = {(who, status): await sale.claim_id(who, status) for who, status in (("ana", "winner"), ("ana", "review"))}
    await by(sale, ACTIONS[name](ids, claims))
    await sale.say(said("sold 12", "hal", second=20), said("sold 13", "hal", second=21))
    other = process(sale.db)
    await sale.do(commands.undo(OLGA.id or uuid7()), other.lanes, OLGA)
    assert await sale.stakes("12") == ([("ana", 1), ("ben", 1)], [("cid", 1), ("dan", 3), ("eve", 1), ("hal", 1)])
    assert await sale.stakes("13") == ([("hal", 1)], [])
    await other.lanes.close()


async def test_nobody_loses_what_was_won_since(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12"))
    await by(sale, commands.release(await sale.claim_id("ana", "winner")))
    await sale.say(said("sold 12", "ben", second=1))
    with pytest.raises(OutOfStockError, match="gone to others"):
        await undo(sale)
    assert await sale.stakes() == ([("ben", 1)], [])


async def test_a_buyer_who_has_claimed_again_meanwhile_does_not_get_it_twice(sale: Sale) -> None:
    await sale.add("12", 5)
    await sale.say(said("sold 12"))
    await by(sale, commands.release(await sale.claim_id("ana", "winner")))
    await sale.say(said("sold 12", second=1))
    with pytest.raises(ConflictError, match="Ana has claimed item 12 again"):
        await undo(sale)


async def test_a_claim_that_was_changed_since_is_named(sale: Sale) -> None:
    await a_show(sale)
    await by(sale, commands.release(await sale.claim_id("ana", "winner")))
    await by(sale, commands.release(await sale.claim_id("cid", "winner")), OTTO)
    with pytest.raises(ConflictError, match="The claim of Cid on item 12 has changed since") as caught:
        await undo(sale)
    assert (caught.value.data["status"], caught.value.data["handle"]) == ("released", "Cid")
    await undo(sale, actor=OTTO)
    await undo(sale)
    assert (await sale.stakes())[0] == [("ana", 1), ("ben", 1)]


async def test_what_was_changed_otherwise_since_is_not_overwritten(sale: Sale) -> None:
    ids = await a_show(sale)
    later = {
        "edit": (commands.edit_item(ids["12"], title="Cup"), commands.edit_item(ids["12"], title="Mug")),
        "pin": (commands.pin(ids["12"]), commands.pin(ids["13"])),
        "order": (commands.reorder([ids["13"]]), commands.reorder([ids["12"]])),
        "gone": (commands.edit_item(ids["13"], title="Cup"), commands.remove_item(ids["13"])),
        "again": (commands.remove_item(ids["12"]), None),
    }
    for first, second in (pair for name, pair in later.items() if name != "again"):
        await by(sale, first)
        await by(sale, second, OTTO)
        entry = (await log(sale))[-2]["id"]
        with pytest.raises(ConflictError):
            await undo(sale, UUID(bytes=entry.bytes))


async def test_a_deleted_item_is_not_put_beside_a_new_one_of_its_number(sale: Sale) -> None:
    item = await sale.add("12")
    await by(sale, commands.remove_item(item))
    await sale.do(commands.add_items([NewItem("12", "", 1)]))
    with pytest.raises(ConflictError, match="another item 12"):
        await undo(sale)


async def test_a_claim_on_a_code_that_became_an_item_does_not_wait_for_it_again(sale: Sale) -> None:
    await sale.say(said("sold 12"))
    await by(sale, commands.release(await sale.claim_id("ana", "unmatched")))
    await sale.add("12")
    with pytest.raises(ConflictError, match="added since"):
        await undo(sale)


async def test_one_undoes_the_own_actions_only_the_last_first_and_each_once(sale: Sale) -> None:
    ids = await a_show(sale)
    await by(sale, commands.pin(ids["12"]))
    await by(sale, commands.pin(ids["13"]))
    entries = [UUID(bytes=row["id"].bytes) for row in await log(sale)]
    for entry, actor in ((None, OTTO), (entries[0], OTTO)):
        with pytest.raises((ConflictError, NotFoundError)):
            await undo(sale, entry, actor)
    assert [(await undo(sale))["undone"], (await undo(sale))["undone"]] == entries[::-1]
    with pytest.raises(ConflictError, match="undone already"):
        await undo(sale, entries[1])


async def test_what_is_old_stays(sale: Sale) -> None:
    ids = await a_show(sale)
    await by(sale, commands.pin(ids["12"]))
    entry = UUID(bytes=(await log(sale))[0]["id"].bytes)
    for one in (entry, None):
        with pytest.raises(ConflictError, match="30 minutes"):
            await sale.do(commands.undo(OLGA.id or uuid7(), one, within=timedelta(minutes=-1)), actor=OLGA)


async def test_pausing_is_taken_back_by_resuming(sale: Sale) -> None:
    await by(sale, commands.set_status("paused"))
    entry = UUID(bytes=(await log(sale))[0]["id"].bytes)
    with pytest.raises(ConflictError, match="resume the show"):
        await undo(sale, entry)


async def test_an_accepted_part_goes_back_whole(sale: Sale) -> None:
    await sale.add("12", 2)
    await sale.say(said("sold 12 x3?"))
    before = await everything(sale)
    await by(sale, commands.accept(await sale.claim_id("ana", "review")))
    assert await sale.stakes() == ([("ana", 2)], [("ana", 1)])
    await undo(sale)
    assert await everything(sale) == before


async def test_a_place_in_the_queue_is_kept_when_its_places_were_numbered_anew(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(*(said("sold 12", who, second=n * 10) for n, who in enumerate(("ana", "ben", "cid", "dan"))))
    await by(sale, commands.release(await sale.claim_id("cid", "waitlist")))
    await sale.fetch(
        "UPDATE claims SET place = row.nth FROM (SELECT id, rank() OVER (ORDER BY place) AS nth FROM claims"
        " WHERE workspace_id = $1 AND show_id = $2 AND status = 'waitlist') row"
        " WHERE claims.id = row.id AND workspace_id = $1"
    )
    await sale.lanes.close()
    sale.process = process(sale.db)
    await undo(sale)
    assert await sale.stakes() == ([("ana", 1)], [("ben", 1), ("cid", 1), ("dan", 1)])


async def test_the_log_says_who_did_what_and_the_events_too(sale: Sale) -> None:
    await a_show(sale)
    claim = await sale.claim_id("ana", "winner")
    sale.process.published.clear()
    await by(sale, commands.release(claim))
    (row,) = await log(sale)
    assert (row["actor_id"], row["actor_name"], row["action"], row["entity"]) == (
        OLGA.id, "Olga", "claim.released", "claim",
    )  # fmt: skip
    assert (row["entity_id"], row["request_id"], row["undoes"]) == (str(claim), "request-1", None)
    assert orjson.loads(row["before"]) == {"status": "winner"}
    assert orjson.loads(row["after"]) == {"status": "released", "item_number": "12", "handle": "Ana", "quantity": 1}
    kinds = [kind for kind, _ in sale.process.published]
    assert kinds == ["claim.released", "claim.promoted", "item.updated", "operator.acted"]
    told = orjson.loads(sale.process.published[-1][1])
    assert told.pop("at")
    assert told == {
        "entry_id": str(row["id"]),
        "action": "claim.released",
        "actor": {"id": str(OLGA.id), "name": "Olga"},
        "entity": "claim",
        "entity_id": str(claim),
        "item_number": "12",
        "handle": "Ana",
        "quantity": 1,
        "undoable": True,
        "undoes": None,
    }
    await undo(sale)
    undone = (await log(sale))[-1]
    assert (undone["action"], undone["undoes"], undone["undo"]) == ("action.undone", row["id"], None)
    assert orjson.loads(sale.process.published[-1][1])["undoes"] == str(row["id"])


async def test_each_change_of_a_show_leaves_one_entry_and_what_changes_nothing_none(sale: Sale) -> None:
    ids = await a_show(sale)
    await by(sale, commands.add_items([NewItem("20", "", 1)]))
    await by(sale, commands.add_items([NewItem("21", "", 1), NewItem("22", "", 1)]))
    for status in ("paused", "paused", "active", "ended"):
        await by(sale, commands.set_status(status))
    await by(sale, commands.edit_show(title="Sunday"))
    await by(sale, commands.pin(ids["12"]))
    await by(sale, commands.pin(ids["12"]))
    assert [row["action"] for row in await log(sale)] == [
        "item.added", "item.added", "show.paused", "show.resumed", "show.ended", "show.edited", "item.pinned",
    ]  # fmt: skip


async def test_a_request_that_comes_twice_is_carried_out_once(sale: Sale) -> None:
    item = await sale.add("12", 5)
    for n in range(2):
        guest = BuyerRef(uuid7(), commands.GUEST, f"g{n}", "Grandma")
        award = commands.award(item, guest, new_buyer=True)
        if n == 0:
            await by(sale, award, attrs.evolve(OLGA, request_key=b"k" * 32))
            continue
        with pytest.raises(AlreadyDoneError):
            await by(sale, award, attrs.evolve(OLGA, request_key=b"k" * 32))
    assert await sale.stakes() == ([("g0", 1)], [])
    await by(sale, commands.pin(item), OLGA)
    assert len(await log(sale)) == 2


async def test_an_action_that_is_refused_leaves_no_entry(sale: Sale) -> None:
    item = await sale.add("12", 1)
    with pytest.raises(OutOfStockError):
        await by(sale, commands.award(item, GUEST, 2, new_buyer=True))
    assert await log(sale) == []


async def test_after_the_end_an_undo_promotes_nobody(sale: Sale) -> None:
    await a_show(sale)
    await by(sale, commands.release(await sale.claim_id("ana", "winner")))
    await sale.do(commands.set_status("ended"))
    await undo(sale)
    assert await sale.stakes("12") == ([("ana", 1), ("ben", 1)], [("cid", 1), ("dan", 3), ("eve", 1)])


async def test_a_show_of_somebody_else_has_nothing_to_undo(sale: Sale) -> None:
    ids = await a_show(sale)
    await by(sale, commands.pin(ids["12"]))
    entry = UUID(bytes=(await log(sale))[0]["id"].bytes)
    other = await new_sale(sale.db)
    with pytest.raises(NotFoundError):
        await undo(other, entry)
    await other.lanes.close()
