"""Registering, signing in, staying signed in, signing out."""

import asyncio
from typing import Any

import pytest

from dibs.app import DibsQuart


async def post(app: DibsQuart, path: str, body: Any) -> tuple[int, Any]:
    response = await app.test_client(use_cookies=False).post(path, json=body)
    return response.status_code, await response.get_json(silent=True)


async def test_registration_makes_a_user_and_a_workspace_that_they_own(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up("Ana", workspace_name="Ana's corner")
    status, me = await ana.call("GET", "/api/auth/me")
    assert status == 200
    assert (me["user"]["name"], me["workspace"]["name"], me["workspace"]["role"]) == ("Ana", "Ana's corner", "owner")
    assert "owners:write" in me["permissions"]
    assert "password" not in str(me)


async def test_the_same_address_written_otherwise_is_a_duplicate(app: DibsQuart, sign_up: Any) -> None:
    await sign_up(email="Ana@Example.com")
    body = {"email": " ana@EXAMPLE.com ", "password": "another password", "name": "Impostor"}
    status, answer = await post(app, "/api/auth/register", body)
    assert (status, answer["error"]["code"]) == (409, "duplicate")


async def test_two_registrations_at_once_make_one_account(app: DibsQuart) -> None:
    body = {"email": "race@example.com", "password": "correct horse", "name": "Racer"}
    answers = await asyncio.gather(*(post(app, "/api/auth/register", body) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [201, 409, 409, 409, 409]
    rows = await app.runtime.db.hot_fetch("SELECT count(*) FROM workspaces")
    assert rows[0][0] == 1


async def test_faulty_registration_names_every_field(app: DibsQuart) -> None:
    status, answer = await post(app, "/api/auth/register", {"email": "nobody", "password": "short", "nick": 1})
    assert (status, answer["error"]["code"]) == (400, "invalid_input")
    assert {field["path"] for field in answer["error"]["fields"]} == {"email", "password", "name", "nick"}


@pytest.mark.parametrize("name", ["two\nlines", "nul\x00", "half \ud800", " ", "x" * 121])
async def test_names_that_would_break_a_page_or_a_row_are_refused(app: DibsQuart, name: str) -> None:
    body = {"email": "ana@example.com", "password": "correct horse", "name": name}
    assert (await post(app, "/api/auth/register", body))[0] == 400


async def test_sign_in_answers_the_same_whatever_is_wrong(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    wrong = await post(app, "/api/auth/login", {"email": ana.email, "password": "wrong password"})
    unknown = await post(app, "/api/auth/login", {"email": "nobody@example.com", "password": "wrong password"})
    assert wrong == unknown
    assert (wrong[0], wrong[1]["error"]["code"]) == (401, "bad_credentials")
    status, answer = await post(app, "/api/auth/login", {"email": ana.email.upper(), "password": "correct horse"})
    assert (status, answer["workspace"]["id"]) == (200, ana.workspace_id)


@pytest.mark.parametrize("email", ["", "nul\x00@example.com", "x" * 999, "\ud800@example.com"])
async def test_odd_sign_ins_are_refused_and_not_errors(app: DibsQuart, email: str) -> None:
    assert (await post(app, "/api/auth/login", {"email": email, "password": "wrong"}))[0] in (400, 401)


async def test_refresh_gives_new_tokens_and_ends_the_sign_in_when_an_old_one_comes_back(
    app: DibsQuart, sign_up: Any
) -> None:
    ana = await sign_up()
    status, second = await post(app, "/api/auth/refresh", {"refresh_token": ana.refresh_token})
    assert status == 200
    assert second["refresh_token"] != ana.refresh_token
    status, third = await post(app, "/api/auth/refresh", {"refresh_token": second["refresh_token"]})
    assert status == 200
    assert (await post(app, "/api/auth/refresh", {"refresh_token": ana.refresh_token}))[0] == 401
    assert (await post(app, "/api/auth/refresh", {"refresh_token": third["refresh_token"]}))[0] == 401
    assert (await ana.call("GET", "/api/auth/me"))[0] == 401


@pytest.mark.race
async def test_of_parallel_refreshes_with_one_token_one_wins_and_the_sign_in_ends(app: DibsQuart, sign_up: Any) -> None:
    for _ in range(10):
        ana = await sign_up()
        body = {"refresh_token": ana.refresh_token}
        answers = await asyncio.gather(*(post(app, "/api/auth/refresh", body) for _ in range(6)))
        won = [answer for status, answer in answers if status == 200]
        assert len(won) == 1
        assert {status for status, _ in answers} == {200, 401}
        again = await post(app, "/api/auth/refresh", {"refresh_token": won[0]["refresh_token"]})
        assert again[0] == 401


async def test_refresh_tokens_are_stored_as_hashes_only(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    rows = await app.runtime.db.hot_fetch("SELECT refresh_tokens::text AS row FROM refresh_tokens")
    assert all(ana.refresh_token.split(".")[1] not in row["row"] for row in rows)


@pytest.mark.parametrize("token", ["", "x", "00000000000000000000000000000000.x", "é.é", "\x00"])
async def test_a_refresh_token_that_nobody_gave_out_is_a_401(app: DibsQuart, token: str) -> None:
    assert (await post(app, "/api/auth/refresh", {"refresh_token": token}))[0] == 401


async def test_logout_ends_access_and_refresh_at_once(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    assert (await ana.call("GET", "/api/auth/me"))[0] == 200
    assert (await ana.call("POST", "/api/auth/logout"))[0] == 204
    assert (await ana.call("GET", "/api/auth/me"))[0] == 401
    assert (await post(app, "/api/auth/refresh", {"refresh_token": ana.refresh_token}))[0] == 401


async def test_a_closed_account_is_out_everywhere(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    assert (await ana.call("GET", "/api/auth/me"))[0] == 200
    await app.runtime.accounts.disable(await app.runtime.accounts.user_id(ana.email))
    assert (await ana.call("GET", "/api/auth/me"))[0] == 401
    assert (await post(app, "/api/auth/refresh", {"refresh_token": ana.refresh_token}))[0] == 401
    login = {"email": ana.email, "password": "correct horse"}
    assert (await post(app, "/api/auth/login", login))[0] == 401


async def test_a_ticket_opens_one_stream_only(app: DibsQuart, sign_up: Any) -> None:
    ana = await sign_up()
    status, answer = await ana.call("POST", "/api/tickets")
    assert (status, answer["expires_in"]) == (201, 30)
    tickets = app.runtime.accounts.tickets
    both = await asyncio.gather(*(tickets.redeem(answer["ticket"]) for _ in range(2)))
    assert [str(ticket.who.workspace_id) for ticket in both if ticket is not None] == [ana.workspace_id]
