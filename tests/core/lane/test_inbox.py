"""Comments handed to a process that does not own the show."""

from __future__ import annotations

import asyncio

from dibs.db import Database
from dibs.ids import uuid7

from .sale import Sale, new_sale, process, said


async def test_what_another_process_is_handed_is_answered_in_full(sale: Sale) -> None:
    await sale.add("12", 1)
    await sale.say(said("sold 12"))
    other = process(sale.db).lanes
    await sale.lanes.start()
    hello, claim, again = await sale.say(
        said("hello"), said("sold 12", "ben", key="c1"), said("sold 12", "ben", key="c1"), lanes=other
    )
    assert [(o.verdict, len(o.claims)) for o in (hello, claim, again)] == [
        ("ignored", 0),
        ("claim", 1),
        ("duplicate", 0),
    ]
    assert (claim.claims[0]["status"], claim.claims[0]["waitlist_position"]) == ("waitlist", 1)
    await other.close()


async def test_a_show_in_trouble_does_not_keep_the_inbox_of_others_waiting(db: Database) -> None:
    sale, reader = await new_sale(db), process(db).lanes
    trouble = "INSERT INTO inbox (workspace_id, show_id, payload) VALUES ($1, $2, '[{}]'::jsonb)"
    for _ in range(3):
        await db.hot_fetch(trouble, sale.workspace_id, uuid7())
    await sale.say(said("hello"))
    await reader.start()
    writer = process(db).lanes
    async with asyncio.timeout(10):
        await sale.lanes.start()
        assert [o.verdict for o in await sale.say(said("hello", "ben"), lanes=writer)] == ["ignored"]
    for lanes in (reader, writer, sale.lanes):
        await lanes.close()
