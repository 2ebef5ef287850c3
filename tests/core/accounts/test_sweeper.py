"""What runs in the background goes on when it fails, and is done once more at the end."""

import asyncio

import pytest

from dibs.accounts import sweeper
from dibs.accounts.sweeper import Sweeper


async def test_a_round_that_fails_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "_MINUTE", 0.001)
    minutes: list[int] = []
    swept = asyncio.Event()

    async def every_minute() -> None:
        minutes.append(1)
        raise OSError("the database is away")

    async def sweep() -> None:
        swept.set()

    running = Sweeper(every_minute, [every_minute, sweep])
    running.start()
    async with asyncio.timeout(10):
        await swept.wait()
    before = len(minutes)
    await running.close()
    assert before >= 11
    assert len(minutes) == before + 1


async def test_what_was_not_started_does_nothing_at_its_end() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    await Sweeper(work, []).close()
    assert done == []
