"""What is to happen later, on the simulator's clock."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterator
from itertools import count

import attrs

from dibs_meta_simulator.clock import Clock

_log = logging.getLogger(__name__)


@attrs.define(eq=False)
class Schedule:
    """Runs each thing once, in order of time, as soon as somebody looks after its time."""

    clock: Clock
    _waiting: list[tuple[float, int, Callable[[], object]]] = attrs.field(factory=list)
    _numbers: Iterator[int] = attrs.field(factory=count)

    def at(self, when: float, act: Callable[[], object]) -> None:
        """Do something at a time."""
        heapq.heappush(self._waiting, (when, next(self._numbers), act))

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something in a while."""
        self.at(self.clock.now() + seconds, act)

    def run_due(self) -> int:
        """Do what is due; returns how many things that were."""
        done = 0
        while self._waiting and self._waiting[0][0] <= self.clock.now():
            _, _, act = heapq.heappop(self._waiting)
            try:
                act()
            except Exception:  # one thing that can't happen any more must not stop the rest
                _log.exception("scheduled act failed")
            done += 1
        return done

    def next_due(self) -> float | None:
        """When something is due next."""
        return self._waiting[0][0] if self._waiting else None

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()
