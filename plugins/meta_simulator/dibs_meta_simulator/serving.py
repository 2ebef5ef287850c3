"""A running simulator, in this process."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import attrs
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from dibs_meta_simulator.control.actions import Stage
from dibs_meta_simulator.disturbing import Abortable
from dibs_meta_simulator.hosts import SETTINGS, base_urls
from dibs_meta_simulator.seed import Seed, plant
from dibs_meta_simulator.server import make_app
from dibs_meta_simulator.webhooks.delivery import Deliveries
from dibs_meta_simulator.world import World

_TICK = 0.02


@attrs.define(eq=False)
class Running:
    """A simulator that answers.

    Attributes:
        address: such as `http://127.0.0.1:40123`.
        stage: the world and what surrounds it; may be changed from the loop that it runs in.
    """

    address: str
    stage: Stage
    _stop: asyncio.Event
    _tasks: list[asyncio.Task[Any]]

    @property
    def world(self) -> World:
        """Everything that exists in it."""
        return self.stage.world

    @property
    def seed(self) -> Seed:
        """What it began with."""
        return self.stage.seed

    @property
    def deliveries(self) -> Deliveries:
        """The webhooks that it sends."""
        return self.stage.deliveries

    @property
    def hosts(self) -> dict[str, str]:
        """Host name to the address at which it is found."""
        return base_urls(self.address)

    def host(self, name: str) -> str:
        """The address of one host."""
        return self.hosts[name]

    @property
    def settings(self) -> dict[str, dict[str, Any]]:
        """Instance settings, by plugin, that point the adapters at it."""
        app = self.seed.app
        hosts = {name: self.hosts[host] for name, host in SETTINGS.items()}
        common = {"verify_token": app.verify_token, "hosts": hosts}
        instagram = {"app_id": app.instagram_id, "app_secret": app.instagram_secret}
        return {
            "facebook": {"app_id": app.id, "app_secret": app.secret, **common},
            "instagram": {**instagram, "meta_app_id": app.id, "meta_app_secret": app.secret, **common},
        }

    async def close(self) -> None:
        """Stop answering and sending."""
        self._stop.set()
        await self.deliveries.close()
        for task in self._tasks[1:]:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task


async def start(host: str = "127.0.0.1", port: int = 0, seed: int = 1) -> Running:
    """Start one in the running loop; port 0 takes a free one."""
    world = World(seed)
    planted, deliveries = plant(world), Deliveries(world)
    listener = socket.create_server((host, port), backlog=1024)
    address = f"http://{host}:{listener.getsockname()[1]}"
    stage = Stage(world, planted, deliveries)
    stop = asyncio.Event()
    config = _config(listener)
    served = asyncio.create_task(hypercorn_serve(Abortable(make_app(stage)), config, shutdown_trigger=stop.wait))
    await deliveries.start()
    ticking = asyncio.create_task(_tick(world))
    return Running(address, stage, stop, [served, ticking])


@asynccontextmanager
async def running_simulator(host: str = "127.0.0.1", port: int = 0, seed: int = 1) -> AsyncIterator[Running]:
    """One that is stopped at the end of the block."""
    running = await start(host, port, seed)
    try:
        yield running
    finally:
        await running.close()


async def _tick(world: World) -> None:
    """Let happen what becomes due as time goes by."""
    while True:
        world.schedule.run_due()
        await asyncio.sleep(_TICK)


def _config(listener: socket.socket) -> Config:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.graceful_timeout = config.shutdown_timeout = 0.2
    config.include_server_header = False
    config.accesslog = None
    config.errorlog = logging.getLogger("dibs_meta_simulator.server")
    config.keep_alive_max_requests = 1_000_000
    config.keep_alive_timeout = 75.0
    return config
