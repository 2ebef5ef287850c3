"""How soon `dibs serve` answers, with everything that it starts: PostgreSQL, migrations, plugins, lanes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from dibs.bench.children import free_port, server, wait_until_it_answers
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan


async def measure(plan: Plan) -> Sequence[Figure]:
    """On new data folders, and on one that was used before and properly stopped."""
    fresh, again = plan.pick(3, 1), plan.pick(5, 1)
    new: list[float] = []
    existing: list[float] = []
    for number in range(fresh):
        new.append(await asyncio.to_thread(_seconds, plan.folder / f"new-{number}"))
        plan.progress((number + 1) / (fresh + again))
    for number in range(again):
        existing.append(await asyncio.to_thread(_seconds, plan.folder / "new-0"))
        plan.progress((fresh + number + 1) / (fresh + again))
    return [
        figure("start_existing_folder_s", "`dibs serve` answers, existing data folder", existing),
        figure("start_new_folder_s", "`dibs serve` answers, new data folder", new),
    ]


def _seconds(folder: Path) -> float:
    port = free_port()
    begun = time.perf_counter()
    with server(folder, {}, port) as process:
        wait_until_it_answers(process, port)
        return time.perf_counter() - begun
