"""Who sits in the simulated audience: the cast of the demo, and the languages that they speak."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from dibs.demo_data.cast import Viewer, make_cast
from dibs.demo_data.dice import Dice

OTHERS = 0.15
_SECONDS = 3600


@functools.cache
def phrases() -> Mapping[str, Any]:
    """What viewers write, by language and occasion."""
    return tomllib.loads((files("dibs.demo_data") / "phrases.toml").read_text(encoding="utf-8"))


def make_crowd(dice: Dice, locales: Sequence[str]) -> list[Viewer]:
    """The viewers of a run: mostly people who speak the languages of the show, some who don't."""
    everybody = make_cast(phrases(), dice, _SECONDS)
    ours = [viewer for viewer in everybody if viewer.language in locales]
    others = [viewer for viewer in everybody if viewer.language not in locales]
    if not ours:
        return everybody
    return ours + dice.some(others, int(len(ours) * OTHERS) + 1)
