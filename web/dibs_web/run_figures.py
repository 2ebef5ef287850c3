"""Past runs in figures: how long their stages took, how many lines a second, how many failed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import attrs

from dibs.models.runs import RunView

_WIDTH = 240.0


@attrs.frozen
class Piece:
    """A stage in the bar of a run: where it begins and how wide it is, of 240."""

    stage: str
    number: int
    x: float
    width: float
    seconds: float


@attrs.frozen
class KindFigures:
    """All runs of a kind: medians of seconds by stage, lines a second, and how many there were and failed."""

    kind: str
    runs: int
    failed: int
    seconds: Sequence[tuple[str, float]]
    pace: float | None


def seconds_of(run: RunView) -> float:
    """How long was worked at a run, waiting left out."""
    return sum(run.took.values())


def pace_of(run: RunView) -> float | None:
    """Lines a second over the stages that count lines; None if none did."""
    seconds = sum(run.took.get(stage, 0.0) for stage, lines in run.lines.items() if lines)
    lines = max(run.lines.values(), default=0)
    return round(lines / seconds, 1) if lines and seconds > 0 else None


def pieces_of(run: RunView, longest: float) -> list[Piece]:
    """The bar of a run; that of the longest one is 240 wide."""
    made, x = [], 0.0
    for number, stage in enumerate(run.stages):
        seconds = run.took.get(stage, 0.0)
        width = max(_WIDTH * seconds / longest, 1.5) if seconds and longest else 0.0
        if width:
            made.append(Piece(stage, number % 4, round(x, 1), round(width, 1), seconds))
            x += width
    return made


def figures_of(runs: Sequence[RunView]) -> list[KindFigures]:
    """The kinds among past runs, the most frequent first."""
    kinds: dict[str, list[RunView]] = {}
    for run in runs:
        kinds.setdefault(run.kind, []).append(run)
    return [_figures(kind, found) for kind, found in sorted(kinds.items(), key=lambda one: -len(one[1]))]


def _figures(kind: str, runs: Sequence[RunView]) -> KindFigures:
    done = [run for run in runs if run.state == "done"]
    paces = [pace for run in done if (pace := pace_of(run)) is not None]
    stages = [(stage, [run.took[stage] for run in done if stage in run.took]) for stage in runs[0].stages]
    return KindFigures(
        kind,
        len(runs),
        sum(run.state == "failed" for run in runs),
        [(stage, median(took)) for stage, took in stages if took],
        median(paces) if paces else None,
    )
