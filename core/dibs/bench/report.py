"""The benchmark's outcome as a table and as one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from dibs.bench.figures import Figure

_UNITS = (
    ("_us_per_comment", "µs"),
    ("_comments_per_s", "/s"),
    ("_claims_per_s", "/s"),
    ("_events_per_s", "/s"),
    ("_posts_per_s", "/s"),
    ("_additions_per_s", "/s"),
    ("_percent", "%"),
    ("_events", ""),
    ("_comments", ""),
    ("_ratio", ""),
    ("_ms", "ms"),
    ("_kb", "kB"),
    ("_s", "s"),
)
_SIGNS = {">=": "≥", "<": "<", "<=": "≤"}


def as_json(figures: Sequence[Figure]) -> dict[str, Any]:
    """A key for each figure, with its unit in the key's name."""
    return {figure.key: figure.as_json() for figure in figures}


def as_table(figures: Sequence[Figure], title: str) -> Table:
    """Figure, value, target, whether it is met, and between what the rounds lay."""
    table = Table(title=title, title_justify="left")
    table.add_column("Figure")
    for name in ("Measured", "Target", "", "Rounds"):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in figures:
        target = figure.target
        met = "" if target is None else "[green]met[/]" if target.met(figure.value) else "[red]missed[/]"
        wanted = "" if target is None else f"{_SIGNS[target.compare]} {_number(target.value)}"
        words = f"{figure.words} ({figure.note})" if figure.note else figure.words
        table.add_row(words, f"{_number(figure.value)} {_unit(figure.key)}".rstrip(), wanted, met, _range(figure))
    return table


def _unit(key: str) -> str:
    return next((unit for ending, unit in _UNITS if key.endswith(ending)), "")


def _range(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{_number(figure.low)} … {_number(figure.high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.4g}"
