"""Who is in the demo: the viewers, how each of them writes, and when they are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs

from dibs.demo_data.dice import Dice


@attrs.frozen(eq=False)
class Viewer:
    """A viewer: `eager` ones claim more; nobody writes before `joins` or after `leaves` (seconds)."""

    user_id: str
    name: str
    language: str
    eager: float
    joins: int
    leaves: int


def make_cast(phrases: Mapping[str, Any], dice: Dice, seconds: int) -> list[Viewer]:
    """All viewers, with names that occur once."""
    cast: list[Viewer] = []
    for language, words in phrases.items():
        if not isinstance(words, dict) or "viewers" not in words:
            continue
        glue = "" if language == "zh-Hant" else " "
        names = (
            [last + glue + first for last in words["first"] for first in words["last"]]
            if language == "vi"
            else [first + glue + last for first in words["first"] for last in words["last"]]
        )
        for name in dice.some(names, words["viewers"]):
            cast.append(_viewer(name, language, dice, seconds))
    return cast


def _viewer(name: str, language: str, dice: Dice, seconds: int) -> Viewer:
    joins = int(dice.soon(seconds * 0.7)) if dice.chance(0.8) else dice.whole(0, seconds * 7 // 10)
    leaves = seconds if dice.chance(0.7) else dice.whole(min(joins + 240, seconds), seconds)
    user_id = f"7{dice.whole(10**14, 10**15 - 1)}"
    return Viewer(user_id, name, language, 0.15 + dice.share() * dice.share(), joins, leaves)


class Tongue:
    """Finds something to say that was not said a moment ago."""

    def __init__(self, phrases: Mapping[str, Any], dice: Dice) -> None:
        self._phrases, self._dice = phrases, dice
        self._said: Counter[str] = Counter()

    def say(self, language: str, kind: str, **words: str) -> str:
        """A phrase of that kind; but for claims, which all look alike, the least used of three at random."""
        choices = self._phrases[language][kind]
        drawn = [self._dice.pick(choices) for _ in range(1 if kind == "claims" else 3)]
        return self._fill(language, min(drawn, key=lambda choice: self._said[choice]), words)

    def all_of(self, language: str, kind: str) -> list[str]:
        """Every phrase of that kind, in the order of the file."""
        return [self._fill(language, phrase, {}) for phrase in self._phrases[language][kind]]

    def _fill(self, language: str, phrase: str, words: Mapping[str, str]) -> str:
        self._said[phrase] += 1
        emoji: str = self._dice.pick(self._phrases["emoji"])
        place: str = self._dice.pick(self._phrases[language].get("places", [""]))
        return phrase.format(e=emoji, p=place, **words)
