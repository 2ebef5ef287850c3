"""A POST with an idempotency key happens once and is answered the same way each time."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import asyncpg
import orjson
import pytest

from dibs.app import DibsQuart

from .conftest import Person, SignUp

LOGIN = {"email": "", "password": "correct horse"}


async def post(who: Person, path: str, body: Any, key: str, **headers: str) -> tuple[int, Any, bool]:
    """Status, body, and whether the answer was given before."""
    sent = {**who.headers, "Idempotency-Key": key, **headers}
    response = await who.client.post(path, json=body, headers=sent)
    replayed = response.headers.get("Idempotency-Replayed") == "true"
    return response.status_code, await response.get_json(silent=True), replayed


def code(answer: tuple[int, Any, bool]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["code"]


async def titles(who: Person) -> list[str]:
    _, body = await who.call("GET", "/api/shows")
    return [show["title"] for show in body["shows"]]


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(sign_up: SignUp) -> None:
    ana = await sign_up()
    first = await post(ana, "/api/shows", {"title": "Friday"}, "k1")
    again = await post(ana, "/api/shows", {"title": "Friday"}, "k1")
    assert (first[0], first[2]) == (201, False)
    assert again == (*first[:2], True)
    assert await titles(ana) == ["Friday"]


async def test_a_refusal_is_an_answer_too(sign_up: SignUp) -> None:
    ana = await sign_up()
    first = await post(ana, "/api/shows", {"title": ""}, "k1")
    assert (await post(ana, "/api/shows", {"title": ""}, "k1")) == (400, first[1], True)


@pytest.mark.parametrize("change", ["body", "query", "path"])
async def test_the_key_of_another_request_is_refused(sign_up: SignUp, change: str) -> None:
    ana = await sign_up()
    await post(ana, "/api/shows", {"title": "Friday"}, "k1")
    path = {"query": "/api/shows?a=1", "path": "/api/workspaces"}.get(change, "/api/shows")
    body = {"title": "Monday"} if change == "body" else {"title": "Friday"}
    assert code(await post(ana, path, body, "k1")) == (409, "idempotency_mismatch")
    assert await titles(ana) == ["Friday"]


async def test_keys_of_different_people_and_workspaces_do_not_meet(sign_up: SignUp) -> None:
    ana, ben = await sign_up("Ana"), await sign_up("Ben")
    _, other = await ana.call("POST", "/api/workspaces", json={"name": "Other"})
    there = {"X-Dibs-Workspace": other["id"]}
    made = [
        await post(ana, "/api/shows", {"title": "Friday"}, "k1"),
        await post(ben, "/api/shows", {"title": "Friday"}, "k1"),
        await post(ana, "/api/shows", {"title": "Friday"}, "k1", **there),
    ]
    assert [(status, replayed) for status, _, replayed in made] == [(201, False)] * 3
    assert len({body["id"] for _, body, _ in made}) == 3


async def test_a_key_of_a_public_route_belongs_to_the_address(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    body, answers = {"email": ana.email, "password": "correct horse"}, []
    for port, address in enumerate(("203.0.113.5", "203.0.113.5", "203.0.113.6")):
        client = app.test_client(use_cookies=False)
        response = await client.post(
            "/api/auth/login",
            json=body,
            headers={"Idempotency-Key": "k1"},
            scope_base={"client": (address, port)},
        )
        answers.append((response.headers.get("Idempotency-Replayed"), (await response.get_json())["refresh_token"]))
    assert [replayed for replayed, _ in answers] == [None, "true", None]
    assert answers[0][1] == answers[1][1] != answers[2][1]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "schlüssel", "a\tb"])
async def test_a_key_that_is_none_is_refused(sign_up: SignUp, key: str) -> None:
    ana = await sign_up()
    answer = await post(ana, "/api/shows", {"title": "Friday"}, key)
    assert code(answer) == (400, "invalid_input")
    assert answer[1]["error"]["fields"][0]["path"] == "Idempotency-Key"


async def test_the_table_shows_neither_keys_nor_answers(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    answer = await post(ana, "/api/auth/login", {"email": ana.email, "password": "correct horse"}, "a-key-of-ana")
    rows = await app.runtime.db.hot_fetch("SELECT k::text AS words, answer FROM idempotency_keys AS k")
    secrets = (answer[1]["refresh_token"], answer[1]["access_token"], "a-key-of-ana", ana.email, "correct horse")
    for row in rows:
        for secret in secrets:
            assert secret not in row["words"] and secret.encode() not in row["answer"]
            assert secret.encode().hex() not in row["words"]


async def test_fifty_at_once_have_one_effect(sign_up: SignUp) -> None:
    ana = await sign_up()
    answers = await asyncio.gather(*(post(ana, "/api/shows", {"title": "Friday"}, "k1") for _ in range(50)))
    assert await titles(ana) == ["Friday"]
    told = Counter(status for status, *_ in answers)
    assert told[201] >= 1 and set(told) <= {201, 409}
    assert len({orjson.dumps(body) for status, body, _ in answers if status == 201}) == 1
    assert {code(answer) for answer in answers if answer[0] == 409} <= {(409, "in_progress")}


async def test_without_a_key_fifty_at_once_have_fifty_effects(sign_up: SignUp) -> None:
    """The control of the test above: the requests do run at once, and only the key makes them one."""
    ana = await sign_up()
    await asyncio.gather(*(ana.call("POST", "/api/shows", json={"title": "Friday"}) for _ in range(50)))
    assert len(await titles(ana)) == 50


async def test_a_request_that_still_runs_is_said_to_run(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    await post(ana, "/api/shows", {"title": "Friday"}, "k1")
    await forget_answer(app, "1 second")
    response = await ana.client.post(
        "/api/shows", json={"title": "Friday"}, headers={**ana.headers, "Idempotency-Key": "k1"}
    )
    assert (response.status_code, response.headers["Retry-After"]) == (409, "1")
    assert (await response.get_json())["error"]["code"] == "in_progress"


async def forget_answer(app: DibsQuart, age: str) -> None:
    """As if the process had died between the change and the answer."""
    await app.runtime.db.hot_fetch(
        f"UPDATE idempotency_keys SET status = NULL, answer = NULL, created_at = now() - interval '{age}'"
    )


async def test_what_a_dead_process_did_is_not_done_again(sign_up: SignUp, app: DibsQuart) -> None:
    """The entry in the audit log carries the request's key: the change and its key stand or fall together."""
    ana = await sign_up()
    first = await post(ana, "/api/shows", {"title": "Friday"}, "k1")
    await forget_answer(app, "2 minutes")
    again = await post(ana, "/api/shows", {"title": "Friday"}, "k1")
    assert code(again) == (409, "already_done")
    assert again[1]["error"]["data"] == {"action": "show.created", "entity": "show", "entity_id": first[1]["id"]}
    assert await titles(ana) == ["Friday"]
    assert await post(ana, "/api/shows", {"title": "Friday"}, "k1") == (*again[:2], True)


async def test_a_workspace_that_a_dead_process_made_is_not_made_again(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    await post(ana, "/api/workspaces", {"name": "Second shop"}, "k1")
    await forget_answer(app, "2 minutes")
    assert code(await post(ana, "/api/workspaces", {"name": "Second shop"}, "k1")) == (409, "already_done")
    _, answer = await ana.call("GET", "/api/workspaces")
    assert len(answer["workspaces"]) == 2


async def test_what_a_dead_process_did_not_do_is_done_by_who_asks_again(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    await post(ana, "/api/tickets", None, "k1", **{"Content-Type": "application/json"})
    await forget_answer(app, "2 minutes")
    status, body, replayed = await post(ana, "/api/tickets", None, "k1")
    assert (status, replayed) == (201, False) and body["ticket"]


async def test_the_database_refuses_a_second_execution(sign_up: SignUp, app: DibsQuart) -> None:
    """Also where the key was lost: the change fails as a whole."""
    ana = await sign_up()
    await post(ana, "/api/shows", {"title": "Friday"}, "k1")
    await app.runtime.db.hot_fetch("DELETE FROM idempotency_keys")
    assert code(await post(ana, "/api/shows", {"title": "Friday"}, "k1")) == (409, "already_done")
    assert await titles(ana) == ["Friday"]


async def test_an_outage_leaves_the_key_free(sign_up: SignUp, app: DibsQuart) -> None:
    ana = await sign_up()
    connection = await asyncpg.connect(app.runtime.db.url)
    await connection.execute("ALTER TABLE shows RENAME TO away")
    assert (await post(ana, "/api/shows", {"title": "Friday"}, "k1"))[0] == 500
    await connection.execute("ALTER TABLE away RENAME TO shows")
    await connection.close()
    assert (await post(ana, "/api/shows", {"title": "Friday"}, "k1"))[::2] == (201, False)


async def test_who_lost_the_permission_does_not_see_the_answer_again(sign_up: SignUp, app: DibsQuart) -> None:
    ana, ben = await sign_up("Ana"), await sign_up("Ben")
    members = f"/api/workspaces/{ana.workspace_id}/members"
    await ana.call("POST", members, json={"email": ben.email, "role": "operator"})
    there = {"X-Dibs-Workspace": ana.workspace_id}
    assert (await post(ben, "/api/shows", {"title": "Friday"}, "k1", **there))[0] == 201
    await ana.call("PATCH", f"{members}/{ben.user_id}", json={"role": "viewer"})
    assert code(await post(ben, "/api/shows", {"title": "Friday"}, "k1", **there)) == (403, "forbidden")


async def test_keys_are_forgotten_after_a_day(sign_up: SignUp, app: DibsQuart) -> None:
    from dibs.idempotency import IdempotencyKeys

    ana = await sign_up()
    for key in ("k1", "k2"):
        await post(ana, "/api/tickets", None, key)
    db = app.runtime.db
    await db.hot_fetch(
        "UPDATE idempotency_keys SET created_at = now() - interval '25 hours' "
        "WHERE ctid = (SELECT ctid FROM idempotency_keys LIMIT 1)"
    )
    await IdempotencyKeys(db).sweep()
    assert len(await db.hot_fetch("SELECT 1 FROM idempotency_keys")) == 1
