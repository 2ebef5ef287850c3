"""The hot queries never read a whole table: their plans are looked at on filled tables."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from dibs.db import Database
from dibs.events import outbox
from dibs.ids import uuid7
from dibs.lane import commit, inbox, lease, load, undoable
from dibs.lane.changes import Changes, CommentRow
from dibs.lane.commands.items import CLAIMED
from dibs.lane.commit import action_parameters, parameters
from dibs.models.comments import Intent
from dibs.shows import sql

from .sale import START, Sale, new_sale, said

BIG = {"comments", "claims", "outbox", "outbox_default", "buyers", "inbox", "topics", "audit_log"}
FILL = (
    """
    INSERT INTO buyers (workspace_id, id, platform, platform_user_id, handle)
    SELECT $1, gen_random_uuid(), 'facebook', 'b' || n, 'B' || n FROM generate_series(1, 20000) n
    WHERE $2::uuid IS NOT NULL
    """,
    """
    INSERT INTO comments (workspace_id, show_id, comment_no, comment_key, platform, comment_id, author_id, text,
        posted_at, received_at, verdict)
    SELECT $1, s, n, 'facebook:c' || n, 'facebook', 'c' || n, 'b' || n, 'so pretty', now(), now(), 'ignored'
    FROM generate_series(1, 20000) n, unnest(ARRAY[$2::uuid, gen_random_uuid()]) s
    """,
    """
    INSERT INTO claims (workspace_id, id, show_id, item_id, item_number, buyer_id, comment_no, decision_no, quantity,
        status, place, posted_at, decided_at)
    SELECT $1, gen_random_uuid(), $2, i.id, i.item_number, b.id, n, n, 1,
        CASE WHEN n % 20 = 0 THEN 'waitlist' ELSE 'released' END, CASE WHEN n % 20 = 0 THEN n END, now(), now()
    FROM generate_series(1, 20000) n
    JOIN items i ON i.workspace_id = $1 AND i.show_id = $2 AND i.item_number = (100 + n % 50)::text
    JOIN buyers b ON b.workspace_id = $1 AND b.platform_user_id = 'b' || n
    """,
    """
    INSERT INTO outbox (workspace_id, topic, seq, partition, type, payload, created_at)
    SELECT $1, 'show:' || s, n, 1, 'comment.received', '{}', now() FROM generate_series(100, 20100) n,
        unnest(ARRAY[$2::uuid, gen_random_uuid()]) s
    """,
    """
    INSERT INTO inbox (workspace_id, show_id, payload)
    SELECT $1, gen_random_uuid(), '[]' FROM generate_series(1, 20000) WHERE $2::uuid IS NOT NULL
    """,
    """
    INSERT INTO topics (workspace_id, topic, epoch) SELECT $1, 'show:' || gen_random_uuid(), 'e'
    FROM generate_series(1, 20000) WHERE $2::uuid IS NOT NULL
    """,
    """
    INSERT INTO audit_log (workspace_id, id, actor_id, action, entity, show_id)
    SELECT $1, gen_random_uuid(), gen_random_uuid(), 'claim.released', 'claim', $2 FROM generate_series(1, 20000)
    """,
    "UPDATE shows SET last_comment_no = 20000, last_decision_no = 20000 WHERE workspace_id = $1 AND id = $2",
)


@pytest.fixture
async def filled(db: Database) -> AsyncIterator[Sale]:
    """A show with 20,000 comments and claims, beside another show of the same size, with fresh statistics."""
    sale = await new_sale(db)
    for number in range(100, 150):
        await sale.add(str(number), 5)
    for statement in FILL:
        await sale.fetch(statement)
    await sale.lanes.close()
    await db.hot_fetch("ANALYZE")
    yield sale


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


async def read_whole(db: Database, statement: str, *args: Any) -> list[str]:
    """The large tables that a statement reads from one end to the other, by a generic and by a custom plan."""
    found: list[str] = []
    for mode in ("force_generic_plan", "force_custom_plan"):
        async with db.hot_connection() as connection, connection.transaction():
            await connection.execute(f"SET LOCAL plan_cache_mode = {mode}")
            row = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *args)
        for node in nodes(json.loads(row)[0]["Plan"]):
            if node["Node Type"] == "Seq Scan" and node.get("Relation Name") in BIG:
                found.append(f"{node['Relation Name']} ({mode})")
    return found


async def test_the_lanes_statement_reads_no_table_whole(filled: Sale) -> None:
    async with filled.db.hot_connection() as connection, connection.transaction():
        board = await load.load_board(connection, filled.workspace_id, filled.show_id)
    changes = Changes(board, START)
    board.last_comment_no += 1
    comment = said("sold 100", "b1")
    row = CommentRow(board.last_comment_no, "facebook:new", comment, None, START)
    changes.comments.append(row)
    item = next(iter(board.items.values()))
    intent = Intent("claim", item.number, 1, None, "word_number")
    changes.new_claim(row, 0, intent, buyer=None, item=item, quantity=1, status="declined")
    changes.touch(next(iter(board.claims.values())))
    changes.count(item)
    changes.emit("problem", {})
    assert await read_whole(filled.db, commit.COMMIT, *parameters(changes, "owner", 1)) == []
    action = *parameters(changes, "owner", 1), *action_parameters(changes)
    assert await read_whole(filled.db, commit.COMMIT_ACTION, *action) == []


def cases() -> dict[str, tuple[str, tuple[Any, ...]]]:
    """The other hot statements; `W` and `S` stand for workspace and show."""
    return {
        "stored comments": (load._STORED, ("W", "S", [f"facebook:c{n}" for n in range(400)])),
        "known keys": (load._KEYS, ("W", "S", 100)),
        "buyers": (load._BUYERS, ("W", ["facebook"] * 200, [f"b{n}" for n in range(200)])),
        "outbox after": (outbox._READ, ("W", "T", 15_000, 500)),
        "outbox position": (outbox._POSITION, ("W", "T")),
        "inbox of a show": (inbox._READ, ("W", "S", 50)),
        "lease": (lease._ACQUIRE, ("W", "S", "me", 3.0)),
        "claims page": (sql.CLAIMS_PAGE, ("W", "S", 15_000, None, None, None, "", 100)),
        "claims of somebody": (sql.CLAIMS_PAGE, ("W", "S", 15_000, None, None, None, "b7", 100)),
        "comments page": (sql.COMMENTS, ("W", "S", 15_000, None, "", 200)),
        "comments page of a verdict": (sql.COMMENTS, ("W", "S", 15_000, ["ignored"], "", 200)),
        "the show of a claim": (sql.SHOW_OF_CLAIM, ("W", uuid7())),
        "claims of an item": (CLAIMED, ("W", "I")),
        "claims by id": (load._CLAIMS_BY_ID, ("W", "S", [uuid7()])),
        "what somebody did last": (undoable._LATEST, ("W", uuid7(), "S", uuid7())),
        "one entry": (undoable._ENTRY, ("W", uuid7(), "S", uuid7())),
        "waitlist": (sql.WAITLIST, ("W", "S", "I", 200)),
        "winners": (sql.WINNERS, ("W", "S", "I", 200)),
        "who came before": (sql.BEFORE, ("W", "S", "I", 15_000, 200)),
        "one comment": (sql.COMMENT, ("W", "S", 7)),
        "stream position": (sql.POSITION, ("W", "S")),
    }


async def test_hot_queries_read_no_table_whole(filled: Sale) -> None:
    item = (await filled.fetch("SELECT id FROM items WHERE workspace_id = $1 AND show_id = $2 LIMIT 1"))[0][0]
    given = {"W": filled.workspace_id, "S": filled.show_id, "T": f"show:{filled.show_id}", "I": item}
    found = {}
    for name, (statement, args) in cases().items():
        told = [given.get(arg, arg) if isinstance(arg, str) else arg for arg in args]
        found[name] = await read_whole(filled.db, statement, *told)
    assert {name: tables for name, tables in found.items() if tables} == {}


async def test_the_check_itself_sees_a_table_that_is_read_whole(filled: Sale) -> None:
    assert await read_whole(filled.db, "SELECT count(*) FROM comments WHERE text = $1", "x")
