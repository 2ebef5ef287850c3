"""Practice over the API: one audience a show, through the whole lane, stopped by hand or by time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from dibs.app import DibsQuart
from dibs.audit_log import Actor
from dibs.ids import uuid7
from dibs.practice import Practice, rows
from dibs.practice.model import Run

from ..api.conftest import Person, SignUp


async def a_show(ana: Person, *, practice: bool = True, items: int = 0) -> str:
    _, show = await ana.call("POST", "/api/shows", json={"title": "Try it", "practice": practice})
    if items:
        body = {"items": [{"item_number": f"K{n}", "title": "Kite", "quantity": 5} for n in range(items)]}
        await ana.call("POST", f"/api/shows/{show['id']}/items", json=body)
    return str(show["id"])


async def eventually(look: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(200):
        if await look():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come")


async def practise(ana: Person, show: str, method: str = "POST", **body: int) -> tuple[int, Any]:
    return await ana.call(method, f"/api/shows/{show}/practice", **({"json": body} if method == "POST" else {}))


async def test_an_audience_comments_claims_and_goes_home(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=2)
    assert (await practise(ana, show, "GET"))[1] == {
        "practice": True,
        "running": False,
        "comments_per_minute": None,
        "started_at": None,
        "ends_at": None,
        "stopped_at": None,
        "comments": 0,
    }
    status, state = await practise(ana, show, comments_per_minute=600, minutes=1)
    assert status == 200 and state["running"] and state["comments_per_minute"] == 600

    async def claimed() -> bool:
        return bool((await ana.call("GET", f"/api/shows/{show}/claims"))[1]["claims"])

    await eventually(claimed)
    _, found = await ana.call("GET", f"/api/shows/{show}")
    assert found["status"] == "active" and found["pinned_item_id"] is not None
    _, comments = await ana.call("GET", f"/api/shows/{show}/comments")
    assert {comment["platform"] for comment in comments["comments"]} == {"practice"}
    status, state = await practise(ana, show, "DELETE")
    assert status == 200 and not state["running"] and state["stopped_at"] and state["comments"] > 0
    status, again = await practise(ana, show, "DELETE")
    assert status == 200 and again == state


async def test_a_show_without_items_gets_some_to_practise_with(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana)
    status, _ = await ana.call("POST", f"/api/shows/{show}/practice")
    assert status == 200
    _, found = await ana.call("GET", f"/api/shows/{show}/items")
    assert len(found["items"]) == 10 and all(item["price"] for item in found["items"])
    await practise(ana, show, "DELETE")


async def test_only_one_audience_sits_in_a_show(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=1)
    answers = await asyncio.gather(*(practise(ana, show, comments_per_minute=1) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409, 409]
    assert all(answer["error"]["code"] == "conflict" for status, answer in answers if status == 409)
    await practise(ana, show, "DELETE")
    assert (await practise(ana, show, comments_per_minute=1))[0] == 200
    await practise(ana, show, "DELETE")


async def test_what_is_no_practice_show_has_no_audience(sign_up: SignUp) -> None:
    ana, ben = await sign_up("Ana"), await sign_up("Ben")
    real = await a_show(ana, practice=False)
    status, answer = await practise(ana, real)
    assert status == 409 and "practice show" in answer["error"]["message"]
    assert (await ana.call("GET", f"/api/shows/{real}"))[1]["status"] == "draft"
    for method in ("GET", "POST", "DELETE"):
        assert (await practise(ben, real, method))[0] == 404
    for body in ({"minutes": 0}, {"comments_per_minute": 601}, {"minutes": "5"}, {"more": 1}):
        assert (await ana.call("POST", f"/api/shows/{real}/practice", json=body))[0] == 400


async def test_a_paused_or_ended_show_is_refused_in_words(sign_up: SignUp) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=1)
    await ana.call("POST", f"/api/shows/{show}/activate")
    await ana.call("POST", f"/api/shows/{show}/pause")
    status, answer = await practise(ana, show)
    assert status == 409 and "resume it" in answer["error"]["message"]
    await ana.call("POST", f"/api/shows/{show}/stop")
    status, answer = await practise(ana, show)
    assert status == 409 and "duplicate it" in answer["error"]["message"]


async def test_the_end_of_the_show_is_the_end_of_the_run_and_both_stand_in_the_log(
    sign_up: SignUp, app: DibsQuart
) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=1)
    await practise(ana, show, comments_per_minute=600)
    await ana.call("POST", f"/api/shows/{show}/stop")

    async def over() -> bool:
        return (await practise(ana, show, "GET"))[1]["stopped_at"] is not None

    await eventually(over)
    entries = await app.runtime.db.hot_fetch(
        "SELECT action, actor_name FROM audit_log WHERE action LIKE 'practice.%' ORDER BY id"
    )
    assert [tuple(entry) for entry in entries] == [("practice.started", "Ana"), ("practice.stopped", "Dibs")]


async def test_another_process_sees_the_run_and_ends_it(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=1)
    await practise(ana, show, comments_per_minute=600)
    runtime = app.runtime
    other = Practice(runtime.db, runtime.lanes, runtime.flags)
    workspace, show_id = UUID(ana.workspace_id), UUID(show)
    assert (await other.state(workspace, show_id)).running
    assert not (await other.end(workspace, show_id, Actor.system())).running

    async def empty() -> bool:
        return not runtime.practice._runs

    await eventually(empty)


async def test_a_run_whose_process_died_does_not_claim_to_run(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=1)
    db, run = app.runtime.db, Run(UUID(ana.workspace_id), UUID(show), uuid7(), 10, 5)
    async with db.transaction(), db.raw() as connection:
        assert await rows.begin(connection, run, "a process that is gone")
    assert (await practise(ana, show, "GET"))[1]["running"]
    await db.hot_fetch("UPDATE practice_runs SET lease_until = now() - interval '1 second'")
    state = (await practise(ana, show, "GET"))[1]
    assert not state["running"] and state["stopped_at"] is None
    assert (await practise(ana, show, comments_per_minute=1))[0] == 200
    assert not await rows.beat(db, run, 5)  # should it come back, it finds its place taken
    await practise(ana, show, "DELETE")


async def test_a_run_ends_when_its_time_is_over(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=1)
    await practise(ana, show, comments_per_minute=600)
    await app.runtime.db.hot_fetch("UPDATE practice_runs SET ends_at = now()")

    async def over() -> bool:
        return (await practise(ana, show, "GET"))[1]["stopped_at"] is not None

    await eventually(over)
    assert not app.runtime.practice._runs
    [row] = await app.runtime.db.hot_fetch("SELECT practice_until FROM shows WHERE id = $1::uuid", show)
    assert row["practice_until"] is None


async def test_nobody_comments_while_the_show_is_paused(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    show = await a_show(ana, items=1)
    await practise(ana, show, comments_per_minute=600)
    await ana.call("POST", f"/api/shows/{show}/pause")
    [(runner, _)] = app.runtime.practice._runs.values()

    async def noticed() -> bool:
        return runner._status == "paused"

    await eventually(noticed)
    before = runner.written
    await asyncio.sleep(0.6)
    assert runner.written == before
    await practise(ana, show, "DELETE")


async def test_a_workspace_has_two_audiences_at_most(sign_up: SignUp) -> None:
    ana = await sign_up()
    shows = [await a_show(ana, items=1) for _ in range(3)]
    answers = [await practise(ana, show, comments_per_minute=10, minutes=1) for show in shows]
    assert [status for status, _ in answers] == [200, 200, 409]
    assert (await ana.call("GET", f"/api/shows/{shows[2]}"))[1]["status"] == "draft"
    await practise(ana, shows[0], "DELETE")
    assert (await practise(ana, shows[2], comments_per_minute=10, minutes=1))[0] == 200
