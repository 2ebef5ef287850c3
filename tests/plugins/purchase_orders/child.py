"""A process that does jobs until it is killed: `python child.py <database> <folder>`."""

import asyncio
import sys
from pathlib import Path

from dibs.runtime import Runtime
from dibs.settings import Settings


async def main(url: str, folder: Path) -> None:
    runtime = Runtime(Settings(database_url=url, data_dir=folder))
    runtime.jobs.first_seconds = 0.0
    await runtime.start()
    await asyncio.sleep(120)


asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
