"""Jobs of plugins that run by themselves: handed in for each workspace that has the plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dibs.jobs.queue import PooledQueue

if TYPE_CHECKING:
    from dibs.jobs.registry import KnownJob
    from dibs.jobs.service import Jobs

_WORKSPACES = "SELECT id FROM workspaces ORDER BY id"


def schedule_plugin_jobs(jobs: Jobs) -> None:
    """Put the jobs that have an `every` on the schedule."""
    for known in jobs.registry.jobs.values():
        if known.job.every is not None and known.plugin is not None:
            _schedule(jobs, known, known.plugin, known.job.every)


def _schedule(jobs: Jobs, known: KnownJob, plugin: str, every: str) -> None:
    async def hand_in() -> None:
        for row in await jobs.db.plain_fetch(_WORKSPACES):
            if await jobs.flags.is_enabled(row["id"], plugin):
                queue = PooledQueue(row["id"], jobs.db, jobs.registry)
                await queue.enqueue(known.job.name, {}, key="scheduled")

    jobs.registry.schedule(known.job.name, every, hand_in)
