"""A plugin of the test's own whose job reports a run, line by line; what it did stands in a file of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dibs import InvalidInputError, Job, JobContext, PluginInfo, hookimpl

PLUGIN = PluginInfo(name="toy", title="Toy", summary="Of the tests.", default=True)
STAGES = ("reading", "saving")


async def work(context: JobContext, payload: Mapping[str, Any]) -> None:
    """Read at once, then save line by line; each line is done once, whoever does it."""
    done = Path(payload["file"])
    async with context.run(payload["run_id"]) as run:
        if run.state != "running":
            return
        if run.stage != "saving":
            await run.report("reading", 5, 5, "all of it")
        if payload.get("broken") and not done.exists():
            done.write_text("")
            raise InvalidInputError("Row 3 has no name.", row=3)
        if payload.get("waits") and run.stage == "reading" and not done.exists():
            done.write_text("")
            await run.wait()
            return
        total = payload["lines"]
        have = len(done.read_text()) if done.exists() else 0
        for line in range(have, total):
            await run.report("saving", line, total, f"line {line}")
            await asyncio.sleep(payload.get("pause", 0))
            with done.open("a") as file:
                file.write("x")
            if payload.get("dies_at") == line and os.environ.get("TOY_DIES"):
                os.kill(os.getpid(), signal.SIGKILL)
        await run.report("saving", total, total)
        await run.finish({"lines": total})


@hookimpl
def jobs() -> Sequence[Job]:
    return [Job("toy.work", work)]
