"""Jobs run once they were committed, again when they have to, and are kept when they failed."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dibs.clock import utc_now
from dibs.db import Database
from dibs.errors import PluginError
from dibs.jobs.queue import TransactionQueue
from dibs.jobs.running import pause_after
from dibs.models.jobs import Job, JobContext
from dibs.models.platform import RefusedError, TryAgainError

from .conftest import MakeJobs, queue_of, until, waiting


class Work:
    """Notes what it was called with; does what it is told to, call after call."""

    def __init__(self, *outcomes: BaseException | None) -> None:
        self.calls: list[Mapping[str, Any]] = []
        self.attempts: list[int] = []
        self.contexts: list[JobContext] = []
        self._outcomes = list(outcomes)

    async def __call__(self, context: JobContext, payload: Mapping[str, Any]) -> None:
        self.calls.append(payload)
        self.attempts.append(context.attempt)
        self.contexts.append(context)
        outcome = self._outcomes.pop(0) if self._outcomes else None
        if outcome is not None:
            raise outcome

    def job(self, **more: Any) -> Job:
        return Job("toy.work", self, **more)


async def test_a_job_runs_with_its_payload_and_its_workspace(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    work = Work()
    jobs = await make_jobs(work.job())
    await queue_of(jobs, workspace_id).enqueue("toy.work", {"n": 1})
    await until(lambda: work.calls)
    assert work.calls == [{"n": 1}] and work.attempts == [1]
    assert work.contexts[0].workspace_id == workspace_id == work.contexts[0].data.workspace_id
    await until(lambda: _none(jobs.db))


async def _none(db: Database) -> bool:
    return not await db.plain_fetch("SELECT 1 FROM pgqueuer")


async def test_a_job_of_a_transaction_that_was_undone_never_was(
    make_jobs: MakeJobs, db: Database, workspace_id: UUID
) -> None:
    work = Work()
    jobs = await make_jobs(work.job())
    with pytest.raises(RuntimeError, match="undo"):
        async with db.transaction(), db.raw() as connection:
            await TransactionQueue(workspace_id, connection, jobs.registry).enqueue("toy.work", {"n": 1})
            raise RuntimeError("undo")
    await queue_of(jobs, workspace_id).enqueue("toy.work", {"n": 2})
    await until(lambda: work.calls)
    await until(lambda: _none(db))
    assert work.calls == [{"n": 2}]


async def test_try_again_waits_as_long_as_it_was_told_and_counts(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    work = Work(TryAgainError("busy", retry_after=0.2), TryAgainError("busy", retry_after=0.2))
    jobs = await make_jobs(work.job())
    await queue_of(jobs, workspace_id).enqueue("toy.work", {})
    await until(lambda: len(work.calls) == 3)
    assert work.attempts == [1, 2, 3]
    await until(lambda: _none(jobs.db))


def test_pauses_grow_and_end_at_five_minutes() -> None:
    busy = TryAgainError("busy")
    assert [2**n <= pause_after(busy, n) <= 1.2 * 2**n for n in range(1, 8)] == [True] * 7
    assert 300 <= pause_after(busy, 30) <= 360
    assert 7 <= pause_after(TryAgainError("busy", retry_after=7), 5) <= 8.4


@pytest.mark.parametrize("error", [RefusedError("no", "text"), ValueError("broken")])
async def test_what_will_never_work_is_tried_once_and_kept(
    make_jobs: MakeJobs, workspace_id: UUID, error: Exception
) -> None:
    work = Work(error)
    jobs = await make_jobs(work.job())
    await queue_of(jobs, workspace_id).enqueue("toy.work", {})
    await until(lambda: waiting(jobs.db, "failed"))
    assert len(work.calls) == 1
    health = await jobs.flags.health.of_workspace(workspace_id)
    assert ("toy" in health) is isinstance(error, ValueError)  # a refusal is no fault of the plugin


async def test_after_its_last_try_a_job_is_kept(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    work = Work(*(TryAgainError("busy", retry_after=0.05) for _ in range(5)))
    jobs = await make_jobs(work.job(attempts=2))
    await queue_of(jobs, workspace_id).enqueue("toy.work", {})
    await until(lambda: waiting(jobs.db, "failed"))
    assert work.attempts == [1, 2]


async def test_a_job_that_hangs_is_cut_off_and_tried_again(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    begun: list[int] = []

    async def hang(context: JobContext, payload: Mapping[str, Any]) -> None:
        begun.append(context.attempt)
        await asyncio.sleep(60)

    jobs = await make_jobs(Job("toy.hang", hang, attempts=1, seconds=0.1))
    await queue_of(jobs, workspace_id).enqueue("toy.hang", {})
    await until(lambda: waiting(jobs.db, "failed"))
    assert begun == [1]


async def test_while_a_key_waits_or_runs_another_is_not_taken(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    work = Work()
    jobs = await make_jobs(work.job())
    queue, later = queue_of(jobs, workspace_id), utc_now() + timedelta(seconds=0.5)
    for n in range(3):
        await queue.enqueue("toy.work", {"n": n}, key="one", run_at=later)
    await queue.enqueue("toy.work", {"n": 9}, key="other")
    await until(lambda: len(work.calls) == 2)
    await until(lambda: _none(jobs.db))
    assert work.calls == [{"n": 9}, {"n": 0}]
    await queue.enqueue("toy.work", {"n": 4}, key="one")
    await until(lambda: len(work.calls) == 3)


async def test_a_job_waits_for_its_time(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    work, at = Work(), utc_now() + timedelta(seconds=1)
    jobs = await make_jobs(work.job())
    await queue_of(jobs, workspace_id).enqueue("toy.work", {}, run_at=at)
    await until(lambda: work.calls)
    assert utc_now() >= at


async def test_a_job_of_a_plugin_that_is_off_does_not_run(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    work = Work()
    jobs = await make_jobs(work.job(), default=False)
    await queue_of(jobs, workspace_id).enqueue("toy.work", {"n": 1})
    await until(lambda: _none(jobs.db))
    await jobs.flags.set_override(workspace_id, "toy", True)
    await queue_of(jobs, workspace_id).enqueue("toy.work", {"n": 2})
    await until(lambda: work.calls)
    assert work.calls == [{"n": 2}]


async def test_nobody_hands_in_jobs_that_nobody_knows(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    jobs = await make_jobs(start=False)
    with pytest.raises(PluginError, match=r"no jobs called 'toy\.work'"):
        await queue_of(jobs, workspace_id).enqueue("toy.work", {})


async def test_a_job_named_after_another_plugin_is_left_out(make_jobs: MakeJobs) -> None:
    work = Work()
    jobs = await make_jobs(work.job(), Job("other.work", work), work.job(), start=False)
    assert list(jobs.registry.jobs) == ["toy.work"]
