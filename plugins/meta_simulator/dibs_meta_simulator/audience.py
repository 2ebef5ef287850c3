"""Viewers who write under broadcasts: by a script, or at random in many languages."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import attrs

from dibs.demo_data import demo_items_path
from dibs.demo_data.cast import Tongue, Viewer, make_cast
from dibs.demo_data.dice import Dice

if TYPE_CHECKING:
    from dibs_meta_simulator.world import World

# What people write, in a hundred comments; the rest is talk.
_KINDS = (("claims", 45), ("many", 52), ("passes", 56), ("questions", 68), ("typos", 70), ("traps", 73), ("hellos", 78))
_HOST = 0.02  # how much the seller writes
_ALWAYS = 10_000_000
_SHOWN, _ON_NOW = 30.0, 0.8  # how long an item is shown, and how many claims are for it


def demo_codes() -> tuple[str, ...]:
    """The items of the demo, in the order in which they are shown."""
    with demo_items_path().open(encoding="utf-8", newline="") as lines:
        return tuple(dict.fromkeys(row["item_number"] for row in csv.DictReader(lines)))


Said = tuple[float, str, str | None, str]
"""Second, broadcast, who (None for the seller), text."""


@attrs.frozen
class ScriptLine:
    """Somebody's words, so many seconds after the audience began."""

    second: float
    who: str
    text: str


@attrs.define(eq=False)
class Audience:
    """Viewers of some broadcasts at once.

    Attributes:
        lives: where they write; each viewer keeps to one.
        script: what is said, and then no more; empty for random talk.
        rate: comments a second of random talk, over all broadcasts.
        codes: the items that they want, mostly the one that is shown now, each for half a minute.
        seed: the same seed, the same comments, at the same distance from the beginning.
        lasts: seconds until they fall silent, None for the end of the broadcasts.
    """

    world: World
    lives: tuple[str, ...]
    script: Sequence[ScriptLine] = ()
    rate: float = 2.0
    codes: Sequence[str] = attrs.field(factory=demo_codes)
    seed: int = 1
    lasts: float | None = None
    cast: list[Viewer] = attrs.field(init=False, factory=list)
    said: int = attrs.field(init=False, default=0)
    _on: bool = attrs.field(init=False, default=False)
    _dice: Dice = attrs.field(init=False)
    _tongue: Tongue = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        phrases = tomllib.loads((files("dibs.demo_data") / "phrases.toml").read_text(encoding="utf-8"))
        self._dice = Dice(self.seed)
        self._tongue = Tongue(phrases, self._dice)
        self.cast = make_cast(phrases, self._dice, _ALWAYS)

    def start(self) -> None:
        """Begin now, on the world's clock."""
        self._on = True
        begun = self.world.clock.now()
        lines = self._scripted() if self.script else self._random()
        self._await(lines, begun)

    def stop(self) -> int:
        """Fall silent; returns how much was said."""
        self._on = False
        return self.said

    def _await(self, lines: Iterator[Said], begun: float) -> None:
        line = next(lines, None)
        if line is not None and (self.lasts is None or line[0] < self.lasts):
            self.world.schedule.at(begun + line[0], lambda: self._say(line, lines, begun))

    def _say(self, line: Said, lines: Iterator[Any], begun: float) -> None:
        second, live_id, who, text = line
        if not self._on:
            return
        if self.world.lives.live(live_id).on_air:
            author = self.world.lives.host(live_id) if who is None else who
            self.world.lives.comment(live_id, author, text, at=begun + second)
            self.said += 1
        elif not any(self.world.lives.live(one).on_air for one in self.lives):
            return
        self._await(lines, begun)

    def _scripted(self) -> Iterator[Said]:
        for line in sorted(self.script, key=lambda line: line.second):
            yield line.second, self.lives[hash_of(line.who) % len(self.lives)], line.who, line.text

    def _random(self) -> Iterator[Said]:
        second = 0.0
        while True:
            second += (0.2 + 1.6 * self._dice.share()) / self.rate
            if self._dice.chance(_HOST):
                yield second, self._dice.pick(self.lives), None, self._tongue.say("host", "thanks")
                continue
            place = self._dice.whole(0, len(self.cast) - 1)
            viewer = self.cast[place]
            yield second, self.lives[place % len(self.lives)], viewer.name, self._words(viewer.language, second)

    def _words(self, language: str, second: float) -> str:
        throw = self._dice.whole(0, 99)
        kind = next((name for name, below in _KINDS if throw < below), "chatter")
        shown = self.codes[int(second // _SHOWN) % len(self.codes)]
        code = shown if self._dice.chance(_ON_NOW) else self._dice.pick(self.codes)
        words = {"c": code, "q": str(self._dice.whole(2, 3)), "n": "dress"}
        return self._tongue.say(language, kind, **words)


def hash_of(text: str) -> int:
    """A number for a text, the same in every run."""
    return sum(text.encode())
