"""Buyers who are blocked, and people with two identities: what the lane makes of them."""

from __future__ import annotations

import asyncio
from typing import Any

from dibs.db import Database
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.lane.commands import Command, LoadingCommand
from dibs.lane.load import load_buyer
from dibs.lane.refresh import refresh_boards
from dibs.models.rules import ShowRules

from .sale import Sale, new_sale, said


async def change(sale: Sale, assignments: str, who: str) -> None:
    """Change a buyer, as the buyers' page does: then the boards are told."""
    async with sale.db.transaction(), sale.db.raw() as connection:
        statement = f"UPDATE buyers SET {assignments} WHERE workspace_id = $1 AND platform_user_id = $2"
        await connection.execute(statement, sale.workspace_id, who)
        await refresh_boards(connection, sale.workspace_id)


async def block(sale: Sale, who: str) -> None:
    await change(sale, "blocked_at = now(), blocked_reason = 'does not pay'", who)


async def merge(sale: Sale, who: str, into: str) -> None:
    head = f"SELECT id FROM buyers WHERE workspace_id = $1 AND platform_user_id = '{into}'"
    await change(sale, f"merged_into = ({head}), merge_parent = ({head})", who)


async def test_a_blocked_buyers_claims_are_declined_and_seen(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("hello"))
    await block(sale, "ana")
    outcomes = await sale.say(said("sold 12"), said("sold 13", second=1), said("sold 12?", second=2))
    assert [outcome.verdict for outcome in outcomes] == ["claim", "claim", "review"]
    assert await sale.claims() == [
        ("12", "ana", 1, "declined", "buyer_blocked"),
        ("13", "ana", 1, "declined", "buyer_blocked"),
        ("12", "ana", 1, "declined", "buyer_blocked"),
    ]


async def test_blocking_leaves_what_is_won_and_a_pass_still_gives_it_back(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12"))
    await block(sale, "ana")
    await sale.say(said("sold 12", "ben", second=1))
    assert await sale.stakes() == ([("ana", 1)], [("ben", 1)])
    await sale.say(said("pass 12", second=2))
    assert await sale.stakes() == ([("ben", 1)], [])


async def test_a_claim_that_waits_for_its_item_is_declined_if_its_buyer_was_blocked_meanwhile(sale: Sale) -> None:
    await sale.say(said("sold 12"), said("sold 12", "ben", second=1))
    await block(sale, "ana")
    await sale.add("12")
    assert await sale.stakes() == ([("ben", 1)], [])
    assert (await sale.claims())[0] == ("12", "ana", 1, "declined", "buyer_blocked")


async def test_an_operator_may_award_to_a_blocked_buyer(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.say(said("hello"))
    await block(sale, "ana")
    rows = await sale.fetch("SELECT buyer_id FROM comments WHERE workspace_id = $1 AND show_id = $2")
    async with sale.db.hot_connection() as connection:
        ana = await load_buyer(connection, sale.workspace_id, rows[0][0])
    assert ana.blocked
    await sale.do(commands.award(item, ana))
    assert await sale.stakes() == ([("ana", 1)], [])


async def test_an_award_does_not_bring_back_how_a_buyer_stood_before_a_block(sale: Sale) -> None:
    ana, go = uuid7(), asyncio.Event()
    insert = (
        "INSERT INTO buyers (workspace_id, id, platform, platform_user_id, handle) VALUES ($1, $2, $3, 'ana', 'Ana')"
    )
    await sale.db.hot_fetch(insert, sale.workspace_id, ana, "facebook")
    await sale.add("12")
    thirteen = await sale.add("13")
    await sale.say(said("hello", "ben"))  # the show runs; its board does not know ana

    async def waiting(*_: Any) -> Command:
        await go.wait()
        return lambda *_: None

    before = asyncio.create_task(sale.do(LoadingCommand(waiting)))
    await asyncio.sleep(0)
    award = asyncio.create_task(sale.do(commands.award_known(thirteen, ana)))
    await asyncio.sleep(0)
    await block(sale, "ana")
    go.set()
    await asyncio.gather(before, award)
    await sale.say(said("sold 12", second=1))
    assert await sale.claims() == [
        ("13", "ana", 1, "winner", None),
        ("12", "ana", 1, "declined", "buyer_blocked"),
    ]


async def test_a_block_of_the_head_holds_for_every_identity(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("hello"), said("hello", "anna"))
    await merge(sale, "anna", "ana")
    await block(sale, "ana")
    await sale.say(said("sold 12", "anna"))
    assert await sale.claims() == [("12", "anna", 1, "declined", "buyer_blocked")]


async def test_two_identities_of_one_person_share_the_repeat_rule(sale: Sale) -> None:
    await sale.add("12", 3)
    await sale.say(said("hello"), said("hello", "anna"))
    await merge(sale, "anna", "ana")
    await sale.say(said("sold 12"), said("sold 12", "anna", second=1), said("sold 13", second=2))
    await sale.say(said("sold 13", "anna", second=3))
    assert await sale.claims() == [
        ("12", "ana", 1, "winner", None),
        ("12", "anna", 1, "declined", "already_claimed"),
        ("13", "ana", 1, "unmatched", "no_such_item"),
        ("13", "anna", 1, "declined", "already_claimed"),
    ]
    await sale.say(said("pass 12", "anna", second=4))
    assert await sale.stakes() == ([], [])


async def test_two_identities_of_one_person_share_the_limit(db: Database) -> None:
    sale = await new_sale(db, rules={"max_per_buyer": 2})
    assert ShowRules().max_per_buyer is None
    await sale.add("12", 3)
    await sale.add("13", 3)
    await sale.say(said("hello"), said("hello", "anna"))
    await merge(sale, "anna", "ana")
    await sale.say(said("sold 12 x2"), said("sold 13", "anna", second=1))
    assert [row[3] for row in await sale.claims()] == ["winner", "declined"]
    await sale.assert_clean()


async def test_claims_on_an_unknown_code_from_before_a_merge_are_all_passed_and_all_resolved(sale: Sale) -> None:
    for code in ("12", "13"):
        await sale.say(said(f"sold {code}"), said(f"sold {code}", "anna", second=1))
    await merge(sale, "anna", "ana")
    await sale.say(said("pass 13", second=2))
    assert [row[3] for row in await sale.claims() if row[0] == "13"] == ["passed", "passed"]
    await sale.add("12", 3)
    assert [row[3:] for row in await sale.claims() if row[0] == "12"] == [
        ("winner", None),
        ("declined", "already_claimed"),
    ]


async def test_a_pass_closes_the_buyers_own_claim_in_review(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12?"), said("sold 12?", "ben", second=1), said("pass 12", second=2))
    assert [row[3] for row in await sale.claims()] == ["passed", "review"]
    assert await sale.claims("pass") == [("12", "ana", 1, "passed", None)]
