"""Processes that read streams, to be stopped and killed: each is a whole runtime with the toy platform.

`python -m tests.core.streams.crew JSON` is one of them. It prints `ready` when it has begun, and ends with its standard
input. `stop_at` makes it stop itself directly before it writes this position without comments; it then prints what came
of that write. `weak` takes the guard of that write away, in this process alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import attrs

from dibs.db import Database
from dibs.lane import marks

from ...e2e import forking
from ...e2e.forking import Forked
from .conftest import QUICK, settings_for, started
from .toy import ToyServer

HELD = "g.fence IS NULL OR held.stream_id IS NOT NULL"
PACE = attrs.evolve(QUICK, hang=60.0, quiet=60.0)


@attrs.define
class Member:
    """A process that reads."""

    process: Forked

    @property
    def pid(self) -> int:
        return self.process.pid

    async def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            return (await self.process.stdout.readline()).decode().strip()

    async def end(self) -> None:
        """Kill it, if that has not been done."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.communicate()


async def start(db: Database, server: ToyServer, folder: Path, **job: Any) -> Member:
    """A process that looks for streams to read."""
    told = {"url": db.url, "server": server.url, "folder": str(folder), **job}
    with Path(os.devnull).open("wb") as nothing:
        process = await forking.start("tests.core.streams.crew", json.dumps(told), errors=nothing)
    member = Member(process)
    while (line := await member.line()) != "ready":
        assert line or process.returncode is None, "the process ended before it was ready"
    return member


def stop_before(position: dict[str, Any]) -> None:
    """Stand still directly before that write, as a process does whose machine is suspended."""
    write, stopped = marks.write_alone, [False]

    async def paused(db: Database, workspace_id: Any, reached: Any) -> Any:
        known = list(reached)
        if stopped[0] or not any(one.mark.position == position for one in known):
            return await write(db, workspace_id, known)
        stopped[0] = True
        os.kill(os.getpid(), signal.SIGSTOP)
        written = await write(db, workspace_id, known)
        print("written" if written else "refused", flush=True)
        return written

    vars(marks)["write_alone"] = paused


async def main(job: dict[str, Any]) -> None:
    if job.get("weak"):
        assert HELD in marks._ALONE
        marks._ALONE = marks._ALONE.replace(HELD, "true")
    if "stop_at" in job:
        stop_before(job["stop_at"])
    runtime = await started(settings_for(ToyServer(job["server"]), job["url"], Path(job["folder"])), PACE)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await runtime.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
