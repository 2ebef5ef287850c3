"""Exports a show of many rows in a process of its own and prints what that took, as JSON.

Run as `python measure.py DATABASE_URL WORKSPACE SHOW KIND FORMAT`. Reports the growth of the process's largest size in
MB, the seconds, the bytes, and how long, in milliseconds, a task that wants to run every 5 ms had to wait (99th
percentile and longest): that task stands for the live console in the same process.
"""

import asyncio
import json
import re
import sys
from pathlib import Path
from time import perf_counter
from uuid import UUID

from dibs.db import Database
from dibs.exports.reader import read_show
from dibs.exports.table import make_tables
from dibs_export.kinds import COLUMNS, KINDS
from dibs_export.making import make_file


def peak_mb() -> float:
    """The largest size of this process so far. `ru_maxrss` would count its parent's, from before it was started."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


async def feel(waits: list[float]) -> None:
    """Want to run every 5 ms, and note by how much it was later."""
    while True:
        began = perf_counter()
        await asyncio.sleep(0.005)
        waits.append((perf_counter() - began - 0.005) * 1000)


async def main(url: str, workspace: str, show: str, kind: str, form: str) -> None:
    db = Database(url)
    await db.connect()
    own = [("export", one) for one in KINDS]
    table = make_tables(own, {name: [("export", column) for column in some] for name, some in COLUMNS.items()})[kind]
    waits: list[float] = []
    before, began = peak_mb(), perf_counter()
    async with read_show(db, UUID(workspace), UUID(show)) as reader:
        feeling = asyncio.create_task(feel(waits))
        file, _, rows = await make_file(reader, table, form)
        feeling.cancel()
    seconds = perf_counter() - began
    waits.sort()
    found = {
        "rows": rows,
        "mb": round(peak_mb() - before, 1),
        "seconds": round(seconds, 2),
        "bytes": file.seek(0, 2),
        "wait_p99_ms": round(waits[int(len(waits) * 0.99)], 2) if waits else 0,
        "wait_max_ms": round(waits[-1], 2) if waits else 0,
    }
    file.close()
    await db.close()
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
