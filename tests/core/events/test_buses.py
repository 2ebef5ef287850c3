"""Several hubs on one database, as several processes have: with the bus, with the bus cut, without one."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import attrs
import pytest

from dibs.db import Database
from dibs.errors import SettingsError
from dibs.events import hub as hub_module
from dibs.events.buses import MemoryBus, event_bus
from dibs.events.hub import Hub
from dibs.events.postgres_bus import MOST_BYTES, PostgresBus, _messages, _read
from dibs.ids import uuid7
from dibs.settings import Settings

from .conftest import HubMaker, Topic, collect, consecutive, until

WRITER = Path(__file__).parent / "writer_process.py"


@attrs.define
class Pair:
    """The hub that writes and the hub that listens."""

    writer: Hub
    listener: Hub
    bus: PostgresBus


@pytest.fixture
async def pair(make_hub: HubMaker, database_url: str) -> AsyncIterator[Pair]:
    here, there = PostgresBus(database_url), PostgresBus(database_url)
    yield Pair(await make_hub(here), await make_hub(there), there)


async def _cut(db: Database) -> None:
    await db.hot_fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'dibs bus' AND datname = current_database()"
    )


async def test_a_ring_reaches_the_other_process_at_once(pair: Pair, topic: Topic) -> None:
    await until(lambda: pair.bus.healthy)
    start = await topic.where()
    took = []
    async with topic.listen(pair.listener, start) as client:
        for _ in range(10):
            before = monotonic()
            await topic.write(1, pair.writer)
            await client.take()
            took.append(monotonic() - before)
    assert sorted(took)[5] < hub_module.POLL_SECONDS / 3, f"the poll found it, not the ring: {took}"


async def test_with_the_bus_cut_clients_still_converge(pair: Pair, topic: Topic, db: Database) -> None:
    await until(lambda: pair.bus.healthy)
    start = await topic.where()
    listening = asyncio.create_task(collect(topic.listen(pair.listener, start), upto=60))
    await until(lambda: pair.listener.subscribers == 1)
    for round_ in range(6):
        if round_ in (1, 3):
            await _cut(db)
        await topic.write(10, pair.writer)
        await asyncio.sleep(0.05)
    assert consecutive((await listening).numbers, 1, 60)
    await until(lambda: pair.bus.healthy, 20)  # a connection that hangs as it dies is given up after 5 s


async def test_a_bus_that_never_connects_costs_time_and_no_event(make_hub: HubMaker, topic: Topic) -> None:
    bus = PostgresBus("postgresql://nobody@127.0.0.1:1/nothing")
    hub = await make_hub(bus)
    start = await topic.where()
    listening = asyncio.create_task(collect(topic.listen(hub, start), upto=3, seconds=3))
    await until(lambda: hub.subscribers == 1)
    await topic.write(3)
    assert (await listening).numbers == [1, 2, 3]
    assert not bus.healthy


@pytest.mark.race
async def test_three_processes_write_and_every_client_hears_all_of_it_once(
    pair: Pair, topic: Topic, database_url: str
) -> None:
    start = await topic.where()
    clients = [
        asyncio.create_task(collect(topic.listen(hub, start), upto=900, seconds=30))
        for hub in (pair.writer, pair.listener)
        for _ in range(5)
    ]
    await until(lambda: pair.writer.subscribers == pair.listener.subscribers == 5)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, str(WRITER), database_url, str(topic.workspace_id), topic.name, "300"
        )
        for _ in range(3)
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    for heard in await asyncio.gather(*clients):
        assert consecutive([int(n) for n in heard.numbers], 1, 900)


def test_many_topics_are_packed_below_what_postgres_takes() -> None:
    rung = {(uuid7(), f"show:{uuid7()}"): n for n in range(500)}
    messages = list(_messages("me", rung))
    assert max(len(message.encode()) for message in messages) < MOST_BYTES + 100
    assert len(messages) < 20
    assert {(w, t): n for message in messages for w, t, n in _read(message, "you")} == rung
    assert [ring for message in messages for ring in _read(message, "me")] == []


@pytest.mark.parametrize("message", ["", "[]", "nonsense", '["you",["x","y",1]]', '["you",[1]]', "7", '{"a":1}'])
def test_a_message_of_somebody_else_is_no_ring(message: str) -> None:
    assert list(_read(message, "me")) == []


def test_auto_takes_the_bus_that_the_processes_need() -> None:
    url = "postgresql://localhost/x"
    assert isinstance(event_bus("auto", Settings()), MemoryBus)
    assert isinstance(event_bus("auto", Settings(workers=2, database_url=url)), PostgresBus)
    assert isinstance(event_bus("postgres", Settings(database_url=url)), PostgresBus)
    assert event_bus("redis", Settings()) is None
    with pytest.raises(SettingsError):
        event_bus("postgres", Settings())
