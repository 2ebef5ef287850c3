"""The rules that decide the tricky cases, each on a real database; every show is audited at the end."""

from __future__ import annotations

from uuid import UUID

import pytest

from dibs.db import Database
from dibs.errors import BelowWonError, ConflictError, DuplicateError, NotFoundError, OutOfStockError
from dibs.ids import uuid7
from dibs.lane import commands
from dibs.lane.refresh import refresh_boards
from dibs.lane.state import BuyerRef
from dibs.models.items import NewItem
from dibs.models.rules import ShowRules

from .sale import Sale, new_sale, process, said


async def test_rule_1_a_repeated_claim_is_ignored_and_visible_with_its_reason(sale: Sale) -> None:
    await sale.add("12", 3)
    await sale.say(said("sold 12"), said("sold 12 x2"))
    assert await sale.claims() == [("12", "ana", 1, "winner", None), ("12", "ana", 2, "declined", "already_claimed")]


async def test_rule_1_a_show_may_add_repeated_claims(db: Database) -> None:
    sale = await new_sale(db, rules={"repeat": "add"})
    await sale.add("12", 3)
    await sale.say(said("sold 12"), said("sold 12 x4"))
    assert await sale.stakes() == ([("ana", 1), ("ana", 2)], [("ana", 2)])
    await sale.assert_clean()


async def test_rule_1_a_show_may_let_the_last_claim_set_the_quantity(db: Database) -> None:
    sale = await new_sale(db, rules={"repeat": "set"})
    await sale.add("12", 4)
    await sale.say(said("sold 12 x4"), said("sold 12", "ben"), said("sold 12 x2"))
    assert await sale.stakes() == ([("ana", 2), ("ben", 1)], [])
    await sale.say(said("sold 12 x3"))
    assert await sale.stakes() == ([("ana", 2), ("ben", 1), ("ana", 1)], [])
    await sale.say(said("sold 12 x5"), said("sold 12 x1"))
    winners, waiting = await sale.stakes()
    assert sum(units for who, units in winners if who == "ana") == 1
    assert not waiting
    await sale.assert_clean()


async def test_rule_1_a_claim_that_only_lowers_says_so(db: Database) -> None:
    sale = await new_sale(db, rules={"repeat": "set"})
    await sale.add("12", 4)
    await sale.say(said("sold 12 x4"), said("sold 12 x3"))
    assert all(reason for *_, status, reason in await sale.claims() if status == "declined")


async def test_rule_2_what_is_left_is_won_and_the_rest_waits_as_one_entry(sale: Sale) -> None:
    await sale.add("12", 3)
    outcomes = await sale.say(said("sold 12", "ben"), said("sold 12 x5"))
    assert await sale.stakes() == ([("ben", 1), ("ana", 2)], [("ana", 3)])
    assert [(c["status"], c["quantity"]) for c in outcomes[1].claims] == [("winner", 2), ("waitlist", 3)]


async def test_rule_2_more_than_the_limit_goes_to_review(sale: Sale) -> None:
    await sale.add("12", 100)
    await sale.say(said("sold 12 x31"), said("sold 12 x30", "ben"))
    assert await sale.claims() == [("12", "ana", 31, "review", "quantity_limit"), ("12", "ben", 30, "winner", None)]


async def test_rule_3_platform_time_then_arrival_decides_what_is_undecided(sale: Sale) -> None:
    await sale.add("12", 2)
    await sale.say(
        said("sold 12", "late", second=9), said("sold 12", "one", second=5), said("sold 12", "two", second=5)
    )
    assert await sale.stakes() == ([("one", 1), ("two", 1)], [("late", 1)])


async def test_rule_3_a_committed_decision_is_not_taken_back_for_a_late_arrival(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12", "ben", second=9))
    await sale.say(said("sold 12", "ana", second=1))
    assert await sale.stakes() == ([("ben", 1)], [("ana", 1)])


async def test_rule_4_claims_on_an_item_to_come_are_resolved_by_platform_time(sale: Sale) -> None:
    await sale.say(said("sold 12", "ben", second=5))
    await sale.say(said("sold 12 x2", "ana", second=1), said("sold 12", "ben", second=6))
    assert {(who, status, reason) for _, who, _, status, reason in await sale.claims()} == {
        ("ben", "unmatched", "no_such_item"),
        ("ana", "unmatched", "no_such_item"),
        ("ben", "declined", "already_claimed"),
    }
    await sale.add("12", 2)
    assert await sale.stakes() == ([("ana", 2)], [("ben", 1)])


async def test_rule_4_an_unmatched_claim_can_be_passed(sale: Sale) -> None:
    await sale.say(said("sold 12"), said("sold 12", "ben"), said("pass 12"))
    await sale.add("12")
    assert await sale.stakes() == ([("ben", 1)], [])


async def test_rule_4_an_unmatched_claim_that_fits_several_variants_goes_to_review(sale: Sale) -> None:
    await sale.say(said("sold 12"), said("sold 12 red", "ben"), said("sold 12 green", "cid"))
    await sale.add("12", 1, "red", "blue")
    assert await sale.claims() == [
        ("12", "ana", 1, "review", "variant_missing"),
        ("12", "ben", 1, "winner", None),
        ("12", "cid", 1, "review", "variant_unknown"),
    ]


async def test_rule_5_positions_close_up_when_somebody_in_the_queue_passes(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.say(*(said("sold 12", who, second=n) for n, who in enumerate(("ana", "ben", "cid", "dan"))))
    await sale.say(said("pass 12", "ben", second=9))
    assert await sale.stakes() == ([("ana", 1)], [("cid", 1), ("dan", 1)])
    counts = await sale.fetch("SELECT waitlist_count FROM items WHERE workspace_id = $1 AND show_id = $2")
    assert counts[0][0] == 2
    assert item


async def test_rule_6_a_pass_releases_what_is_won_and_what_waits(sale: Sale) -> None:
    await sale.add("12", 2)
    await sale.say(said("sold 12 x3"), said("sold 12", "ben"))
    await sale.say(said("pass 12"))
    assert await sale.stakes() == ([("ben", 1)], [])
    assert await sale.claims("pass") == [("12", "ana", 3, "passed", None)]


async def test_rule_7_who_passes_and_claims_again_is_last(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12"), said("sold 12", "ben", second=1), said("sold 12", "cid", second=2))
    await sale.say(said("pass 12", second=3), said("sold 12", second=4))
    assert await sale.stakes() == ([("ben", 1)], [("cid", 1), ("ana", 1)])


async def test_rule_7_who_passes_and_claims_again_wins_if_something_is_free(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12"), said("pass 12", second=1), said("sold 12", second=2))
    assert await sale.stakes() == ([("ana", 1)], [])


async def test_a_pass_without_a_code_means_the_last_claim(sale: Sale) -> None:
    await sale.add("12")
    await sale.add("13")
    await sale.say(said("sold 12"), said("sold 13", second=1), said("pass", second=2))
    assert await sale.stakes("12") == ([("ana", 1)], [])
    assert await sale.stakes("13") == ([], [])


async def test_a_pass_without_any_claim_is_visible_and_releases_nothing(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12", "ben"), said("pass 12", second=1), said("pass", second=2))
    assert await sale.claims("pass") == [
        ("12", "ana", 1, "declined", "nothing_to_pass"),
        ("", "ana", 1, "declined", "nothing_to_pass"),
    ]
    assert await sale.stakes() == ([("ben", 1)], [])


async def test_a_pass_promotes_once_even_if_it_is_said_twice(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(*(said("sold 12", who, second=n) for n, who in enumerate(("ana", "ben", "cid"))))
    await sale.say(said("pass 12", second=9), said("pass 12", second=9.5))
    assert await sale.stakes() == ([("ben", 1)], [("cid", 1)])


async def test_rule_8_more_units_promote_in_order_and_newcomers_queue_behind(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.say(said("sold 12"), said("sold 12 x3", "ben", second=1), said("sold 12", "cid", second=2))
    await sale.do(commands.edit_item(item, total=3))
    assert await sale.stakes() == ([("ana", 1), ("ben", 2)], [("ben", 1), ("cid", 1)])
    await sale.say(said("sold 12", "dan", second=3))
    assert await sale.stakes() == ([("ana", 1), ("ben", 2)], [("ben", 1), ("cid", 1), ("dan", 1)])


async def test_rule_9_lowering_below_what_is_won_is_refused_with_the_names(sale: Sale) -> None:
    item = await sale.add("12", 3)
    await sale.say(said("sold 12 x2"))
    with pytest.raises(BelowWonError) as caught:
        await sale.do(commands.edit_item(item, total=1))
    assert [(w["handle"], w["quantity"]) for w in caught.value.data["winners"]] == [("Ana", 2)]
    await sale.do(commands.edit_item(item, total=2))


async def test_an_item_that_was_changed_meanwhile_is_not_changed_blindly(sale: Sale) -> None:
    item = await sale.add("12", 3)
    await sale.do(commands.edit_item(item, title="New", version=1))
    with pytest.raises(ConflictError):
        await sale.do(commands.edit_item(item, title="Other", version=1))


async def test_items_are_added_all_or_none(sale: Sale) -> None:
    await sale.add("A12")
    new = [NewItem("13", "", 1), NewItem("ａ12", "", 1), NewItem("14", "", 1), NewItem("#14", "", 1)]
    with pytest.raises(DuplicateError) as caught:
        await sale.do(commands.add_items(new))
    assert caught.value.data["items"] == ["ａ12", "#14"]
    rows = await sale.fetch("SELECT item_number FROM items WHERE workspace_id = $1 AND show_id = $2")
    assert [row[0] for row in rows] == ["A12"]


async def test_rule_12_comments_while_paused_are_stored_and_never_allocated(sale: Sale) -> None:
    await sale.add("12")
    await sale.do(commands.set_status("paused"))
    quiet = said("sold 12", key="c1")
    outcomes = await sale.say(quiet, said("hello", "ben"), said("pass 12", "ben"))
    assert [(o.verdict, o.reason) for o in outcomes][::2] == [("stored", "paused"), ("stored", "paused")]
    await sale.do(commands.set_status("active"))
    assert [o.verdict for o in await sale.say(quiet)] == ["duplicate"]
    assert await sale.claims() == []


async def test_rule_13_comments_after_the_end_are_stored_and_flagged_late(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.do(commands.set_status("ended"))
    outcomes = await sale.say(said("sold 12"), said("hello", "ben"))
    assert (outcomes[0].verdict, outcomes[0].reason) == ("stored", "ended")
    late = await sale.fetch("SELECT late, buyer_id FROM comments WHERE workspace_id = $1 AND show_id = $2")
    assert [row[0] for row in late] == [True, True]
    await sale.do(commands.award(item, BuyerRef(UUID(bytes=late[0][1].bytes), "facebook", "ana", "Ana")))
    assert await sale.stakes() == ([("ana", 1)], [])


async def test_rule_14_comments_before_the_start_are_stored_and_not_allocated(db: Database) -> None:
    sale = await new_sale(db, active=False)
    await sale.add("12")
    assert [(o.verdict, o.reason) for o in await sale.say(said("sold 12"))] == [("stored", "not_started")]
    await sale.do(commands.set_status("active"))
    assert await sale.claims() == []
    await sale.assert_clean()


async def test_a_show_that_ended_does_not_start_again(sale: Sale) -> None:
    await sale.do(commands.set_status("ended"))
    await sale.do(commands.set_status("ended"))
    for status in ("active", "paused"):
        with pytest.raises(ConflictError):
            await sale.do(commands.set_status(status))


async def test_rule_17_a_comment_without_an_author_never_claims_by_itself(sale: Sale) -> None:
    item = await sale.add("12")
    outcomes = await sale.say(said("sold 12", None), said("hello", None))
    assert outcomes[0].reason == "no_author"
    assert outcomes[1].verdict == "ignored"
    assert await sale.claims() == []
    await sale.do(commands.award(item, BuyerRef(uuid7(), commands.GUEST, "g1", "Grandma"), new_buyer=True))
    assert await sale.stakes() == ([("g1", 1)], [])


async def test_rule_18_the_same_id_on_two_platforms_is_two_buyers(sale: Sale) -> None:
    await sale.add("12", 2)
    await sale.say(said("sold 12"), said("sold 12", platform="instagram"))
    assert await sale.stakes() == ([("ana", 1), ("ana", 1)], [])


async def test_rule_18_two_shows_of_a_workspace_share_a_buyer(db: Database) -> None:
    first = await new_sale(db)
    other = uuid7()
    await db.hot_fetch(
        "INSERT INTO shows (workspace_id, id, title) VALUES ($1, $2, 'Other')", first.workspace_id, other
    )
    second = Sale(db, first.workspace_id, other, first.process)
    await first.say(said("hello"))
    await second.say(said("hello"))
    rows = await db.hot_fetch("SELECT count(*) FROM buyers WHERE workspace_id = $1", first.workspace_id)
    assert rows[0][0] == 1
    await second.assert_clean()


async def test_rule_19_the_sellers_own_comments_never_claim(sale: Sale) -> None:
    await sale.add("12")
    await sale.db.hot_fetch(
        "INSERT INTO streams (workspace_id, id, show_id, platform, seller_ids) VALUES ($1, $2, $3, 'facebook', $4)",
        sale.workspace_id, uuid7(), sale.show_id, ["shop"],
    )  # fmt: skip
    await sale.lanes.close()
    sale.process = process(sale.db)
    outcomes = await sale.say(said("sold 12", "shop"), said("sold 12", "ben"))
    assert (outcomes[0].verdict, outcomes[0].reason) == ("ignored", "from_seller")
    assert await sale.stakes() == ([("ben", 1)], [])


async def test_rule_20_an_award_respects_stock_and_takes_the_buyer_off_the_queue(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.say(said("sold 12", "ben"), said("sold 12 x2", "ana", second=1), said("sold 12", "cid", second=2))
    rows = await sale.fetch(
        "SELECT buyer_id FROM comments WHERE workspace_id = $1 AND show_id = $2 AND author_id = 'ana'"
    )
    ana = BuyerRef(UUID(bytes=rows[0][0].bytes), "facebook", "ana", "Ana")
    with pytest.raises(OutOfStockError) as caught:
        await sale.do(commands.award(item, ana))
    assert caught.value.data["left"] == 0
    await sale.do(commands.set_status("ended"))
    await sale.do(commands.release(await sale.claim_id("ben", "winner")))
    await sale.do(commands.award(item, ana))
    assert await sale.stakes() == ([("ana", 1)], [("cid", 1)])


async def test_rule_21_a_release_promotes_while_the_show_runs_and_asks_after_its_end(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(*(said("sold 12", who, second=n) for n, who in enumerate(("ana", "ben", "cid"))))
    await sale.do(commands.release(await sale.claim_id("ana", "winner")))
    assert await sale.stakes() == ([("ben", 1)], [("cid", 1)])
    await sale.do(commands.set_status("ended"))
    await sale.do(commands.release(await sale.claim_id("ben", "winner")))
    assert await sale.stakes() == ([], [("cid", 1)])


async def test_a_claim_is_released_once(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12"))
    claim = await sale.claim_id("ana", "winner")
    await sale.do(commands.release(claim))
    with pytest.raises(ConflictError):
        await sale.do(commands.release(claim))


async def test_rule_22_acts_are_carried_out_in_the_order_of_the_text(sale: Sale) -> None:
    await sale.add("12")
    await sale.add("13")
    outcomes = await sale.say(said("sold 12, sold 13, pass 12"))
    assert [c["item_number"] for c in outcomes[0].claims] == ["12", "13", "12"]
    assert await sale.stakes("12") == ([], [])
    assert await sale.stakes("13") == ([("ana", 1)], [])


async def test_rule_23_a_question_waits_for_the_operator_who_may_decline(sale: Sale) -> None:
    await sale.add("12")
    outcomes = await sale.say(said("sold 12?"))
    assert (outcomes[0].verdict, outcomes[0].reason) == ("review", "question")
    await sale.do(commands.decline(await sale.claim_id("ana", "review")))
    assert await sale.claims() == [("12", "ana", 1, "declined", "declined_by_operator")]


async def test_rule_23_an_accepted_claim_keeps_the_place_of_its_comment(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12", "ben"), said("sold 12?", "ana", second=2), said("sold 12", "cid", second=1))
    await sale.say(said("sold 12", "dan", second=3), said("sold 12", "eve", second=4))
    await sale.do(commands.accept(await sale.claim_id("ana", "review")))
    assert await sale.stakes() == ([("ben", 1)], [("cid", 1), ("ana", 1), ("dan", 1), ("eve", 1)])


async def test_rule_23_accepting_a_pass_gives_back_and_claims_nothing(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12"), said("sold 12", "ben", second=1), said("pass 12?", second=2))
    await sale.do(commands.accept(await sale.claim_id("ana", "review")))
    assert await sale.stakes() == ([("ben", 1)], [])


async def test_rule_23_accepting_a_pass_without_a_code_gives_the_last_claim_back(sale: Sale) -> None:
    await sale.add("12")
    await sale.say(said("sold 12"), said("pass?", second=1))
    await sale.do(commands.accept(await sale.claim_id("ana", "review")))
    assert await sale.stakes() == ([], [])


async def test_an_accepted_claim_on_an_item_with_variants_needs_to_be_told_which(sale: Sale) -> None:
    red = await sale.add("12", 1, "red", "blue")
    await sale.say(said("sold 12"))
    claim = await sale.claim_id("ana", "review")
    with pytest.raises(ConflictError):
        await sale.do(commands.accept(claim))
    await sale.do(commands.accept(claim, red))
    assert await sale.claims() == [("12", "ana", 1, "winner", None)]


async def test_the_pinned_item_is_one_of_the_show(sale: Sale) -> None:
    item = await sale.add("12")
    await sale.do(commands.pin(item))
    with pytest.raises(NotFoundError):
        await sale.do(commands.pin(uuid7()))
    await sale.do(commands.pin(None))


async def test_positions_in_the_answer_are_those_of_the_decision(sale: Sale) -> None:
    await sale.add("12")
    outcomes = await sale.say(*(said("sold 12", f"b{n}", second=n) for n in range(6)))
    assert [o.claims[0]["waitlist_position"] for o in outcomes] == [None, 1, 2, 3, 4, 5]


async def test_rules_of_a_show_that_were_checked_before_the_workspace_changed_its_own_do_not_bring_those_back(
    sale: Sale,
) -> None:
    await sale.add("12", 3)
    await sale.say(said("sold 12"))
    merged = ShowRules(max_quantity=20)
    async with sale.db.transaction(), sale.db.raw() as connection:
        settings = """UPDATE workspaces SET settings = '{"rules": {"repeat": "add"}}' WHERE id = $1"""
        await connection.execute(settings, sale.workspace_id)
        await refresh_boards(connection, sale.workspace_id)
    await sale.do(commands.edit_show(rules={"max_quantity": 20}, merged=merged))
    await sale.say(said("sold 12", second=1))
    assert await sale.stakes() == ([("ana", 1), ("ana", 1)], [])
