"""Two processes fight for one stream: who was replaced while it slept writes nothing when it wakes up."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from ..core.streams import crew
from ..core.streams.conftest import Studio, studio_without_readers
from ..core.streams.toy import toy_server

pytestmark = pytest.mark.race


@pytest.fixture
async def studio(database_url: str, tmp_path: Path) -> AsyncIterator[Studio]:
    async with toy_server() as server, studio_without_readers(server, database_url, tmp_path) as made:
        yield made


async def sleeper(studio: Studio, folder: Path, *, weak: bool) -> tuple[str, dict[str, int], int]:
    """One process is suspended before it writes that ten comments were read; another one reads fifty meanwhile. What
    the first one's write came to, and position and count of the stream after that."""
    live = studio.server.go_live()
    for n in range(10):
        live.say(f"hello {n}")
    await studio.add()
    await studio.run()
    first = await crew.start(studio.runtime.db, studio.server, folder, stop_at={"n": 10}, weak=weak)
    async with asyncio.timeout(30):
        while psutil.Process(first.pid).status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.02)
    second = await crew.start(studio.runtime.db, studio.server, folder)
    for n in range(40):
        live.say(f"again {n}")
    try:
        await studio.until(lambda row: row.position == {"n": 50}, 60)
        studio.server.hangs = True
        asked = -1
        while asked != len(studio.server.asked):  # its last look has been written
            asked = len(studio.server.asked)
            await asyncio.sleep(0.5)
        os.kill(first.pid, signal.SIGCONT)
        came_to = await first.line()
        row = await studio.one()
        return came_to, dict(row.position), row.comments_seen
    finally:
        studio.server.hangs = False
        await first.end()
        await second.end()


async def test_who_was_replaced_writes_no_position(studio: Studio, tmp_path: Path) -> None:
    assert await sleeper(studio, tmp_path, weak=False) == ("refused", {"n": 50}, 50)
    assert len(await studio.stored()) == 50
    await studio.assert_clean()


async def test_without_the_guard_the_position_goes_back(studio: Studio, tmp_path: Path) -> None:
    assert await sleeper(studio, tmp_path, weak=True) == ("written", {"n": 10}, 50)


async def test_of_four_processes_one_reads(studio: Studio, tmp_path: Path) -> None:
    live = studio.server.go_live()
    await studio.add()
    await studio.run()
    members = await asyncio.gather(*(crew.start(studio.runtime.db, studio.server, tmp_path) for _ in range(4)))
    try:
        for n in range(200):
            live.say(f"hello {n}")
            await asyncio.sleep(0.005)
        await studio.heard(200)
        row = await studio.until(lambda row: row.position == {"n": 200})
        assert row.comments_seen == 200
        leases = await studio.runtime.db.hot_fetch("SELECT fence FROM stream_leases")
        assert [one["fence"] for one in leases] == [1]
    finally:
        await asyncio.gather(*(member.end() for member in members))
    assert len(set(await studio.stored())) == 200
