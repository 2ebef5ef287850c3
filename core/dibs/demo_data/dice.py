"""Chance that falls alike on every machine and Python: `Random.random()` alone, whose stream is promised."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def share(self) -> float:
        """A number from 0 up to 1."""
        return self._random.random()

    def chance(self, share: float) -> bool:
        """True in `share` of all cases."""
        return self.share() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self.share() * len(choices))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different ones of the choices, in random order."""
        marked = sorted((self.share(), place) for place in range(len(choices)))
        return [choices[place] for _, place in marked[:count]]

    def soon(self, span: float) -> float:
        """A delay below `span`, mostly short: what people do when they hurry."""
        share = self.share()
        return span * share * share * share
