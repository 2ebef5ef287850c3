"""Comments lose their texts and names when their time is over; the sale and its proof stay."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from dibs.clock import utc_now
from dibs.db import Database
from dibs.lane import commands
from dibs.workspace_settings.retention import blank_old_comments

from ..lane.sale import Sale, new_sale, said

KEY = "workspace_id = $1 AND show_id = $2"
LATER = utc_now() + timedelta(days=31)


@pytest.fixture
async def sale(db: Database) -> AsyncIterator[Sale]:
    """An ended show with winners, a waitlist and chatter."""
    made = await new_sale(db)
    await made.add("12", 2)
    await made.say(*(said("sold 12", who, second=n) for n, who in enumerate(("ana", "ben", "cid"))))
    await made.say(said("so cute", "dan"), said("sold 99", "eve"))
    await made.do(commands.set_status("ended"))
    yield made
    await made.lanes.close()


async def keep(sale: Sale, days: int | None) -> None:
    settings = orjson.dumps({"retention_days": days}).decode()
    await sale.db.hot_fetch("UPDATE workspaces SET settings = $2 WHERE id = $1", sale.workspace_id, settings)


async def words(sale: Sale) -> list[tuple[str, str]]:
    sql = f"SELECT text, author_name FROM comments WHERE {KEY} ORDER BY comment_no"
    return [tuple(row) for row in await sale.db.hot_fetch(sql, sale.workspace_id, sale.show_id)]


async def claims(sale: Sale) -> list[Any]:
    sql = f"SELECT * FROM claims WHERE {KEY} ORDER BY decision_no"
    return [tuple(row) for row in await sale.db.hot_fetch(sql, sale.workspace_id, sale.show_id)]


async def test_texts_and_names_go_in_batches_and_the_sale_stays(sale: Sale, db: Database) -> None:
    await keep(sale, 30)
    before = await claims(sale)
    assert await blank_old_comments(db, LATER, batch=2) == 5
    assert await words(sale) == [("", "")] * 5
    assert await claims(sale) == before
    assert await blank_old_comments(db, LATER) == 0
    entries = await db.hot_fetch(
        "SELECT action, actor_name, after::text FROM audit_log WHERE show_id = $1", sale.show_id
    )
    assert [tuple(row) for row in entries if row["action"] == "comments.blanked"] == [
        ("comments.blanked", "Dibs", '{"comments": 5, "retention_days": 30}')
    ]


async def test_the_auditor_knows_what_was_blanked_and_sees_what_was_not(sale: Sale, db: Database) -> None:
    await keep(sale, 30)
    await blank_old_comments(db, LATER)
    assert (await sale.audit()).ok
    await db.hot_fetch(f"UPDATE comments SET text = 'sold 13' WHERE {KEY} AND comment_no = 1", *sale_key(sale))
    assert [check.name for check in (await sale.audit()).broken] == ["events_tell_what_is_stored"]


async def test_words_that_vanish_before_their_time_are_told(sale: Sale, db: Database) -> None:
    await db.hot_fetch(f"UPDATE comments SET text = '' WHERE {KEY} AND comment_no = 1", *sale_key(sale))
    assert [check.name for check in (await sale.audit()).broken] == ["events_tell_what_is_stored"]


async def test_nothing_goes_before_its_time_or_without_being_asked(sale: Sale, db: Database) -> None:
    before = await words(sale)
    assert await blank_old_comments(db, LATER + timedelta(days=5000)) == 0
    await keep(sale, 30)
    assert await blank_old_comments(db, utc_now() + timedelta(days=29)) == 0
    assert await words(sale) == before


async def test_a_show_that_runs_keeps_its_comments(db: Database) -> None:
    running = await new_sale(db)
    await running.say(said("hello"))
    await keep(running, 30)
    assert await blank_old_comments(db, LATER) == 0
    await running.lanes.close()


async def test_several_processes_blank_each_comment_once_and_say_so_once(sale: Sale, db: Database) -> None:
    await keep(sale, 30)
    counts = await asyncio.gather(*(blank_old_comments(db, LATER, batch=1) for _ in range(4)))
    rest = await blank_old_comments(db, LATER)
    assert sum(counts) + rest == 5
    entries = await db.hot_fetch("SELECT 1 FROM audit_log WHERE action = 'comments.blanked'")
    assert len(entries) == 1


async def test_a_show_that_somebody_writes_to_is_left_for_the_next_time(sale: Sale, db: Database) -> None:
    await keep(sale, 30)
    async with db.hot_connection() as connection, connection.transaction():
        await connection.fetch("SELECT 1 FROM shows WHERE id = $1 FOR UPDATE", sale.show_id)
        assert await blank_old_comments(db, LATER) == 0
    assert await blank_old_comments(db, LATER) == 5


def sale_key(sale: Sale) -> tuple[Any, Any]:
    return sale.workspace_id, sale.show_id
