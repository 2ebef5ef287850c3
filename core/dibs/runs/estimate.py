"""How far a run is over all its stages, and how long it takes yet, from the runs of its kind before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import attrs

from dibs.runs.shapes import decoded

_STABLE_PERCENT, _STABLE_SECONDS = 10.0, 1.0


@attrs.frozen
class Past:
    """What runs of a kind took before: seconds a line and seconds in all, by stage."""

    runs: int
    per_line: Mapping[str, float]
    seconds: Mapping[str, float]


def past_of(rows: Sequence[Any]) -> Past:
    """The medians over the last runs of a kind."""
    took: dict[str, list[float]] = {}
    pace: dict[str, list[float]] = {}
    for row in rows:
        lines = decoded(row["lines"])
        for stage, seconds in decoded(row["took"]).items():
            took.setdefault(stage, []).append(seconds)
            if lines.get(stage):
                pace.setdefault(stage, []).append(seconds / lines[stage])
    return Past(len(rows), {k: median(v) for k, v in pace.items()}, {k: median(v) for k, v in took.items()})


def weights_of(stages: Sequence[str], past: Past) -> list[float]:
    """Shares of the stages: as long as they took before, else all the same. None gets less than a twentieth."""
    seconds = [past.seconds.get(stage, 0.0) for stage in stages]
    total = sum(seconds)
    if total <= 0:
        return [round(1 / len(stages), 4)] * len(stages)
    shares = [max(one / total, 0.05) for one in seconds]
    return [round(share / sum(shares), 4) for share in shares]


def percent_of(weights: Sequence[float], stage_no: int, done: int, total: int | None) -> float:
    """Percent over all stages."""
    part = min(done / total, 1.0) if total else 0.0
    return 100.0 * (sum(weights[:stage_no]) + weights[stage_no] * part) / (sum(weights) or 1.0)


def remaining_of(
    past: Past, stages: Sequence[str], stage_no: int, done: int, total: int | None, took: Mapping[str, float], at: float
) -> int | None:
    """Seconds of work that remain, None until it can be told.

    :param took: seconds worked by stage so far; `at`: percent over all stages.
    """
    if not past.runs:
        worked = sum(took.values())
        stable = at >= _STABLE_PERCENT and worked >= _STABLE_SECONDS
        return round(worked * (100.0 - at) / at) if stable else None
    stage = stages[stage_no]
    later = sum(_whole(past, name, total) for name in stages[stage_no + 1 :])
    if total is None:
        return round(max(past.seconds.get(stage, 0.0) - took.get(stage, 0.0), 0.0) + later)
    own = took.get(stage, 0.0)
    measured = own >= _STABLE_SECONDS and done >= max(total * _STABLE_PERCENT / 100.0, 1)
    each = own / done if measured else past.per_line.get(stage, 0.0)
    return round(each * (total - done) + later)


def _whole(past: Past, stage: str, lines: int | None) -> float:
    """How long a stage takes that is still to come, if it has as many lines as the present one."""
    each = past.per_line.get(stage)
    return past.seconds.get(stage, 0.0) if lines is None or each is None else each * lines
