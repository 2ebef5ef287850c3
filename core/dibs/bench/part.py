"""One part of the benchmark in a process of its own, so that no part measures what another left behind.

Reads one JSON object from standard input, prints JSON lines: `{"done": 0.5}` on the way, `{"figures": […]}` at the end.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import attrs
import orjson

from dibs.bench import fanout_part, growth, http_claims, lane, latency, memory, start
from dibs.bench.figures import Figure
from dibs.bench.plan import Plan
from dibs.errors import DibsError
from dibs.server import run_loop

Run: TypeAlias = Callable[[Plan], Awaitable[Sequence[Figure]]]

PARTS: Mapping[str, Run] = {
    "lane": lane.measure,
    "shows": lane.measure_shows,
    "latency": latency.measure,
    "http": http_claims.measure,
    "fanout": fanout_part.measure,
    "memory": memory.measure,
    "growth": growth.measure,
    "start": start.measure,
}


async def _run(order: Mapping[str, str | bool]) -> None:
    plan = Plan(str(order["url"]), Path(str(order["folder"])), quick=bool(order["quick"]))
    figures = await PARTS[str(order["part"])](plan)
    _say({"figures": [attrs.asdict(figure) for figure in figures]})


def _say(words: object) -> None:
    sys.stdout.write(orjson.dumps(words).decode() + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what standard input says; a failure is one sentence on standard output and exit status 1."""
    order = orjson.loads(sys.stdin.buffer.readline())
    try:
        run_loop(_run(order))
    except DibsError as error:
        _say({"error": error.message})
        sys.exit(1)


if __name__ == "__main__":
    main()
