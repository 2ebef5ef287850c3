"""The auditor sees every broken promise: each test breaks one by hand and expects the check that is named for it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from dibs.audit import audit_show, find_shows
from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.ids import uuid7
from dibs.lane import commands

from ..lane.sale import Sale, new_sale, said

KEY = "workspace_id = $1 AND show_id = $2"
UNIQUE = "ALTER TABLE comments DROP CONSTRAINT comments_once"


@pytest.fixture
async def sale(db: Database) -> AsyncIterator[Sale]:
    """A show with winners, a waitlist, passes, an unmatched claim and one for review."""
    made = await new_sale(db)
    await made.add("12", 2)
    await made.add("13", 5)
    await made.say(*(said("sold 12", who, second=n) for n, who in enumerate(("ana", "ben", "cid", "dan", "eve"))))
    await made.say(said("sold 13 x3"), said("sold 99", "ben"), said("sold 13?", "cid"), said("hello", "fay"))
    await made.say(said("pass 12", second=8))
    assert (await made.audit()).ok
    yield made
    await made.lanes.close()


async def broken(sale: Sale, *statements: str) -> set[str]:
    """The checks that fail after these statements; each gets workspace and show as $1 and $2 if it names them."""
    for statement in statements:
        args = (sale.workspace_id, sale.show_id) if "$2" in statement else ()
        await sale.db.hot_fetch(statement, *args)
    return {check.name for check in (await sale.audit()).broken}


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        ("never_oversold", [f"UPDATE items SET claimed_count = 1 WHERE {KEY} AND item_number = '12'"]),
        (
            "never_oversold",
            [
                "ALTER TABLE items DROP CONSTRAINT items_never_oversold",
                f"UPDATE items SET total_quantity = 1 WHERE {KEY} AND item_number = '12'",
            ],
        ),
        ("waitlists_counted_and_ordered", [f"UPDATE items SET waitlist_count = 9 WHERE {KEY} AND item_number = '12'"]),
        ("waitlists_counted_and_ordered", [f"UPDATE claims SET place = 7 WHERE {KEY} AND status = 'waitlist'"]),
        (
            "nobody_waits_while_stock_is_left",
            [f"UPDATE items SET total_quantity = 3 WHERE {KEY} AND item_number = '12'"],
        ),
        (
            "comments_once",
            [
                UNIQUE,
                f"INSERT INTO comments SELECT (jsonb_populate_record(c, '{{\"comment_no\": 99}}')).*"
                f" FROM comments c WHERE {KEY} AND comment_no = 1",
            ],
        ),
        ("comment_numbers_without_gap", [f"UPDATE comments SET comment_no = 50 WHERE {KEY} AND comment_no = 9"]),
        ("decision_numbers_unique", ["UPDATE shows SET last_decision_no = 2 WHERE workspace_id = $1 AND id = $2"]),
        (
            "acts_claimed_once",
            ["DROP INDEX claims_once", f"UPDATE claims SET comment_no = 1 WHERE {KEY} AND comment_no = 6"],
        ),
        ("acts_claimed_once", [f"UPDATE claims SET part = 5 WHERE {KEY} AND comment_no = 6"]),
        ("every_comment_decided", [f"DELETE FROM claims WHERE {KEY} AND comment_no = 7"]),
        ("every_comment_decided", [f"UPDATE comments SET verdict = 'ignored' WHERE {KEY} AND comment_no = 7"]),
        ("no_orphans", [f"UPDATE claims SET buyer_id = gen_random_uuid() WHERE {KEY} AND comment_no = 6"]),
        ("no_orphans", [f"UPDATE claims SET item_id = gen_random_uuid() WHERE {KEY} AND comment_no = 6"]),
        ("no_orphans", [f"UPDATE claims SET comment_no = 900 WHERE {KEY} AND comment_no = 6"]),
        ("no_orphans", ["UPDATE buyers SET platform_user_id = 'zoe' WHERE workspace_id = $1 AND $2::uuid IS NOT NULL"
                        " AND platform_user_id = 'ana'"]),
        ("event_numbers_without_gap", ["DELETE FROM outbox WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid"
                                       " AND seq = 7"]),
        ("event_numbers_without_gap", ["DELETE FROM outbox WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid"]),
        ("event_numbers_without_gap", ["UPDATE topics SET last_seq = last_seq + 1 WHERE workspace_id = $1"
                                       " AND topic = 'show:' || $2::uuid"]),
        ("no_rows_of_other_workspaces", [f"UPDATE claims SET workspace_id = gen_random_uuid() WHERE {KEY}"
                                         " AND comment_no = 6"]),
        ("events_tell_what_is_stored", [f"UPDATE claims SET quantity = 2 WHERE {KEY} AND comment_no = 6"]),
        ("events_tell_what_is_stored", [f"UPDATE comments SET text = 'sold 14' WHERE {KEY} AND comment_no = 6"]),
        ("events_tell_what_is_stored", [f"UPDATE items SET title = 'Other' WHERE {KEY} AND item_number = '13'"]),
        ("events_tell_what_is_stored", ["UPDATE shows SET status = 'paused' WHERE workspace_id = $1 AND id = $2"]),
        ("events_tell_what_is_stored", [f"UPDATE claims SET place = -place WHERE {KEY} AND status = 'waitlist'"]),
    ],
)  # fmt: skip
async def test_a_broken_promise_is_found(sale: Sale, name: str, statements: list[str]) -> None:
    assert name in await broken(sale, *statements)


async def test_a_buyer_with_more_than_the_rules_allow_is_found(sale: Sale) -> None:
    await sale.lanes.close()
    change = f"UPDATE claims SET buyer_id = (SELECT buyer_id FROM claims WHERE {KEY} AND comment_no = 3)"
    assert "buyers_within_the_rules" in await broken(sale, f"{change} WHERE {KEY} AND comment_no = 4")
    limit = "UPDATE shows SET rules = '{\"max_per_buyer\": 2}' WHERE workspace_id = $1 AND id = $2"
    assert "buyers_within_the_rules" in await broken(sale, limit)


async def test_a_show_whose_rules_were_edited_is_not_held_against_the_new_ones(sale: Sale) -> None:
    rules = {"max_per_buyer": 1}
    await sale.do(commands.edit_show(rules=rules))
    report = await sale.audit()
    assert report.ok
    assert "not checked" in next(c for c in report.checks if c.name == "buyers_within_the_rules").details[0]


async def test_events_that_were_dropped_with_an_old_partition_are_no_fault(sale: Sale) -> None:
    old = "DELETE FROM outbox WHERE workspace_id = $1 AND topic = 'show:' || $2::uuid AND seq < 9"
    assert await broken(sale, old) == set()


async def test_every_detail_names_a_place(sale: Sale) -> None:
    await sale.fetch(f"UPDATE items SET waitlist_count = 9 WHERE {KEY} AND item_number = '12'")
    check = next(c for c in (await sale.audit()).broken if c.name == "waitlists_counted_and_ordered")
    assert check.details == ("item 12 : 2 entries wait at 2 places, 9 counted",)


async def test_shows_are_found_by_id_and_by_workspace(sale: Sale) -> None:
    other = await new_sale(sale.db)
    here = (sale.workspace_id, sale.show_id)
    assert await find_shows(sale.db) == [here, (other.workspace_id, other.show_id)]
    assert await find_shows(sale.db, workspace_id=sale.workspace_id) == [here]
    assert await find_shows(sale.db, show_id=sale.show_id) == [here]
    with pytest.raises(NotFoundError):
        await find_shows(sale.db, other.workspace_id, sale.show_id)
    with pytest.raises(NotFoundError):
        await audit_show(sale.db, other.workspace_id, sale.show_id)
    with pytest.raises(NotFoundError):
        await audit_show(sale.db, sale.workspace_id, uuid7())


async def test_a_large_show_is_audited_in_seconds(db: Database) -> None:
    sale = await new_sale(db)
    for number in range(100, 150):
        await sale.add(str(number), 20)
    texts = [f"sold {100 + n % 50}" if n % 5 == 0 else f"so pretty {n}" for n in range(20_000)]
    for start in range(0, len(texts), 4_000):
        comments = (said(texts[n], f"b{n % 3_000}", second=n / 10) for n in range(start, start + 4_000))
        await sale.lanes.ingest(sale.workspace_id, sale.show_id, list(comments))
    began = time.perf_counter()
    report = await sale.audit()
    assert report.ok, report.broken
    assert time.perf_counter() - began < 5
    await sale.lanes.close()
