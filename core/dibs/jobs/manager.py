"""PgQueuer at work in this process. Imports it, so it is imported by `dibs.jobs.loading` alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import attrs
import orjson
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as Row
from pgqueuer.domain.models import Schedule as ScheduleRow
from pgqueuer.domain.types import Channel

from dibs.jobs.library import NAMES, queries_of
from dibs.jobs.registry import KnownJob, Schedule
from dibs.jobs.running import AgainError, JobRunner

if TYPE_CHECKING:
    from dibs.jobs.service import Jobs

AT_ONCE = 20
BATCH = 10
CONNECTIONS = 3
LISTENER_SECONDS = 3.0


class PunctualQueue(QueueManager):
    """Probes its listener once there is one: the first probe of PgQueuer may be sent before, and wait in vain."""

    async def _run_periodic_health_check(self, interval: timedelta = timedelta(seconds=10)) -> None:
        await asyncio.sleep(LISTENER_SECONDS)
        await super()._run_periodic_health_check(interval)


@attrs.define(eq=False)
class Manager:
    """Takes jobs and schedules from the database until it is stopped, or the database goes away."""

    jobs: Jobs
    runner: JobRunner
    shutdown: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    async def run(self) -> None:
        """Work until `shutdown` is set. Raises what the database raises."""
        pool = await self.jobs.db.open_pool(CONNECTIONS, "dibs jobs")
        try:
            queries = queries_of(pool)
            queue = PunctualQueue(queries, Channel(NAMES.channel))
            scheduler = SchedulerManager(queries)
            queue.shutdown = scheduler.shutdown = self.shutdown
            self._register(queue, scheduler)
            working = [asyncio.create_task(self._queue(queue)), asyncio.create_task(scheduler.run())]
            await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
            self.shutdown.set()
            await asyncio.wait(working)
            for task in working:
                task.result()
        finally:
            pool.terminate()

    def _register(self, queue: QueueManager, scheduler: SchedulerManager) -> None:
        registry = self.jobs.registry
        for name, known in registry.jobs.items():
            queue.entrypoint(name, accepts_context=False, on_failure="hold")(self._entrypoint(known))
        for schedule in registry.schedules.values():
            scheduler.schedule(schedule.name, schedule.every, accepts_context=False)(self._turn(schedule))

    async def _queue(self, queue: QueueManager) -> None:
        await queue.run(
            dequeue_timeout=timedelta(seconds=self.jobs.look_seconds),
            batch_size=BATCH,
            max_concurrent_tasks=AT_ONCE,
            shutdown_on_listener_failure=True,
            heartbeat_timeout=timedelta(seconds=self.jobs.heartbeat_seconds),
            log_aggregation_interval=timedelta(0),
        )

    def _entrypoint(self, known: KnownJob) -> Callable[[Row], Awaitable[None]]:
        async def run(row: Row) -> None:
            workspace_id = UUID(str((row.headers or {})["workspace_id"]))
            try:
                await self.runner.run(known, workspace_id, orjson.loads(row.payload or b"{}"), row.attempts + 1)
            except AgainError as error:
                raise RetryRequested(timedelta(seconds=error.delay), str(error)) from error.__cause__

        return run

    def _turn(self, schedule: Schedule) -> Callable[[ScheduleRow], Awaitable[None]]:
        async def run(_: ScheduleRow) -> None:
            await schedule.run()

        return run
