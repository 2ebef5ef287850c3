"""What viewers say in a show on two platforms: the same in every run with the same seed.

The show goes in turns. In a turn each *slow* item gets one comment at most, and the next turn begins when all of them
were heard: so whoever is first at a slow item is first by more than any delay. A *rush* is a contested item whose
claims are a second apart. Rushes on calm items come while nothing is disturbed; those on stormy items come when much
is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Literal

import attrs

Platform = Literal["facebook", "instagram"]
PLATFORMS: tuple[Platform, ...] = ("facebook", "instagram")
TURNS = 8
CALM_RUSHES = {1: ("21", "22"), 7: ("23", "24")}
STORM_TURN = 3
SLOW = {"11": 1, "12": 2, "13": 1, "14": 3, "15": 2, "16": 1}
CALM = {"21": 3, "22": 3, "23": 2, "24": 2}
STORMY = {"31": 3, "32": 3, "33": 4}
STOCK = SLOW | CALM | STORMY
RUSH, CHATTER, MUCH_CHATTER = 8, 12, 60
_CLAIMS = ("sold {}", "SOLD #{}", "{} sold", "sold {} please", "Sold {} 🙏")
_TALK = (
    "so pretty",
    "boa noite ❤️",
    "which size is that?",
    "is {} still there?",
    "не плохо",
    "ganda naman po",
    "hola a todos",
)


@attrs.frozen
class Line:
    """Somebody's words, `after` so many seconds; the names of `masked` viewers are hidden by the platform."""

    platform: Platform
    who: str
    text: str
    after: int = 0
    host: bool = False
    masked: bool = False
    sticker: bool = False
    chatter: bool = False


@attrs.frozen
class Turn:
    """What is said before everybody waits until it was heard."""

    number: int
    lines: tuple[Line, ...]


def write(seed: int) -> tuple[Turn, ...]:
    """The script of a show."""
    rng = random.Random(seed)
    slow = {item: _Slow(item, number, rng) for number, item in enumerate(SLOW)}
    return tuple(Turn(number, tuple(_turn(number, slow, rng))) for number in range(TURNS))


def _turn(number: int, slow: dict[str, _Slow], rng: random.Random) -> Iterator[Line]:
    if number in CALM_RUSHES:
        for item, platform in zip(CALM_RUSHES[number], PLATFORMS, strict=True):
            yield from _rush(item, (platform,), rng)
        return
    yield from (one.next() for one in slow.values())
    yield from _talk(number, MUCH_CHATTER if number == STORM_TURN else CHATTER, rng)
    if number == STORM_TURN:
        yield from _rush("31", ("facebook",), rng)
        yield from _rush("32", ("instagram",), rng)
        yield from _rush("33", PLATFORMS, rng)


def _rush(item: str, platforms: tuple[Platform, ...], rng: random.Random) -> Iterator[Line]:
    for number in range(RUSH):
        yield Line(rng.choice(platforms), f"Rui {item} {number}", rng.choice(_CLAIMS).format(item), after=1)


def _talk(turn: int, count: int, rng: random.Random) -> Iterator[Line]:
    for number in range(count):
        platform, text = rng.choice(PLATFORMS), rng.choice(_TALK).format(rng.choice(tuple(STOCK)))
        yield Line(platform, f"Tia {turn} {number}", text, chatter=True)
    yield Line("facebook", f"Sara {turn}", "", sticker=True)
    yield Line(rng.choice(PLATFORMS), "", f"sold {rng.choice(tuple(SLOW))} to the lady in red", host=True)
    yield Line("facebook", f"Nobody {turn}", f"sold {rng.choice(tuple(SLOW))}", masked=True)


@attrs.define
class _Slow:
    """Who has come to one item so far, and what is said next."""

    item: str
    number: int
    rng: random.Random
    came: list[tuple[Platform, str]] = attrs.field(factory=list)

    def next(self) -> Line:
        act = self.rng.random()
        if self.came and act < 0.25:
            return Line(*self.rng.choice(self.came), f"pass {self.item}")
        if self.came and act < 0.35:
            return Line(*self.rng.choice(self.came), f"sold {self.item}")
        platform = self.rng.choice(PLATFORMS)
        self.came.append((platform, f"Lea {self.item} {len(self.came)}"))
        words = self.rng.choice(_CLAIMS).format(self.item)
        return Line(*self.came[-1], f"sold {self.item} x2" if act > 0.9 else words)
