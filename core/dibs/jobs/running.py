"""Running one job: whether it may run, what it gets, and what becomes of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import structlog
from prometheus_client import Counter

from dibs.audit_log import Actor
from dibs.db import LOST
from dibs.errors import DibsError, RunStoppedError, UnavailableError
from dibs.jobs.queue import PooledQueue
from dibs.jobs.registry import KnownJob
from dibs.jobs.services import WorkspaceServices
from dibs.models.jobs import JobContext
from dibs.models.platform import TryAgainError
from dibs.models.runs import RunState
from dibs.runs.service import Runs
from dibs.workspace_data import PooledData
from dibs.workspace_settings.plugin_values import plugin_settings

if TYPE_CHECKING:
    from dibs.jobs.service import Jobs

LONGEST_PAUSE = 300.0
_log = structlog.get_logger("dibs.jobs")


class AgainError(Exception):
    """The job is to run again after `delay` seconds."""

    def __init__(self, delay: float, reason: str) -> None:
        super().__init__(reason)
        self.delay = delay


@attrs.define(eq=False)
class JobRunner:
    """Runs the jobs of a process. `done` counts them by name and outcome."""

    jobs: Jobs
    done: Counter
    _running: set[asyncio.Task[None]] = attrs.field(factory=set, init=False)

    async def run(self, known: KnownJob, workspace_id: UUID, payload: Mapping[str, Any], attempt: int) -> None:
        """Run a job to its end.

        Raises:
            AgainError: it has to run again.
            Exception: it failed for good.
        """
        name = known.job.name
        if known.plugin is not None and not await self.jobs.flags.is_enabled(workspace_id, known.plugin):
            self._note(name, "skipped", workspace_id)
            await self._give_up_run(workspace_id, payload, None)
            return
        try:
            await self._in_a_task(known, await self._context(known, workspace_id, attempt), payload)
        except AgainError:
            self._note(name, "interrupted", workspace_id)
            raise
        except RunStoppedError:
            self._note(name, "stopped", workspace_id)
            return
        except (TryAgainError, UnavailableError, TimeoutError, *LOST) as error:
            if attempt >= known.job.attempts:
                self._note(name, "failed", workspace_id, error)
                await self._give_up_run(workspace_id, payload, error)
                raise
            self._note(name, "again", workspace_id, error)
            raise AgainError(pause_after(error, attempt), str(error)) from error
        except Exception as error:
            self._note(name, "failed", workspace_id, error)
            await self._give_up_run(workspace_id, payload, error)
            if known.plugin is not None and not isinstance(error, DibsError):
                await self.jobs.flags.health.failed(workspace_id, known.plugin, error)
            raise
        self._note(name, "done", workspace_id)

    async def stop(self, seconds: float) -> None:
        """Give what runs some time to end, then cut it off; it will be run again."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in list(self._running):
            task.cancel()

    async def _in_a_task(self, known: KnownJob, context: JobContext, payload: Mapping[str, Any]) -> None:
        """PgQueuer takes a cancelled job for one that nobody wants any more; ours are only put off."""
        task = asyncio.create_task(_limited(known, context, payload))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            await asyncio.wait({task})
            task.result()
        except asyncio.CancelledError:
            task.cancel()
            raise AgainError(0.0, "the process stopped") from None

    async def _context(self, known: KnownJob, workspace_id: UUID, attempt: int) -> JobContext:
        jobs = self.jobs
        settings = await plugin_settings(jobs.db, jobs.plugins, workspace_id, known.plugin) if known.plugin else None
        parts, actor = jobs.transactions, Actor.system()
        return JobContext(
            workspace_id,
            PooledData(workspace_id, jobs.db),
            PooledQueue(workspace_id, jobs.db, jobs.registry),
            WorkspaceServices(workspace_id, jobs.connections),
            settings,
            attempt,
            None if parts is None else partial(parts.open, workspace_id, known.plugin, actor),
            partial(jobs.flags.hooks_for, workspace_id),
            None if parts is None else partial(Runs(parts).open, workspace_id),
        )

    async def _give_up_run(self, workspace_id: UUID, payload: Mapping[str, Any], error: BaseException | None) -> None:
        """The job that does a run is not tried again: the people who wait are told."""
        if self.jobs.transactions is not None and "run_id" in payload:
            state: RunState = "stopped" if error is None else "failed"
            await Runs(self.jobs.transactions).ended(workspace_id, payload, error, state)

    def _note(self, job: str, outcome: str, workspace_id: UUID, error: BaseException | None = None) -> None:
        self.done.labels(job, outcome).inc()
        if error is not None:
            level = _log.error if outcome == "failed" else _log.info
            level(f"job_{outcome}", job=job, workspace_id=str(workspace_id), problem=repr(error))


async def _limited(known: KnownJob, context: JobContext, payload: Mapping[str, Any]) -> None:
    async with asyncio.timeout(known.job.seconds):
        await known.job.run(context, payload)


def pause_after(error: BaseException, attempt: int) -> float:
    """Seconds until the next try: what the platform said, else 2, 4, 8 …, at most five minutes, never all at once."""
    asked = error.retry_after if isinstance(error, TryAgainError) else None
    seconds = asked if asked is not None else min(2.0**attempt, LONGEST_PAUSE)
    return seconds * random.uniform(1.0, 1.2)
