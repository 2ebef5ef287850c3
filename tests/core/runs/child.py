"""A process that does runs until it is killed: `python child.py <database> <folder>`."""

import asyncio
import sys
from pathlib import Path

import toy

from dibs.runtime import Runtime
from dibs.settings import Settings


async def main(url: str, folder: Path) -> None:
    runtime = Runtime(Settings(database_url=url, data_dir=folder))
    assert runtime.plugins.add(toy, "toy"), runtime.plugins.refused
    runtime.jobs.first_seconds = 0.0
    await runtime.start()
    await asyncio.sleep(60)


asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
