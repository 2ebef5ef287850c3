"""The whole benchmark: an embedded PostgreSQL in a temporary folder, and the parts one after another."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import orjson

from dibs.bench.figures import Figure
from dibs.embedded import start_embedded
from dibs.errors import UnavailableError
from dibs.plugins import load_plugins
from dibs.plugins.migrations import migrate_all

# Name and what it measures, in the order in which they run.
PARTS: dict[str, str] = {
    "start": "time until `dibs serve` answers",
    "lane": "claim lane at full load, and the bare SQL below it",
    "shows": "four shows at once",
    "latency": "claim to SSE client",
    "http": "claims by HTTP",
    "webhooks": "webhooks, answered and decided",
    "polling": "an hour of asking a platform for comments",
    "fanout": "fan-out to 100 and 1,000 clients",
    "memory": "memory of idle clients",
    "carts": "adding to carts of private sessions, and a customer's exposure",
    "growth": "cost of a comment in a long show",
}

# The part's name and how far it is (0 to 1).
Progress = Callable[[str, float], None]


@attrs.frozen
class Outcome:
    """What was measured, and the parts that could not be, with the reason."""

    figures: Sequence[Figure]
    failures: dict[str, str]


async def run_parts(names: Sequence[str], quick: bool, progress: Progress, folder: Path | None = None) -> Outcome:
    """Run these parts, each in a process of its own, on data under `folder` (default: the system's temporary one).

    Raises:
        UnavailableError: the embedded PostgreSQL does not start.
    """
    figures: list[Figure] = []
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="dibs-bench-", dir=folder, ignore_cleanup_errors=True) as made:
        home = Path(made)
        os.chmod(made, 0o755)  # PostgreSQL does not run as root: its own user has to reach its folder
        async with _database(home) as url:
            for name in names:
                order = {"part": name, "url": url, "folder": str(home), "quick": quick}
                progress(name, 0.0)
                try:
                    figures += await _part(order, progress)
                except UnavailableError as error:
                    failures[name] = error.message
                progress(name, 1.0)
    return Outcome(figures, failures)


@asynccontextmanager
async def _database(home: Path) -> AsyncIterator[str]:
    url = await asyncio.to_thread(start_embedded, home / "database")
    try:
        await migrate_all(url, load_plugins())
        yield url
    finally:
        from dibs.testing.postgres import stop_all  # noqa: PLC0415 - nothing else here is for tests

        await asyncio.to_thread(stop_all)


async def _part(order: dict[str, Any], progress: Progress) -> list[Figure]:
    """Run one part; what it logs goes to our standard error."""
    known = {name: text for name, text in os.environ.items() if not name.startswith("DIBS_")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dibs.bench.part", stdin=pipe, stdout=pipe, env=known
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(orjson.dumps(order) + b"\n")
    failure = "it ended without a result; see above"
    try:
        async for line in process.stdout:
            said = orjson.loads(line)
            if "done" in said:
                progress(order["part"], said["done"])
            elif "figures" in said:
                return [Figure(**values) for values in said["figures"]]
            else:
                failure = said["error"]
        raise UnavailableError(failure)
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let a part stop what it started; if it does not end, make it."""
    try:
        async with asyncio.timeout(20):
            await process.wait()
    except (TimeoutError, asyncio.CancelledError):
        if process.returncode is None:
            process.terminate()
        raise
