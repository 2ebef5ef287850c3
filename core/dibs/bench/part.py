"""One part of the benchmark in a process of its own, so that no part measures what another left behind.

Reads one JSON object from standard input, prints JSON lines: `{"done": 0.5}` on the way, `{"figures": […]}` at the end.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs
import orjson

from dibs.bench.plan import Plan
from dibs.errors import DibsError
from dibs.server import run_loop

# Where each part is; only the one that runs is imported.
_MEASURE: Mapping[str, str] = {
    "start": "dibs.bench.start:measure",
    "lane": "dibs.bench.lane:measure",
    "shows": "dibs.bench.lane:measure_shows",
    "latency": "dibs.bench.latency:measure",
    "http": "dibs.bench.http_claims:measure",
    "webhooks": "dibs.bench.webhooks:measure",
    "polling": "dibs.bench.polling:measure",
    "fanout": "dibs.bench.fanout_part:measure",
    "memory": "dibs.bench.memory:measure",
    "carts": "dibs.bench.carts:measure",
    "growth": "dibs.bench.growth:measure",
}


async def _run(order: Mapping[str, str | bool]) -> None:
    plan = Plan(str(order["url"]), Path(str(order["folder"])), quick=bool(order["quick"]))
    module, function = _MEASURE[str(order["part"])].split(":")
    figures = await getattr(importlib.import_module(module), function)(plan)
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
