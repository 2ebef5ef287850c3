"""How often a Page is asked for new comments."""

from __future__ import annotations

import random

import attrs

SHORTEST = 1.5
_FASTER, _SLOWER = 0.6, 1.25


@attrs.define
class Tempo:
    """Between half of what the workspace wants (never below 1.5 s) while comments come, and all of it while none do."""

    quiet: float
    _seconds: float = attrs.field(default=SHORTEST, init=False)

    def after(self, new: int, slowdown: float = 1.0) -> float:
        """Seconds until the next look, after one that brought so many comments; limits that come near multiply it."""
        quiet = max(SHORTEST, self.quiet)
        fastest = max(SHORTEST, quiet / 2)
        wanted = self._seconds * (_FASTER if new else _SLOWER)
        self._seconds = min(quiet, max(fastest, wanted))
        return self._seconds * max(1.0, slowdown) * random.uniform(1.0, 1.05)
