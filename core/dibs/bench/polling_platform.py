"""A simulated platform for the measurement of polling, a process of its own.

Reads one JSON object from standard input, prints where it answers and the settings of the adapters; ends with its
standard input.
"""

from __future__ import annotations

import asyncio
import sys

import orjson

from dibs.cli.simulate import simulators
from dibs.server import run_loop


async def _run(name: str, public_url: str) -> None:
    running = await simulators()[name].start("127.0.0.1", 0, public_url)
    told = {"address": running.address, "settings": running.settings}
    sys.stdout.write(orjson.dumps(told).decode() + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.buffer.read)
    await running.close()


def main() -> None:
    """Do what standard input says."""
    order = orjson.loads(sys.stdin.buffer.readline())
    run_loop(_run(order["simulator"], order["public_url"]))


if __name__ == "__main__":
    main()
