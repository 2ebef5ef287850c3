"""The simulator's own time, which a test can move."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import attrs


@attrs.define
class Clock:
    """Real time plus an offset, or a time that stands still until it is moved."""

    _offset: float = 0.0
    _frozen: float | None = None
    _moved: list[Callable[[], None]] = attrs.field(factory=list)

    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self._offset if self._frozen is None else self._frozen

    def second(self) -> int:
        """Whole unix seconds."""
        return int(self.now())

    def move(self, seconds: float) -> None:
        """Let that much time pass at once; what is due meanwhile happens."""
        if self._frozen is None:
            self._offset += seconds
        else:
            self._frozen += seconds
        for tell in self._moved:
            tell()

    def freeze(self, at: float | None = None) -> None:
        """Stand still, at a given time or now."""
        self._frozen = self.now() if at is None else at
        for tell in self._moved:
            tell()

    def run(self) -> None:
        """Go on from the time at which it stands."""
        if self._frozen is not None:
            self._offset, self._frozen = self._frozen - time.time(), None

    def on_move(self, tell: Callable[[], None]) -> None:
        """Be told when time was moved."""
        self._moved.append(tell)


def iso_text(seconds: float) -> str:
    """Meta's spelling of a time: whole seconds and an offset without a colon."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
