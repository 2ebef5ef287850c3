"""Jobs of several processes, processes that stop or die, and things that are done again and again."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from dibs.db import Database
from dibs.jobs import Jobs
from dibs.jobs.tidying import tidy
from dibs.models.jobs import Job, JobContext

from .conftest import MakeJobs, queue_of, until, waiting


async def nothing(context: JobContext, payload: Mapping[str, Any]) -> None: ...


async def test_several_processes_share_the_work(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    done: list[tuple[int, int]] = []

    def work(process: int) -> Job:
        async def run(context: JobContext, payload: Mapping[str, Any]) -> None:
            done.append((process, payload["n"]))
            await asyncio.sleep(0.02)

        return Job("toy.work", run)

    first = await make_jobs(work(1), start=False)
    queue = queue_of(first, workspace_id)
    for n in range(60):
        await queue.enqueue("toy.work", {"n": n})
    for process in (2, 3):
        await make_jobs(work(process))
    await until(lambda: len(done) == 60)
    assert sorted(n for _, n in done) == list(range(60))
    assert {process for process, _ in done} == {2, 3}


async def test_a_process_that_stops_puts_back_what_takes_too_long(make_jobs: MakeJobs, workspace_id: UUID) -> None:
    begun: list[str] = []

    def work(process: str, seconds: float) -> Job:
        async def run(context: JobContext, payload: Mapping[str, Any]) -> None:
            begun.append(process)
            await asyncio.sleep(seconds)
            begun.append(f"{process} done")

        return Job("toy.work", run)

    first = await make_jobs(work("first", 60))
    first.grace_seconds = 0.1
    await queue_of(first, workspace_id).enqueue("toy.work", {})
    await until(lambda: begun)
    await first.close()
    assert await waiting(first.db) == 1
    await make_jobs(work("second", 0))
    await until(lambda: begun == ["first", "second", "second done"])


async def test_a_process_that_stops_lets_short_jobs_end(make_jobs: MakeJobs, workspace_id: UUID, db: Database) -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def run(context: JobContext, payload: Mapping[str, Any]) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        done.set()

    jobs = await make_jobs(Job("toy.work", run))
    await queue_of(jobs, workspace_id).enqueue("toy.work", {})
    await asyncio.wait_for(begun.wait(), 20)
    await jobs.close()
    assert done.is_set() and await db.plain_fetch("SELECT 1 FROM pgqueuer") == []


async def test_a_job_of_a_killed_process_is_picked_up_again(
    make_jobs: MakeJobs, workspace_id: UUID, database_url: str
) -> None:
    done: list[int] = []

    async def run(context: JobContext, payload: Mapping[str, Any]) -> None:
        done.append(context.attempt)

    jobs = await make_jobs(Job("toy.work", run), start=False, heartbeat=2.0)
    await queue_of(jobs, workspace_id).enqueue("toy.work", {})
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", DYING_CHILD, database_url)
    assert await asyncio.wait_for(child.wait(), 60) == -9
    assert await waiting(jobs.db, "picked") == 1
    await jobs.start()
    await until(lambda: done)
    assert done == [1]  # the death of a process is no try


DYING_CHILD = """
import asyncio, os, signal, sys
from types import ModuleType
from dibs import PluginInfo, hookimpl
from dibs.connections.service import Connections
from dibs.db import Database
from dibs.flags import FlagService
from dibs.jobs import Jobs
from dibs.metrics import Metrics
from dibs.models.jobs import Job
from dibs.platforms.registry import Platforms
from dibs.plugins import PluginManager
from dibs.settings import Settings

async def die(context, payload):
    os.kill(os.getpid(), signal.SIGKILL)

@hookimpl
def jobs():
    return [Job("toy.work", die)]

async def main(url):
    module = ModuleType("toy")
    module.PLUGIN, module.jobs = PluginInfo("toy", "Toy", "Of the tests.", default=True), jobs
    plugins = PluginManager()
    assert plugins.add(module, "toy"), plugins.refused
    db = Database(url)
    await db.connect()
    flags = FlagService(db, plugins)
    await flags.start()
    made = Jobs(db, flags, plugins, Connections(db, Platforms(flags), Settings(secret_key="k" * 40)), Metrics())
    made.first_seconds = 0.0
    await made.start()
    await asyncio.sleep(60)

asyncio.run(main(sys.argv[1]))
"""


async def test_a_lost_connection_ends_nothing(make_jobs: MakeJobs, workspace_id: UUID, db: Database) -> None:
    done: list[int] = []

    async def run(context: JobContext, payload: Mapping[str, Any]) -> None:
        done.append(payload["n"])

    jobs = await make_jobs(Job("toy.work", run))
    await queue_of(jobs, workspace_id).enqueue("toy.work", {"n": 1})
    await until(lambda: done == [1])
    await db.plain_fetch("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dibs jobs'")
    await queue_of(jobs, workspace_id).enqueue("toy.work", {"n": 2})
    await until(lambda: done == [1, 2])


async def test_what_is_scheduled_is_done_by_one_process_at_a_time(make_jobs: MakeJobs) -> None:
    done: list[str] = []

    async def make(process: str) -> Jobs:
        jobs = await make_jobs(Job("toy.work", nothing), start=False)

        async def turn() -> None:
            done.append(process)

        jobs.registry.schedule("toy.turn", "* * * * * */1", turn)
        await jobs.start()
        return jobs

    for process in ("first", "second"):
        await make(process)
    await until(lambda: len(done) >= 3)
    rows = await (await make_jobs(start=False)).db.plain_fetch("SELECT entrypoint FROM pgqueuer_schedules")
    assert sorted(row["entrypoint"] for row in rows) == ["jobs.tidy", "toy.turn"]


async def test_the_log_of_jobs_that_are_over_is_kept_for_a_week(db: Database) -> None:
    await db.plain_fetch(
        "INSERT INTO pgqueuer_log (created, job_id, status, priority, entrypoint) VALUES "
        "(now() - interval '8 days', 1, 'successful', 0, 'a'), (now() - interval '6 days', 2, 'successful', 0, 'a')"
    )
    await tidy(db)
    assert [row["job_id"] for row in await db.plain_fetch("SELECT job_id FROM pgqueuer_log")] == [2]


async def test_failed_jobs_are_listed_with_the_reason_and_begun_anew(
    make_jobs: MakeJobs, workspace_id: UUID, database_url: str
) -> None:
    tries: list[int] = []

    async def run(context: JobContext, payload: Mapping[str, Any]) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("out of paper")

    jobs = await make_jobs(Job("toy.work", run))
    await queue_of(jobs, workspace_id).enqueue("toy.work", {})
    await until(lambda: waiting(jobs.db, "failed"))
    listed = json.loads(await asyncio.to_thread(_dibs, "list", "--json", "--status", "failed", url=database_url))[
        "jobs"
    ]
    assert [(one["name"], one["workspace_id"]) for one in listed] == [("toy.work", str(workspace_id))]
    assert "out of paper" in listed[0]["problem"]
    assert "1 job(s)" in await asyncio.to_thread(_dibs, "retry", str(listed[0]["id"]), url=database_url)
    await until(lambda: len(tries) == 2)


def _dibs(*args: str, url: str) -> str:
    command = [sys.executable, "-m", "dibs", "jobs", args[0], "--database-url", url, *args[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("args", [("retry",), ("retry", "1", "--all")])
def test_retry_wants_ids_or_all(args: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", "dibs", "jobs", *args], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "--all" in done.stderr
