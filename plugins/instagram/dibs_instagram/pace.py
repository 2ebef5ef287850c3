"""How often is asked for comments."""

from __future__ import annotations

import attrs

SHORTEST, USUAL, LONGEST = 0.3, 1.0, 10.0
# An answer holds fifty: more than these in one, and the next one might need a second call.
_MANY, _FEW = 35, 15


@attrs.define
class Pace:
    """A second while comments come, less while very many do, up to the workspace's own wish while it is quiet."""

    quiet: float
    _seconds: float = attrs.field(factory=lambda: USUAL, init=False)

    def after(self, new: int, strain: float = 1.0) -> float:
        """Seconds until the next look, after one that brought so many comments.

        :param strain: by how much the limits of the platform slow us down, 1 for not at all.
        """
        quiet = min(max(self.quiet, USUAL), LONGEST)
        if new > _MANY:
            self._seconds = max(SHORTEST, min(self._seconds, USUAL) * 0.6)
        elif new > _FEW:
            self._seconds = min(self._seconds, USUAL)
        elif new:
            self._seconds = (self._seconds + USUAL) / 2
        else:
            self._seconds = min(quiet, self._seconds * 1.3)
        return min(self._seconds * max(strain, 1.0), max(LONGEST, self._seconds))

    def again(self) -> float:
        """Seconds until a second look, after one that found no broadcast."""
        return min(self._seconds, USUAL)
