"""An event loop that does not wait: when all that happens next is that time passes, it has passed."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dibs import clock


class SkippingLoop(asyncio.SelectorEventLoop):
    """Its time runs on by itself, and jumps to the next timer while nothing is awaited from outside.

    Whoever waits for another process says so with `outside`: meanwhile nothing is skipped.
    """

    def __init__(self) -> None:
        self.skipped = 0.0
        self.awaited = 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Seconds that only rise, those that were skipped included."""
        return super().time() + self.skipped

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Around a wait for somebody else."""
        self.awaited += 1
        try:
            yield
        finally:
            self.awaited -= 1


@contextmanager
def skipping_loop() -> Iterator[SkippingLoop]:
    """Such a loop for the current thread; within the block `dibs.clock` tells its time."""
    loop, monotonic = SkippingLoop(), clock.monotonic
    clock.monotonic = loop.time
    try:
        yield loop
    finally:
        clock.monotonic = monotonic
        loop.close()


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: SkippingLoop) -> None:
        super().__init__()
        self._of = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, Any]]:
        """What is ready; if nothing is, the time until the next timer is over."""
        if timeout is None or timeout <= 0 or self._of.awaited:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self._of.skipped += timeout
        return ready
