"""The simulator's own time, which a test can move."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

import attrs


class Due(Protocol):
    """What is to happen at times of the clock."""

    def next_due(self) -> float | None:
        """When, None for never."""

    def run_due(self) -> int:
        """Let happen what is due."""


@attrs.define
class Clock:
    """Real time plus an offset, or a time that stands still until it is moved."""

    _offset: float = 0.0
    _frozen: float | None = None
    _due: Due | None = None

    def follow(self, due: Due) -> None:
        """Let this happen as time is moved."""
        self._due = due

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._offset if self._frozen is None else self._frozen

    def second(self) -> int:
        """Whole unix seconds."""
        return int(self.now())

    def move(self, seconds: float) -> None:
        """Let that much time pass at once; what is due meanwhile happens, each thing at its time."""
        until = self.now() + seconds
        while self._due is not None and (due := self._due.next_due()) is not None and due <= until:
            self._forward(due)
            self._due.run_due()
        self._forward(until)

    def freeze(self, at: float | None = None) -> None:
        """Stand still, at a given time or now."""
        self._frozen = self.now() if at is None else at

    def run(self) -> None:
        """Go on from the time at which it stands."""
        if self._frozen is not None:
            self._offset, self._frozen = self._frozen - time.time(), None

    def _forward(self, to: float) -> None:
        if self._frozen is not None:
            self._frozen = max(self._frozen, to)
        else:
            self._offset = max(self._offset, to - time.time())


def iso_text(seconds: float) -> str:
    """Meta's spelling of a time: whole seconds and an offset without a colon."""
    return _iso_text(int(seconds))


@lru_cache(4096)
def _iso_text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
