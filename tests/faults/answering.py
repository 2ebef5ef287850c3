"""A process that follows events and sends answers, until it is killed. Arguments: database, address of the platform."""

import asyncio
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from dibs.runtime import Runtime
from dibs.settings import Settings


def bay() -> ModuleType:
    """The platform of the tests of the plugin."""
    path = Path(__file__).parents[1] / "plugins" / "replies" / "bay.py"
    spec = importlib.util.spec_from_file_location("bay", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bay"] = module
    spec.loader.exec_module(module)
    return module


async def main(url: str, address: str, folder: str) -> None:
    runtime = Runtime(Settings(database_url=url, data_dir=Path(folder), plugins={"bay": {"url": address}}))
    assert runtime.plugins.add(bay(), "bay")
    runtime.jobs.first_seconds, runtime.jobs.look_seconds, runtime.jobs.heartbeat_seconds = 0.0, 0.5, 2.0
    await runtime.start()
    runtime.relay.look_seconds = 0.3
    print("ready", flush=True)
    await asyncio.sleep(3600)


asyncio.run(main(*sys.argv[1:]))
