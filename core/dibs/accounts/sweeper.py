"""What is done in the background for accounts: forgetting what has expired, writing down who was seen."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence

import attrs
import structlog

log = structlog.get_logger("dibs.accounts")
_MINUTE = 60.0
_SWEEP_EVERY = 10
Work = Callable[[], Awaitable[None]]


@attrs.define(eq=False)
class Sweeper:
    """Runs `every_minute` each minute, and `sweeps` each ten minutes; what fails is tried again in the next round."""

    every_minute: Work
    sweeps: Sequence[Work]
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="accounts sweeper")

    async def close(self) -> None:
        """Stop, after what happens each minute was done once more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await _try(self.every_minute)

    async def _run(self) -> None:
        for minute in itertools.count(1):
            await asyncio.sleep(_MINUTE)
            await _try(self.every_minute)
            if minute % _SWEEP_EVERY == 0:
                for sweep in self.sweeps:
                    await _try(sweep)


async def _try(work: Work) -> None:
    try:
        await work()
    except Exception as error:
        log.warning("sweep_failed", problem=repr(error))
