"""Clients that don't read, a database that goes away or is set back."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dibs.db import Database
from dibs.events import hub as hub_module
from dibs.events.hub import Hub
from dibs.settings import Settings

from .conftest import Topic, collect, consecutive, until
from .live import Live, Person, next_event, running


async def _silent(live: Live, who: Person, path: str) -> asyncio.StreamWriter:
    """Open a stream and never read from it."""
    place = urlsplit(live.base)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=1024)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {who.token}\r\n\r\n".encode())
    await writer.drain()
    assert b"200" in await reader.readline()
    return writer


async def test_clients_that_do_not_read_are_given_up_and_the_others_go_on(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "GUARD_SECONDS", 0.2)
    settings = Settings(database_url=database_url, data_dir=tmp_path, shutdown_seconds=1, log_level="error")
    async with running(settings) as live:
        ana = await live.person()
        show = await live.show(ana)
        hub = live.app.runtime.hub
        silent = [await _silent(live, ana, f"/api/shows/{show}/stream") for _ in range(3)]
        await until(lambda: hub.subscribers == 3)
        async with live.stream(show, headers=ana.headers) as answer:
            await until(lambda: hub.subscribers == 4)
            heard = 0
            async with asyncio.timeout(20):
                while hub.subscribers > 1:  # the kernel takes some megabytes for the silent ones first
                    await live.say(ana, show, *["x" * 20_000] * 10)
                    for _ in range(10):
                        heard += 1
                        assert (await next_event(answer))["id"].endswith(f":{heard}")
            await live.say(ana, show, "still here")
            assert (await next_event(answer))["data"] == '{"text":"still here"}'
        for writer in silent:
            writer.close()


async def test_a_listener_survives_the_loss_of_every_connection(hub: Hub, topic: Topic, db: Database) -> None:
    start = await topic.where()
    listening = asyncio.create_task(collect(topic.listen(hub, start), upto=40))
    await until(lambda: hub.subscribers == 1)
    other = Database(db.url, hot=2)
    await other.connect()
    away = Topic(other, topic.workspace_id, topic.name)
    for _ in range(4):
        await away.write(10)
        await other.hot_fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'dibs'"
        )
        await asyncio.sleep(0.1)
    assert consecutive((await listening).numbers, 1, 40)
    await other.close()


async def test_a_database_that_was_set_back_resets_everybody(hub: Hub, topic: Topic, db: Database) -> None:
    start = await topic.where()
    listening = asyncio.create_task(collect(topic.listen(hub, start)))
    await until(lambda: hub.subscribers == 1)
    await topic.write(5, hub)
    await asyncio.sleep(0.1)
    await db.hot_fetch("DELETE FROM outbox WHERE topic = $1 AND seq > 2", topic.name)
    await db.hot_fetch("UPDATE topics SET last_seq = 2 WHERE topic = $1", topic.name)
    heard = await listening
    assert heard.numbers == [1, 2, 3, 4, 5]
    assert heard.notices == ["reset gap"]


async def test_a_hub_that_was_told_of_events_that_never_were_does_not_spin(hub: Hub, topic: Topic) -> None:
    here = await topic.write(2, hub)
    async with topic.listen(hub, here):
        channel = next(iter(hub._channels.values()))
        channel.sent_seq = channel.last_seq = 50
        heard = await collect(topic.listen(hub, here), seconds=5)
    assert heard.notices == ["reset gap"]
