"""The kinds of jobs and the schedules that a process knows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import attrs
import structlog

from dibs.errors import PluginError
from dibs.models.jobs import Job

if TYPE_CHECKING:
    from dibs.plugins import PluginManager

_log = structlog.get_logger("dibs.jobs")


@attrs.frozen
class KnownJob:
    """A kind of job, and whose it is; None for the core."""

    job: Job
    plugin: str | None


@attrs.frozen
class Schedule:
    """Something to do again and again: `every` is a cron expression in UTC, such as `17 4 * * *`."""

    name: str
    every: str
    run: Callable[[], Awaitable[None]]


@attrs.define(eq=False)
class Registry:
    """Kinds of jobs by name, and schedules."""

    jobs: dict[str, KnownJob] = attrs.field(factory=dict, init=False)
    schedules: dict[str, Schedule] = attrs.field(factory=dict, init=False)

    def load(self, plugins: PluginManager) -> None:
        """Take in what plugins give. What can't be taken is left out with a line in the log."""
        found, errors = plugins.all_hooks().jobs()
        for error in errors:
            _log.error("jobs_left_out", plugin=error.data.get("plugin"), problem=str(error))
        for plugin, job in found:
            if not job.name.startswith(f"{plugin}.") or job.name in self.jobs:
                _log.error("jobs_left_out", plugin=plugin, problem=f"{job.name} must be a new name after {plugin}.")
            else:
                self.jobs[job.name] = KnownJob(job, plugin)

    def add(self, job: Job) -> None:
        """Take in a kind of job of the core."""
        self.jobs[job.name] = KnownJob(job, None)

    def schedule(self, name: str, every: str, run: Callable[[], Awaitable[None]]) -> None:
        """Have something done again and again, by one process at a time."""
        self.schedules[name] = Schedule(name, every, run)

    def check(self, job: str) -> None:
        """Raises `PluginError` if nobody knows such jobs."""
        if job not in self.jobs:
            raise PluginError(f"There are no jobs called {job!r}.", job=job)
