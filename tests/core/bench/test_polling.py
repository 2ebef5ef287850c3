"""The measurement of polling counts what it says, at a time that is skipped."""

from __future__ import annotations

import asyncio
import time

from dibs import clock
from dibs.bench.polling import RATE, listen
from dibs.bench.skipping import skipping_loop

MINUTES = 2


async def test_a_busy_broadcast_is_read_whole_and_within_the_budget() -> None:
    seconds = 60 * MINUTES
    done = await listen(seconds)
    assert done.heard.count(1) == len(done.heard) == seconds * RATE
    made = sum(done.calls.values())
    print(f"{made} calls in {MINUTES} minutes, {done.memory[0]:.0f} MB, then {done.memory[-1]:.0f} MB")
    assert 0 < made <= 6000 * seconds / 3600 + 40  # the end is read once more


def test_time_is_skipped_but_not_while_somebody_else_is_waited_for() -> None:
    async def wait() -> float:
        began = clock.monotonic()
        await asyncio.sleep(3600)
        return clock.monotonic() - began

    async def wait_outside() -> float:
        began = time.monotonic()
        with loop.outside():
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    real = clock.monotonic
    with skipping_loop() as loop:
        assert 3600 <= loop.run_until_complete(wait()) < 3660
        assert loop.run_until_complete(wait_outside()) >= 0.04
    assert clock.monotonic is real
