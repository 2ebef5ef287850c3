"""Plugins see each event once and in order, whatever happens to them or to the process."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dibs.clock import utc_now
from dibs.db import Database
from dibs.errors import PluginError
from dibs.events.keeper import maintain
from dibs.ids import uuid7
from dibs.models.events import CommittedEvent, EventContext
from dibs.models.jobs import Job
from dibs.workspace_data import PooledData

from .conftest import MakeProcess, Shop, following, writing

TOPIC = f"show:{UUID(int=7)}"
NEVER = 3600.0


async def test_each_event_is_seen_once_and_in_order_by_every_process_together(
    shop: Shop, make_process: MakeProcess
) -> None:
    processes = [await make_process(following("toy", writing("toy"))) for _ in range(3)]
    topics = [f"show:{uuid7()}" for _ in range(4)]
    await shop.write(TOPIC, 1, processes[0].relay)
    await shop.until_seen(1)
    for n in range(25):
        for place, topic in enumerate(topics):
            await shop.write(topic, 3, processes[(n + place) % 3].relay)
    found = await shop.until_seen(301)
    assert len(found) == 301
    for topic in topics:
        assert [n for name, n in found if name == topic] == list(range(1, 76))


async def test_the_first_event_after_the_start_is_not_missed_and_the_past_is_no_news(
    shop: Shop, make_process: MakeProcess
) -> None:
    await shop.write(TOPIC, 5)
    process = await make_process(following("toy", writing("toy")), look=NEVER)
    await shop.write(TOPIC, 2, process.relay)
    await shop.write("show:new", 2, process.relay)
    found = await shop.until_seen(4)
    assert set(found) == {("show:new", 1), ("show:new", 2), (TOPIC, 6), (TOPIC, 7)} and len(found) == 4


async def test_what_no_ring_told_of_is_found(shop: Shop, make_process: MakeProcess) -> None:
    process = await make_process(following("toy", writing("toy")))
    await shop.write(TOPIC, 1, process.relay)
    await shop.until_seen(1)
    await shop.write(TOPIC, 2)
    await shop.write("show:silent", 2)
    found = await shop.until_seen(5)
    assert set(found) == {("show:silent", 1), ("show:silent", 2), (TOPIC, 1), (TOPIC, 2), (TOPIC, 3)}
    assert len(found) == 5


async def test_a_workspace_without_such_a_plugin_costs_nothing(shop: Shop, make_process: MakeProcess) -> None:
    process = await make_process(following("toy", writing("toy"), default=False))
    await shop.write(TOPIC, 3, process.relay)
    await asyncio.sleep(0.5)
    assert await shop.db.plain_fetch("SELECT 1 FROM relay_positions") == []
    nobody = await make_process()
    assert nobody.relay._tasks == []


async def test_switched_off_and_on_again_it_begins_at_the_present(shop: Shop, make_process: MakeProcess) -> None:
    process = await make_process(following("toy", writing("toy")))
    await shop.write(TOPIC, 1, process.relay)
    await shop.until_seen(1)
    await process.flags.set_override(shop.id, "toy", False)
    await shop.write(TOPIC, 3)
    async with asyncio.timeout(10):
        while await shop.db.plain_fetch("SELECT 1 FROM relay_positions WHERE workspace_id = $1", shop.id):
            await asyncio.sleep(0.05)
    await process.flags.set_override(shop.id, "toy", True)
    await shop.write(TOPIC, 1, process.relay)
    assert await shop.until_seen(2) == [(TOPIC, 1), (TOPIC, 5)]


async def test_only_the_kinds_that_a_plugin_names_reach_it(shop: Shop, make_process: MakeProcess) -> None:
    process = await make_process(
        following("toy", writing("toy"), events=("claim.created",)), following("all", writing("all"))
    )
    await shop.write(TOPIC, 1, process.relay, kind="comment.received")
    await shop.write(TOPIC, 1, process.relay, kind="claim.created")
    await shop.write(TOPIC, 1, process.relay, kind="comment.received")
    assert await shop.until_seen(3, "all") == [(TOPIC, 1), (TOPIC, 2), (TOPIC, 3)]
    assert await shop.seen() == [(TOPIC, 2)]


async def test_a_plugin_that_raises_loses_what_it_wrote_and_nobody_else_does(
    shop: Shop, make_process: MakeProcess
) -> None:
    write = writing("bad")

    async def fail(context: EventContext, event: CommittedEvent) -> None:
        await write(context, event)
        if event.data["n"] == 2:
            raise ValueError("no twos")

    process = await make_process(following("bad", fail), following("toy", writing("toy")))
    await shop.write(TOPIC, 4, process.relay)
    assert await shop.until_seen(4) == [(TOPIC, n) for n in range(1, 5)]
    assert await shop.until_seen(3, "bad") == [(TOPIC, 1), (TOPIC, 3), (TOPIC, 4)]
    assert [(workspace, str(show), plugin) for workspace, show, plugin, _ in process.reports] == [
        (shop.id, TOPIC[5:], "bad")
    ]
    assert "no twos" in process.reports[0][3]


async def test_a_broken_statement_spoils_only_its_own_handling(shop: Shop, make_process: MakeProcess) -> None:
    async def fail(context: EventContext, event: CommittedEvent) -> None:
        await context.data.execute("INSERT INTO nowhere (workspace_id) VALUES ($1)")

    process = await make_process(following("bad", fail), following("toy", writing("toy")))
    await shop.write(TOPIC, 2, process.relay)
    assert await shop.until_seen(2) == [(TOPIC, 1), (TOPIC, 2)]
    assert len(process.reports) == 2


async def test_a_plugin_that_keeps_failing_or_hanging_is_switched_off(
    shop: Shop, make_process: MakeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dibs.relay.relay.HOOK_SECONDS", 0.05)

    async def hang(context: EventContext, event: CommittedEvent) -> None:
        await asyncio.sleep(60)

    process = await make_process(following("bad", hang), following("toy", writing("toy")))
    await shop.write(TOPIC, 12, process.relay)
    assert len(await shop.until_seen(12)) == 12
    assert len(process.reports) == 5
    assert not await process.flags.is_enabled(shop.id, "bad")


async def test_what_a_hook_hands_in_is_committed_with_its_event(shop: Shop, make_process: MakeProcess) -> None:
    async def work(context: Any, payload: Any) -> None: ...

    async def hand_in(context: EventContext, event: CommittedEvent) -> None:
        await context.jobs.enqueue("toy.work", {"n": event.data["n"]})
        if event.data["n"] == 2:
            raise ValueError("no twos")

    process = await make_process(following("toy", hand_in), jobs=[Job("toy.work", work)])
    await shop.write(TOPIC, 3, process.relay)
    async with asyncio.timeout(20):
        while len(rows := await shop.db.plain_fetch("SELECT payload, headers FROM pgqueuer ORDER BY id")) < 2:
            await asyncio.sleep(0.02)
    assert [row["payload"] for row in rows] == [b'{"n":1}', b'{"n":3}']
    assert str(shop.id) in rows[0]["headers"]


async def test_events_that_were_dropped_are_passed_over(shop: Shop, make_process: MakeProcess) -> None:
    process = await make_process(following("toy", writing("toy")), look=NEVER)
    await shop.write(TOPIC, 1, process.relay)
    await shop.until_seen(1)
    await shop.write(TOPIC, 3)
    await maintain(shop.db, today=utc_now().date() + timedelta(days=9))  # a week and more later
    await shop.write(TOPIC, 1, process.relay)
    assert await shop.until_seen(2) == [(TOPIC, 1), (TOPIC, 5)]


async def test_a_topic_that_was_made_anew_is_followed_from_where_it_stands(
    shop: Shop, make_process: MakeProcess
) -> None:
    process = await make_process(following("toy", writing("toy")), look=NEVER)
    await shop.write(TOPIC, 4, process.relay)
    await shop.until_seen(4)
    await shop.db.plain_fetch("DELETE FROM outbox WHERE workspace_id = $1", shop.id)
    await shop.db.plain_fetch("UPDATE topics SET epoch = 'other', last_seq = 2 WHERE workspace_id = $1", shop.id)
    await shop.db.plain_fetch("UPDATE relay_positions SET seq = 9 WHERE topic = $1", TOPIC)
    await shop.write("show:other", 1, process.relay)
    process.relay.published(shop.id, TOPIC, 1)
    await shop.until_seen(5)
    await shop.db.plain_fetch("DELETE FROM toy_seen WHERE topic = $1", TOPIC)
    async with asyncio.timeout(10):
        while (await shop.db.plain_fetch("SELECT epoch FROM relay_positions WHERE topic = $1", TOPIC))[0][0] != "other":
            await asyncio.sleep(0.02)
    await shop.write(TOPIC, 1, process.relay)
    assert (TOPIC, 5) in await shop.until_seen(2)


async def test_a_process_that_is_cut_off_in_the_middle_leaves_no_trace(
    shop: Shop, make_process: MakeProcess, db: Database
) -> None:
    reached = asyncio.Event()
    write = writing("toy")

    async def slow(context: EventContext, event: CommittedEvent) -> None:
        await write(context, event)
        if event.data["n"] == 3:
            reached.set()
            await asyncio.sleep(1)

    first = await make_process(following("toy", slow), look=NEVER)
    await shop.write(TOPIC, 5, first.relay)
    await asyncio.wait_for(reached.wait(), 10)
    await first.relay.close()
    assert await shop.seen() == []
    second = await make_process(following("toy", writing("toy")))
    assert await shop.until_seen(5) == [(TOPIC, n) for n in range(1, 6)]
    assert second.reports == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM shows",
        "SELECT * FROM shows WHERE id = $1",
        "SELECT * FROM shows -- workspace_id = $1",
        "SELECT * FROM shows /* workspace_id = $1 */",
        "SELECT 'workspace_id = $1' FROM shows",
        "SELECT * FROM shows WHERE workspace_id = $10",
        "SELECT * FROM shows WHERE other_workspace_ids = $1",
    ],
)
async def test_a_statement_that_names_no_workspace_is_refused(db: Database, statement: str) -> None:
    with pytest.raises(PluginError, match="names workspace_id"):
        await PooledData(uuid7(), db).fetch(statement)


async def test_a_statement_sees_the_workspace_that_it_is_for(db: Database, shop: Shop) -> None:
    data = PooledData(shop.id, db)
    await data.execute("INSERT INTO toy_seen (workspace_id, plugin, topic, seq) VALUES ($1, 'a', 'b', $2)", 1)
    assert [row["seq"] for row in await data.fetch("SELECT seq FROM toy_seen WHERE workspace_id = $1")] == [1]
    assert list(await PooledData(uuid7(), db).fetch("SELECT seq FROM toy_seen WHERE workspace_id = $1")) == []
