"""The jobs of a process: kinds, schedules, and the part that runs them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs
import structlog
from prometheus_client import Counter

from dibs.jobs.loading import manager
from dibs.jobs.registry import Registry
from dibs.jobs.running import JobRunner
from dibs.jobs.schedules import schedule_plugin_jobs
from dibs.jobs.tidying import tidy

if TYPE_CHECKING:
    from dibs.connections.service import Connections
    from dibs.db import Database
    from dibs.flags import FlagService
    from dibs.metrics import Metrics
    from dibs.plugins import PluginManager
    from dibs.trading.transactions import TransactionParts

_log = structlog.get_logger("dibs.jobs")


@attrs.define(eq=False)
class Jobs:
    """Runs jobs from `start` to `close`, on connections of its own.

    Attributes:
        registry: what can be run; `add` and `schedule` belong before `start`.
        transactions: opens transactions for jobs.
        connections: the accounts at platforms that jobs may call on behalf of.
        first_seconds: how long after the start the work begins, so that a start is quick.
        look_seconds: how often to look for jobs of which no notice came.
        heartbeat_seconds: after how much silence a job counts as left by a process that died.
    """

    db: Database
    flags: FlagService
    plugins: PluginManager
    connections: Connections
    metrics: Metrics
    registry: Registry = attrs.field(factory=Registry, init=False)
    transactions: TransactionParts | None = attrs.field(default=None, init=False)
    first_seconds: float = attrs.field(default=1.0, init=False)
    look_seconds: float = attrs.field(default=10.0, init=False)
    heartbeat_seconds: float = attrs.field(default=20.0, init=False)
    grace_seconds: float = attrs.field(default=4.0, init=False)
    _runner: JobRunner = attrs.field(init=False)
    _manager: Any = attrs.field(default=None, init=False)
    _task: asyncio.Task[None] | None = attrs.field(default=None, init=False)
    _stopped: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    def __attrs_post_init__(self) -> None:
        done = Counter("dibs_jobs", "Jobs that ended.", ("job", "outcome"), registry=self.metrics.registry)
        self._runner = JobRunner(self, done)
        self.registry.schedule("jobs.tidy", "23 3 * * *", lambda: tidy(self.db))

    async def start(self) -> None:
        """Begin to run jobs, in a moment."""
        self.registry.load(self.plugins)
        schedule_plugin_jobs(self)
        self._task = asyncio.create_task(self._work(), name="jobs")

    async def close(self) -> None:
        """Take no more jobs, let those that run end, put back those that take longer."""
        task, self._task = self._task, None
        if task is None:
            return
        self._stopped.set()
        if self._manager is not None:
            self._manager.shutdown.set()
        await self._runner.stop(self.grace_seconds)
        await asyncio.gather(task, return_exceptions=True)

    async def _work(self) -> None:
        """Whatever ends the work early, it begins anew: on new connections, and with a new listener."""
        if await self._stopped_within(self.first_seconds):
            return
        module, pause = await manager(), 0.5
        while not self._stopped.is_set():
            self._manager = module.Manager(self, self._runner)
            try:
                await self._manager.run()
                pause = 0.5
            except Exception as error:
                _log.warning("jobs_interrupted", problem=repr(error))
                await self._stopped_within(pause)
                pause = min(pause * 2, 10.0)

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        except TimeoutError:
            return False
        return True
