"""The bundled sale of the demo: a recording of twenty minutes, its items and its show, made by `make.py`."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import attrs

from dibs.codec import structure


@attrs.frozen
class DemoShow:
    """The show that the demo sets up; the names are those of `ShowRules`."""

    title: str
    claim_words: tuple[str, ...]
    pass_words: tuple[str, ...]
    locales: tuple[str, ...]
    several: bool
    claim_without_code: bool


def demo_recording_path() -> Path:
    """Where the recording is."""
    return _path("sale.jsonl")


def demo_items_path() -> Path:
    """Where the item list is."""
    return _path("items.csv")


def demo_show() -> DemoShow:
    """The show's title and rules."""
    return structure(tomllib.loads(_path("show.toml").read_text(encoding="utf-8")), DemoShow, "The demo's show")


def _path(name: str) -> Path:
    return Path(str(files("dibs.demo_data") / name))
