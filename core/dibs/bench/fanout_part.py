"""Fan-out to many clients, and what it takes from the claim lane of the same process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from dibs.bench.arena import open_arena
from dibs.bench.busy import BusyLane
from dibs.bench.fanout import measure_fanout
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan

_LOADS = ((100, 500), (1_000, 200))
_WARM_SECONDS = 0.7


async def measure(plan: Plan) -> Sequence[Figure]:
    """First fan-out by itself, then with a fully busy lane of another show in the same process."""
    seconds = 1.2 if plan.quick else 8.0
    made: list[Figure] = []
    for number, (clients, rate) in enumerate(_LOADS):
        alone = await measure_fanout(plan.url, clients, rate, seconds)
        plan.progress((number + 0.4) / len(_LOADS))
        slower, busy = await _with_busy_lane(plan.url, clients, rate, seconds)
        plan.progress((number + 1) / len(_LOADS))
        made += _figures(clients, rate, alone, busy, slower)
    return made


async def _with_busy_lane(url: str, clients: int, rate: int, seconds: float) -> tuple[float, dict[str, Any]]:
    """By how many percent the lane is slower while events are fanned out, and the fan-out's own report.

    It is compared with itself a moment before, when the same clients are connected and hear nothing.
    """
    async with open_arena(url) as arena:
        lane, quiet = BusyLane(arena), 0.0

        @asynccontextmanager
        async def beside() -> AsyncIterator[None]:
            nonlocal quiet
            async with lane:
                await asyncio.sleep(_WARM_SECONDS)
                before = monotonic()
                await asyncio.sleep(seconds)
                quiet = lane.per_second(before, monotonic())
                yield

        report = await measure_fanout(url, clients, rate, seconds, beside)
    return (1 - lane.per_second(report["began"], report["ended"]) / quiet) * 100, report


def _figures(clients: int, rate: int, alone: dict[str, Any], busy: dict[str, Any], slower: float) -> list[Figure]:
    key, words = f"fanout_{clients}_clients", f"Fan-out to {clients:,} clients, {rate} events/s"
    wrong = sum(report["expected"] - report["delivered"] + report["out_of_order"] for report in (alone, busy))
    return [
        figure(f"{key}_p50_ms", f"{words}, p50", [alone.get("p50_ms", 0.0)]),
        figure(f"{key}_p99_ms", f"{words}, p99", [alone.get("p99_ms", 0.0)]),
        figure(f"{key}_events_per_s", "  events published", [alone["events_per_second"]]),
        figure(f"{key}_wrong_events", "  events missing or out of order", [float(wrong)]),
        figure(f"{key}_ingest_slowdown_percent", "  a fully busy lane beside it slows by", [slower]),
        figure(f"{key}_busy_p99_ms", "  p99 beside a fully busy lane", [busy.get("p99_ms", 0.0)]),
    ]
