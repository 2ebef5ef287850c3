"""The figures that the benchmark gives, and what each of them should be."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any, Literal

import attrs

Compare = Literal[">=", "<", "<="]


@attrs.frozen
class Target:
    """What a figure should be."""

    compare: Compare
    value: float

    def met(self, value: float) -> bool:
        """Whether a measured figure reaches it."""
        if self.compare == ">=":
            return value >= self.value
        return value < self.value if self.compare == "<" else value <= self.value


# The design's table of speeds; a figure that is not here is printed for orientation.
TARGETS: dict[str, Target] = {
    "lane_spread_comments_per_s": Target(">=", 25_000),
    "lane_to_floor_ratio": Target(">=", 0.6),
    "lane_hot_to_spread_ratio": Target(">=", 0.7),
    "four_shows_slowest_share_ratio": Target(">=", 0.8),
    "claim_to_sse_p50_ms": Target("<", 15),
    "claim_to_sse_p99_ms": Target("<", 50),
    "http_claims_per_s": Target(">=", 1_500),
    "webhook_steady_posts_per_s": Target(">=", 495),
    "webhook_ack_worst_ms": Target("<", 1_000),
    "polling_missed_comments": Target("<=", 0),
    "polling_calls_per_h": Target("<=", 6_000),
    "polling_memory_growth_mb": Target("<=", 5),
    "fanout_100_clients_p99_ms": Target("<", 100),
    "fanout_100_clients_wrong_events": Target("<=", 0),
    "fanout_100_clients_ingest_slowdown_percent": Target("<", 20),
    "fanout_1000_clients_p99_ms": Target("<", 250),
    "fanout_1000_clients_wrong_events": Target("<=", 0),
    "fanout_1000_clients_ingest_slowdown_percent": Target("<", 20),
    "idle_client_memory_kb": Target("<=", 45),
    "cart_add_p99_ms": Target("<", 20),
    "credit_exposure_500_lines_ms": Target("<", 5),
    "lane_cost_growth_percent": Target("<=", 10),
    "start_existing_folder_s": Target("<", 3),
    "start_new_folder_s": Target("<", 10),
}


@attrs.frozen
class Figure:
    """One measured figure: its key ends with its unit; `low` and `high` are what single rounds gave."""

    key: str
    words: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def target(self) -> Target | None:
        """What it should be, if the design says."""
        return TARGETS.get(self.key)

    def as_json(self) -> dict[str, Any]:
        """`value`, `target` and `met` (null without a target), and what else is known."""
        target = self.target
        made: dict[str, Any] = {
            "value": self.value,
            "target": target.value if target else None,
            "compare": target.compare if target else None,
            "met": target.met(self.value) if target else None,
        }
        if self.low is not None and self.high is not None:
            made |= {"low": self.low, "high": self.high}
        return made | ({"note": self.note} if self.note else {})


def figure(key: str, words: str, rounds: Sequence[float], note: str = "") -> Figure:
    """The median of some rounds, with the lowest and the highest if there were several."""
    values = [tidy(value) for value in rounds]
    middle = tidy(statistics.median(rounds))
    return (
        Figure(key, words, middle, min(values), max(values), note)
        if len(values) > 1
        else Figure(key, words, middle, note=note)
    )


def tidy(value: float) -> float:
    """As many digits as say something."""
    return float(round(value)) if abs(value) >= 1000 else float(f"{value:.4g}")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
