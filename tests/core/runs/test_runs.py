"""Runs never go back, tell of themselves once a second, and are taken up again when their process dies."""

import asyncio
import sys
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from dibs.audit_log import Actor
from dibs.errors import ConflictError, InvalidInputError, PluginError, RunStoppedError
from dibs.models.runs import NewRun
from dibs.runs import sql

from ..api.conftest import SignUp
from .conftest import Works


async def test_a_run_goes_from_its_first_stage_to_its_result(works: Works) -> None:
    begun = await works.begin()
    done = await works.until(begun.run_id, "done")
    assert (done["percent"], done["stage"], done["done"], done["total"]) == (100.0, "saving", 8, 8)
    assert done["lines"] == {"reading": 5, "saving": 8} and set(done["took"]) == {"reading", "saving"}
    assert (await works.person.call("GET", f"/api/runs/{begun.run_id}"))[1]["result"] == {"lines": 8}
    kinds = [kind for kind, _ in await works.events(begun.run_id)]
    assert kinds[0] == kinds[1] == "run.stage" and kinds[-1] == "run.completion"
    assert {data["run_id"] for _, data in await works.events(begun.run_id)} == {str(begun.run_id)}
    assert {data["kind"] for _, data in await works.events(begun.run_id)} == {"toy.work"}


async def test_progress_is_told_once_a_second_and_at_most_four_times(works: Works) -> None:
    begun = await works.begin(lines=2, pause=1.6)
    await works.until(begun.run_id, "done")
    quick = await works.begin("two", lines=300, pause=0.005)
    await works.until(quick.run_id, "done")
    slow_events = (await works.events(begun.run_id))[2:]
    gaps = [(b["at"] - a["at"]).total_seconds() for (_, a), (_, b) in pairwise(slow_events)]
    assert len(slow_events) >= 4, "a step of 1.6 seconds is told of at least once in the middle"
    progress = [data for kind, data in await works.events(quick.run_id) if kind == "run.progress"]
    took = (progress[-1]["at"] - progress[0]["at"]).total_seconds()
    assert 2 <= len(progress) <= 4 * took + 3 and max(gaps) < 30
    percents = [data["percent"] for _, data in await works.events(quick.run_id)]
    assert percents == sorted(percents) and percents[-1] == 100.0 and all(p < 100 for p in percents[:-1])


async def test_what_is_reported_late_or_less_changes_nothing(works: Works) -> None:
    runtime, waiting = works.app.runtime, await works.begin(waits=True)
    await works.until(waiting.run_id, "waiting")
    async with runtime.transactions.open(works.workspace_id, None, Actor.system()) as context:
        await context.runs._connection.execute("UPDATE runs SET state = 'running' WHERE id = $1", waiting.run_id)
    async with runtime.runs.open(works.workspace_id, waiting.run_id) as run:
        await run.report("saving", 6, 8)
        before = run.view
        rows = await runtime.db.plain_fetch(
            sql.REPORT, works.workspace_id, waiting.run_id, 1, 1, "saving", 2, 8, "less", 1, None
        )
        assert (rows[0]["done"], float(rows[0]["percent"])) == (6, before.percent)
        rows = await runtime.db.plain_fetch(
            sql.REPORT, works.workspace_id, waiting.run_id, 1, 0, "reading", 5, 5, "an earlier stage", 40, None
        )
        assert (rows[0]["stage"], rows[0]["done"], rows[0]["message"]) == ("saving", 6, "less")
        with pytest.raises(PluginError):
            await run.report("packing")
        await run.finish()
        with pytest.raises(RunStoppedError):
            await run.finish()
    with pytest.raises(asyncpg.CheckViolationError):  # the database itself says so
        await runtime.db.plain_fetch(
            "UPDATE runs SET state = 'running' WHERE workspace_id = $1 AND id = $2", works.workspace_id, waiting.run_id
        )


async def test_people_are_waited_for_and_the_work_goes_on_where_it_was(works: Works) -> None:
    begun = await works.begin(waits=True)
    waiting = await works.until(begun.run_id, "waiting")
    assert waiting["stage"] == "reading" and 0 < waiting["percent"] < 100
    opened = works.app.runtime.transactions.open
    async with opened(works.workspace_id, None, Actor.system()) as context:
        await context.runs.resume(begun.run_id)
    assert (await works.until(begun.run_id, "done"))["lines"]["saving"] == 8
    with pytest.raises(ConflictError):
        async with opened(works.workspace_id, None, Actor.system()) as context:
            await context.runs.resume(begun.run_id)


async def test_a_failure_names_its_reason_and_can_be_begun_anew(works: Works, sign_up: SignUp) -> None:
    begun = await works.begin(broken=True)
    failed = await works.until(begun.run_id, "failed")
    assert failed["error"] == {"code": "invalid_input", "message": "Row 3 has no name.", "data": {"row": 3}}
    assert failed["can_retry"] and failed["percent"] < 100
    path = f"/api/runs/{begun.run_id}/retry"
    operator = await sign_up("Olga")
    body = {"email": operator.email, "role": "operator"}
    await works.person.call("POST", f"/api/workspaces/{works.workspace_id}/members", json=body)
    here = {"X-Dibs-Workspace": str(works.workspace_id)}
    assert (await operator.call("POST", path, json={}, headers=here))[0] == 403  # beginning it needed more
    assert (await operator.call("POST", path, json={}))[0] == 404  # another workspace
    status, told = await works.person.call("POST", path, json={})
    assert (status, told["state"], told["percent"]) == (200, "running", failed["percent"])
    await works.until(begun.run_id, "done")
    assert (await works.person.call("POST", path, json={}))[0] == 409
    kinds = [kind for kind, _ in await works.events(begun.run_id)]
    assert kinds.count("run.error") == 1 and kinds[-1] == "run.completion"


async def test_a_plugin_that_is_switched_off_stops_its_runs(works: Works) -> None:
    await works.app.runtime.flags.set_override(works.workspace_id, "toy", False)
    begun = await works.begin()
    stopped = await works.until(begun.run_id, "stopped")
    assert stopped["error"]["code"] == "switched_off"


async def test_how_long_it_takes_comes_from_the_runs_before(works: Works) -> None:
    first = await works.begin(lines=5, pause=0.3)
    await works.until(first.run_id, "done")
    assert all(data["remaining_seconds"] is None for _, data in (await works.events(first.run_id))[:2])
    second = await works.begin("two", lines=20, pause=0.3)
    await works.until(second.run_id, "done")
    left = [data["remaining_seconds"] for kind, data in await works.events(second.run_id) if kind == "run.progress"]
    assert left and left[0] is not None and 3 <= left[0] <= 30 and left[-1] < left[0]


async def test_a_run_whose_process_died_is_taken_up_again(works: Works, database_url: str, tmp_path: Path) -> None:
    runtime = works.app.runtime
    await runtime.jobs.close()
    begun = await works.begin(lines=20, pause=0.1, dies_at=11)
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("child.py")), database_url, str(tmp_path / "child"),
        env={"TOY_DIES": "yes", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    assert await asyncio.wait_for(child.wait(), 60) == -9
    died = await works.get(begun.run_id)
    assert died["state"] == "running" and died["stage"] == "saving" and died["percent"] > 50
    runtime.jobs._stopped.clear()
    runtime.jobs.heartbeat_seconds = 2.0
    await runtime.jobs.start()
    done = await works.until(begun.run_id, "done")
    assert (tmp_path / "one").read_text() == "x" * 20 and done["lines"]["saving"] == 20
    percents = [data["percent"] for _, data in await works.events(begun.run_id)]
    assert percents == sorted(percents) and percents[-1] == 100.0


async def test_runs_are_listed_by_kind_and_state_page_by_page(works: Works) -> None:
    for name in "abc":
        await works.until((await works.begin(name)).run_id, "done")
    _, first = await works.person.call("GET", "/api/runs?kind=toy.work&state=done&limit=2")
    _, rest = await works.person.call("GET", f"/api/runs?cursor={first['next']}&limit=2")
    assert [run["title"] for run in first["runs"] + rest["runs"]] == ["c.csv", "b.csv", "a.csv"]
    assert rest["next"] is None and first["position"]
    assert (await works.person.call("GET", "/api/runs?kind=other"))[1]["runs"] == []
    assert (await works.person.call("GET", f"/api/runs/{uuid4()}"))[0] == 404


@pytest.mark.parametrize(
    ("stages", "path"), [((), None), (("a", "a"), None), (("a",), "//evil.example"), (("a",), "https://evil.example")]
)
async def test_a_run_that_makes_no_sense_is_not_begun(works: Works, stages: tuple[str, ...], path: str | None) -> None:
    with pytest.raises(InvalidInputError):
        new = NewRun("toy.work", "x", stages, "toy.work", path=path)
        await works.app.runtime.runs.begin(works.workspace_id, new, Actor.system())
    assert await works.app.runtime.db.plain_fetch("SELECT 1 FROM runs") == []
