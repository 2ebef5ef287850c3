"""Which broadcast a stream is: waited for, chosen, pasted; and that two shows don't hear one by accident."""

from __future__ import annotations

import asyncio

import pytest

from dibs.errors import ConflictError, DuplicateError, InvalidInputError, NotFoundError
from dibs.ids import uuid7
from dibs.streams.sharing import lives_locked

from .conftest import Studio


async def test_a_show_that_waits_takes_the_broadcast_that_starts(studio: Studio) -> None:
    studio.server.go_live("1", status="scheduled")
    studio.server.go_live("2", status="ended")
    await studio.add("")
    await studio.run()
    await studio.until(lambda row: row.state == "waiting")
    live = studio.server.go_live("777")
    live.say("hello")
    await studio.heard(1)
    row = await studio.until(lambda row: row.state == "listening")
    assert (row.live_id, row.title, row.seller_ids) == ("777", "Friday live", ("page", "seller"))


async def test_with_several_broadcasts_somebody_chooses(studio: Studio) -> None:
    one, two = studio.server.go_live("1", title="One"), studio.server.go_live("2", title="Two")
    await studio.add("")
    await studio.run()
    row = await studio.until(lambda row: row.state == "choose")
    assert [choice["title"] for choice in row.choices] == ["One", "Two"]
    one.say("not this one")
    two.say("hello")
    ids = studio.workspace_id, studio.show_id, row.id
    await studio.streams.operators.choose(*ids, studio.actor, "2")
    assert [text for text, *_ in await studio.heard(1)] == ["hello"]
    row = await studio.until(lambda row: row.state == "listening")
    assert row.choices == ()
    await studio.streams.operators.choose(*ids, studio.actor, "1")
    assert [text for text, *_ in await studio.heard(2)] == ["hello", "not this one"]


async def test_a_broadcast_that_the_show_has_is_not_found_again(studio: Studio) -> None:
    studio.server.go_live("1")
    await studio.add("1")
    waiting = await studio.add("")
    with pytest.raises(DuplicateError):
        await studio.add("1")
    with pytest.raises(DuplicateError):
        await studio.add("")
    await studio.run()
    async with asyncio.timeout(20):
        while {row.state for row in await studio.rows()} != {"listening", "waiting"}:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    assert [row.live_id for row in await studio.rows() if row.id == waiting.id] == [""]


async def test_what_names_no_broadcast_is_refused(studio: Studio) -> None:
    for where in ("no such place!", "404"):
        with pytest.raises(InvalidInputError) as refused:
            await studio.add(where)
        assert refused.value.faults[0].path == "where"
    with pytest.raises(NotFoundError):
        await studio.add("", show_id=uuid7())
    with pytest.raises(NotFoundError):
        await studio.add("", connection_id=uuid7())
    assert await studio.rows() == []


async def test_two_shows_hear_one_broadcast_only_if_somebody_said_so(studio: Studio) -> None:
    live, second = studio.server.go_live(), await studio.new_show()
    await studio.add("777")
    await studio.add("777", show_id=second)
    await studio.run()
    with pytest.raises(ConflictError) as refused:
        await studio.run(show_id=second)
    assert refused.value.data["other_show_id"] == str(studio.show_id)
    [row] = await studio.rows(second)
    await studio.streams.operators.choose(studio.workspace_id, second, row.id, studio.actor, "777", shared=True)
    await studio.run(show_id=second)
    live.say("hello")
    await studio.heard(1)
    await studio.heard(1, second)


async def test_two_activations_at_once_are_not_both_allowed(studio: Studio) -> None:
    studio.server.go_live()
    second = await studio.new_show()
    await studio.add("777")
    await studio.add("777", show_id=second)
    results = await asyncio.gather(studio.run(), studio.run(show_id=second), return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["ConflictError", "NoneType"]


async def test_a_waiting_show_does_not_take_what_another_one_hears(studio: Studio) -> None:
    studio.server.go_live()
    second = await studio.new_show()
    await studio.add("777", show_id=second)
    await studio.run(show_id=second)
    await studio.add("")
    await studio.run()
    row = await studio.until(lambda row: row.state == "trouble")
    assert (row.trouble_reason, row.live_id) == ("taken", "")
    with pytest.raises(ConflictError):
        await studio.streams.operators.choose(studio.workspace_id, studio.show_id, row.id, studio.actor, "777")


async def test_changes_stand_in_the_audit_log(studio: Studio) -> None:
    studio.server.go_live()
    row = await studio.add("")
    ids = studio.workspace_id, studio.show_id, row.id, studio.actor
    await studio.streams.operators.choose(*ids, "777")
    await studio.streams.operators.retry(*ids)
    await studio.streams.operators.remove(*ids)
    sql = "SELECT action FROM audit_log WHERE workspace_id = $1 AND entity = 'stream' ORDER BY id"
    rows = await studio.runtime.db.hot_fetch(sql, studio.workspace_id)
    assert [r["action"] for r in rows] == ["stream.added", "stream.chosen", "stream.retried", "stream.removed"]


async def test_a_stream_of_another_workspace_is_not_there(studio: Studio) -> None:
    studio.server.go_live()
    row = await studio.add()
    operators, elsewhere = studio.streams.operators, uuid7()
    with pytest.raises(NotFoundError):
        await operators.retry(elsewhere, studio.show_id, row.id, studio.actor)
    with pytest.raises(NotFoundError):
        await operators.remove(elsewhere, studio.show_id, row.id, studio.actor)
    with pytest.raises(NotFoundError):
        await operators.remove(studio.workspace_id, uuid7(), row.id, studio.actor)
    assert len(await studio.rows()) == 1


async def test_whoever_waits_for_the_broadcasts_of_a_workspace_holds_no_connection(studio: Studio) -> None:
    db, ready, go = studio.runtime.db, asyncio.Event(), asyncio.Event()

    async def decide(first: bool) -> None:
        async with lives_locked(db, studio.workspace_id):
            if first:
                ready.set()
                await go.wait()

    deciding = [asyncio.create_task(decide(True))]
    await ready.wait()
    deciding += [asyncio.create_task(decide(False)) for _ in range(db.hot + 2)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(3):  # the lanes of all workspaces live on these connections
        await db.hot_fetch("SELECT 1")
    go.set()
    await asyncio.gather(*deciding)
