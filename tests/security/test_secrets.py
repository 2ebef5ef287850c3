"""S-17: no password, token or key stands in a log line or in an error."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Person, SignUp

SECRET = "Zaunkoenig-7f3a9c"


async def test_no_secret_of_a_request_stands_in_a_log_or_an_error(
    sign_up: SignUp, capfd: pytest.CaptureFixture[str]
) -> None:
    ana = await sign_up()
    told: list[Any] = []

    async def call(method: str, path: str, who: Person = ana, **more: Any) -> Any:
        status, body = await who.call(method, path, **more)
        if status >= 400:
            told.append(body)
        return body

    guess = {"email": ana.email, "password": SECRET}
    await call("POST", "/api/auth/login", json=guess)
    await call("POST", "/api/auth/login", json={**guess, SECRET: 1})
    await call("POST", "/api/auth/register", json={**guess, "name": 5})
    await call("POST", "/api/auth/refresh", json={"refresh_token": SECRET})
    await call("POST", "/api/auth/logout", json={"refresh_token": SECRET})
    await call("GET", "/api/shows", headers={"Authorization": f"Bearer {SECRET}"})
    await call("GET", "/api/shows", headers={"Authorization": f"Basic {SECRET}"})
    await call("POST", "/api/tickets", json={}, headers={"Idempotency-Key": SECRET})
    broken = f'{{"password": "{SECRET}'.encode()
    await call("POST", "/api/shows", data=broken, headers={"Content-Type": "application/json"})
    await call("GET", f"/join/{SECRET}")
    await call("POST", "/api/auth/password", json={"password": SECRET, "new_password": SECRET, "current": SECRET})
    await call("GET", f"/sign-in/{SECRET}")
    await call("GET", f"/api/invitations/{SECRET}")
    await call("POST", f"/api/invitations/{SECRET}/accept", json={})
    await call("GET", f"/api/shows/01a1fc54-5636-790f-b493-f244132829c3/stream?ticket={SECRET}")
    invited = await call("POST", f"/api/workspaces/{ana.workspace_id}/invitations", json={"role": "viewer"})
    logs = "".join(capfd.readouterr())
    known = str(told).replace(f"'path': '{SECRET}'", "")  # the name of a field that is not known is told
    assert logs.count('"event":"request"') >= 15
    for secret in (SECRET, ana.access_token, ana.refresh_token, *_secrets_in(invited)):
        assert secret not in logs, [line for line in logs.splitlines() if secret in line]
        assert secret not in known


def _secrets_in(made: Any) -> list[str]:
    """The token of an invitation, from wherever it stands in the answer."""
    found = [value.rpartition("/join/")[2] for value in made.values() if isinstance(value, str) and "/join/" in value]
    assert found, made
    return found


async def test_a_ticket_a_link_and_a_token_are_stored_as_hashes_only(sign_up: SignUp) -> None:
    ana = await sign_up()
    _, ticket = await ana.call("POST", "/api/tickets", json={})
    from quart import Quart

    app = ana.client.app
    assert isinstance(app, Quart)
    fetch = app.extensions["dibs"].db.hot_fetch
    tables = await fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for name in (row["tablename"] for row in tables):
        for row in await fetch(f"SELECT t::text AS words FROM {name} AS t"):
            for secret in (ticket["ticket"], ana.refresh_token, ana.refresh_token.partition(".")[2], "correct horse"):
                assert secret not in row["words"], name
