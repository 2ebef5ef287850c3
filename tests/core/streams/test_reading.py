"""A show hears its broadcast: from the start to the end, over every trouble, and goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest

from dibs.lane import commands
from dibs.models.comments import IncomingComment
from dibs.platforms import SourceBatch, StreamToRead
from dibs.shows.service import Shows
from dibs.streams.model import StreamRow
from dibs.streams.reader import Reader
from dibs.streams.words import what_to_do

from . import toy
from .conftest import Studio, settings_for, started
from .toy import ToyServer


async def test_a_running_show_hears_its_broadcast(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.item()
    stream = await studio.add()
    assert (stream.title, stream.alternate_ids, stream.seller_ids) == ("Friday live", ("v777",), ("page", "seller"))
    assert stream.state == "idle"
    live.say("sold 12")
    await studio.run()
    live.say("hello", "ben")
    assert [(text, verdict) for text, verdict, _ in await studio.heard(2)] == [
        ("sold 12", "claim"),
        ("hello", "ignored"),
    ]
    row = await studio.until(lambda row: row.state == "listening" and row.comments_seen == 2)
    assert (row.viewers, row.position) == (10, {"n": 2})
    assert row.last_look_at is not None
    told = [event["stream"]["state"] for event in await studio.events()]
    assert told[0] == "idle"
    assert "listening" in told


async def test_what_was_said_before_the_show_began_is_stored_only(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.item()
    await studio.add()
    live.say("sold 12", at=datetime.now(UTC) - timedelta(minutes=5))
    await studio.run()
    live.say("sold 12", "ben")
    first, second = await studio.heard(2)
    assert first == ("sold 12", "stored", "not_started")
    assert second[1] == "claim"


async def test_the_sellers_own_comments_never_claim(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.item()
    await studio.run()
    live.say("sold 12", "page")
    await studio.add()
    live.say("sold 12", "seller")
    assert {(verdict, reason) for _, verdict, reason in await studio.heard(2)} == {("ignored", "from_seller")}


async def test_a_paused_show_goes_on_listening_and_an_ended_one_stops(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.item()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    await studio.run("paused")
    live.say("sold 12")
    assert await studio.heard(1) == [("sold 12", "stored", "paused")]
    await studio.run("ended")
    live.say("sold 12", "ben")
    assert (await studio.heard(2))[1][1:] == ("stored", "ended")
    await studio.until(lambda row: row.state == "ended")
    asked = len(studio.server.asked)
    await asyncio.sleep(0.3)
    assert len(studio.server.asked) == asked
    assert not studio.streams.reading


async def test_the_end_of_the_broadcast_is_told_and_the_show_goes_on(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    for n in range(120):
        live.say(f"hello {n}")
    live.ended = True
    await studio.until(lambda row: row.state == "ended")
    assert len(await studio.stored()) == 120
    assert (await studio.events())[-1]["stream"]["state"] == "ended"
    live.ended = False
    live.say("sold 99")
    [row] = await studio.rows()
    await studio.streams.operators.retry(studio.workspace_id, studio.show_id, row.id, studio.actor)
    await studio.heard(121)


async def test_a_dead_token_is_told_and_after_reconnecting_nothing_is_missing(studio: Studio) -> None:
    _, token = await studio.connect()
    live = studio.server.go_live()
    await studio.item()
    await studio.add()
    await studio.run()
    live.say("hello")
    await studio.heard(1)
    studio.server.dead.add(token)
    row = await studio.until(lambda row: row.state == "trouble")
    assert (row.trouble_reason, row.trouble, row.connection_status) == ("token", "The token has ended.", "reconnect")
    last = (await studio.events())[-1]["stream"]["trouble"]
    assert last["what_to_do"].startswith("Connect the account again")
    live.say("sold 12", "ben")
    asked = len(studio.server.asked)
    await asyncio.sleep(0.3)
    assert len(studio.server.asked) == asked  # it is not asked again and again
    await studio.connect()
    assert [one[1] for one in await studio.heard(2)] == ["ignored", "claim"]
    await studio.until(lambda row: row.state == "listening")


async def test_a_busy_platform_is_left_alone_for_as_long_as_it_says(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    studio.server.status, studio.server.retry_after = 429, 2.0
    row = await studio.until(lambda row: row.state == "trouble")
    assert (row.trouble_reason, row.trouble) == ("try_again", "Toy is busy.")
    asked = len(studio.server.asked)
    await asyncio.sleep(0.5)
    assert len(studio.server.asked) == asked
    studio.server.status = None
    live.say("hello")
    await studio.streams.operators.retry(studio.workspace_id, studio.show_id, row.id, studio.actor)
    await studio.heard(1)


async def test_a_platform_that_fails_is_asked_again(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    studio.server.status = 500
    row = await studio.until(lambda row: row.state == "trouble")
    assert row.trouble == "Toy does not answer now."
    live.say("hello")
    studio.server.status = None
    await studio.heard(1)
    await studio.until(lambda row: row.state == "listening" and row.trouble is None)


async def test_a_broadcast_that_is_gone_is_tried_again_at_once_when_somebody_says_so(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    studio.server.status = 404
    row = await studio.until(lambda row: row.state == "trouble")
    assert row.trouble_reason == "gone"
    studio.server.status = None
    live.say("hello")
    await studio.streams.operators.retry(studio.workspace_id, studio.show_id, row.id, studio.actor)
    await studio.heard(1)


async def test_a_broadcast_that_is_gone_is_tried_again_by_itself(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    studio.server.status = 404
    row = await studio.until(lambda row: row.state == "trouble")
    assert "each minute" in what_to_do(row.trouble_reason or "")
    asked = len(studio.server.asked)
    while len(studio.server.asked) < asked + 2:
        await asyncio.sleep(0.02)
    assert (await studio.one()).trouble_at == row.trouble_at  # one trouble, told once
    studio.server.status = None
    live.say("hello")
    await studio.heard(1)
    await studio.until(lambda row: row.state == "listening" and row.trouble is None)


@pytest.mark.parametrize(("fault", "reason"), [("hangs", "silent"), ("crashes", "crash")])
async def test_an_adapter_that_hangs_or_falls_over_is_started_anew(studio: Studio, fault: str, reason: str) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    setattr(studio.server, fault, True)
    row = await studio.until(lambda row: row.state == "trouble")
    assert row.trouble_reason == reason
    assert "Toy" in (row.trouble or "")
    live.say("hello")
    setattr(studio.server, fault, False)
    await studio.heard(1)
    await studio.until(lambda row: row.state == "listening")


async def test_a_plugin_that_is_switched_off_stops_reading(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    await studio.runtime.flags.set_override(studio.workspace_id, "toy", False, studio.actor)
    row = await studio.until(lambda row: row.state == "trouble")
    assert row.trouble_reason == "plugin_off"
    live.say("hello")
    await studio.runtime.flags.set_override(studio.workspace_id, "toy", True, studio.actor)
    await studio.heard(1)


async def test_silence_with_viewers_is_an_alarm(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    live.say("hello")
    await studio.heard(1)
    row = await studio.until(lambda row: row.state == "quiet")
    assert row.quiet_at is not None
    live.say("again")
    await studio.until(lambda row: row.state == "listening")
    assert [event["stream"]["state"] for event in await studio.events()].count("quiet") >= 1
    live.viewers = 0
    await asyncio.sleep(1.5)
    assert (await studio.one()).state == "listening"


async def test_edits_and_removals_come_with_the_comments(studio: Studio) -> None:
    live = studio.server.go_live()
    await studio.item()
    await studio.add()
    await studio.run()
    first, second = live.say("sold 12"), live.say("sold 12", "ben")
    await studio.heard(2)
    live.edits, live.removals = [{"id": first, "text": "sold 13"}], [second]
    sql = "SELECT edited_text, removed_at IS NOT NULL FROM comments WHERE workspace_id = $1 ORDER BY comment_no"
    await studio.until(lambda row: row.position == {"n": 2})
    async with asyncio.timeout(20):
        while True:
            rows = await studio.runtime.db.hot_fetch(sql, studio.workspace_id)
            if [tuple(row) for row in rows] == [("sold 13", False), (None, True)]:
                break
            await asyncio.sleep(0.02)
    assert len(await studio.events("comment.edited")) == 1
    assert len(await studio.events("comment.removed")) == 1


async def test_a_stream_that_is_removed_brings_no_more(studio: Studio) -> None:
    live = studio.server.go_live()
    row = await studio.add()
    await studio.run()
    live.say("hello")
    await studio.heard(1)
    await studio.streams.operators.remove(studio.workspace_id, studio.show_id, row.id, studio.actor)
    live.say("again")
    async with asyncio.timeout(20):
        while studio.streams.reading:
            await asyncio.sleep(0.02)
    assert len(await studio.stored()) == 1
    assert await studio.events("stream.removed") == [{"stream_id": str(row.id)}]
    assert await studio.rows() == []


async def test_the_adapter_gets_what_the_workspace_has_set(studio: Studio) -> None:
    studio.server.go_live()
    await studio.add()
    rules = {"plugins": {"toy": {"colour": "green"}}}
    hooks = await studio.runtime.flags.hooks_for(studio.workspace_id)
    merged = await Shows(studio.runtime.db).rules(studio.workspace_id, rules, hooks)
    edited = commands.edit_show(rules=rules, merged=merged)
    await studio.runtime.lanes.command(studio.workspace_id, studio.show_id, edited)
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    assert studio.runtime.platforms.named("toy").colours == ["green"]  # type: ignore[attr-defined]


async def test_another_process_takes_over_where_the_first_one_was(
    studio: Studio, server: ToyServer, database_url: str, tmp_path: Path
) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    live.say("hello 1")
    await studio.heard(1)
    other = await started(settings_for(server, database_url, tmp_path))
    try:
        await asyncio.sleep(1.2)
        assert (len(studio.streams.reading), len(other.streams.reading)) == (1, 0)
        await studio.streams.close()
        live.say("hello 2")
        await studio.heard(2)
        assert len(other.streams.reading) == 1
        assert [text for text, *_ in await studio.stored()] == ["hello 1", "hello 2"]
        assert (await studio.one()).comments_seen == 2
    finally:
        await other.close()


@pytest.mark.parametrize("broken", ["text", "position", "viewers"])
async def test_what_can_not_be_stored_harms_its_own_stream_alone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    live.say("hello")
    await studio.heard(1)
    adapter, whole = studio.runtime.platforms.named("toy"), toy.Toy.comments

    async def comments(self: toy.Toy, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        async for batch in whole(self, stream):
            if broken == "text":
                yield attrs.evolve(batch, comments=(IncomingComment("toy", None, datetime.now(UTC), "x"),))  # type: ignore[arg-type]
            elif broken == "position":
                yield attrs.evolve(batch, position={"n": "\0"})
            else:
                yield attrs.evolve(batch, viewers=1 << 40)

    with monkeypatch.context() as patch:
        patch.setattr(type(adapter), "comments", comments)
        [row] = await studio.rows()
        await studio.streams.operators.retry(studio.workspace_id, studio.show_id, row.id, studio.actor)
        if broken == "viewers":
            await studio.until(lambda row: row.viewers == 2**31 - 1)
        else:
            row = await studio.until(lambda row: row.state == "trouble")
            assert row.trouble_reason == "crash"
        said = IncomingComment("api", "from elsewhere", datetime.now(UTC), "e1")
        assert (await studio.runtime.lanes.ingest(studio.workspace_id, studio.show_id, [said])).outcomes[0].comment_no
    live.say("again")
    await studio.heard(3)


async def test_a_show_that_ends_while_the_platform_asks_to_wait_waits(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, look = [0], Reader._once

    async def counted(self: Reader, row: StreamRow) -> None:
        looks[0] += 1
        await look(self, row)

    monkeypatch.setattr(Reader, "_once", counted)
    studio.server.go_live()
    await studio.add()
    await studio.run()
    await studio.until(lambda row: row.state == "listening")
    studio.server.status, studio.server.retry_after = 429, 3.0
    await studio.until(lambda row: studio.streams.parts.holds.left(row.platform, studio.connection_id) > 0)
    await studio.run("ended")
    await studio.until(lambda row: row.state == "ended")
    assert looks[0] < 30, looks
