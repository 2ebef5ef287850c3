"""What a browser and its enemies send, over real HTTP: cookies, CSRF, origins, sign-in links."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from dibs.accounts.model import Registration
from dibs.accounts.sessions import csrf_token
from dibs.app import DibsQuart, create_app
from dibs.server import listen, serve_app
from dibs.settings import Settings

ANA = Registration("ana@example.com", "correct horse", "Ana")


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    """A server on a free port of this machine."""
    listener: socket.socket = listen("127.0.0.1", 0)
    settings = Settings(
        database_url=database_url, data_dir=tmp_path, port=listener.getsockname()[1], shutdown_seconds=1
    )
    app, stop = create_app(settings), asyncio.Event()
    await app.runtime.start()
    running = asyncio.create_task(serve_app(app, listener, stop))
    yield app
    stop.set()
    await running
    listener.close()


@pytest.fixture
async def browser(server: DibsQuart) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(server.runtime.settings.origin, cookie_jar=jar) as session:
        yield session


async def ana_of(server: DibsQuart) -> Any:
    accounts = server.runtime.accounts
    user, workspace = await accounts.users.create(ANA, await accounts.passwords.hash(ANA.password))
    return user, workspace


async def sign_in(server: DibsQuart, browser: aiohttp.ClientSession) -> str:
    """Sign the browser in by a link; returns the session token."""
    user, _ = await ana_of(server)
    token = await server.runtime.accounts.create_sign_in_link(user.id, target="/healthz")
    async with browser.get(f"/sign-in/{token}") as response:
        assert response.status == 200
    return browser.cookie_jar.filter_cookies(browser._base_url)["dibs_session"].value  # type: ignore[arg-type]


async def test_a_link_signs_in_once_and_only_when_opened(server: DibsQuart, browser: aiohttp.ClientSession) -> None:
    user, workspace = await ana_of(server)
    token = await server.runtime.accounts.create_sign_in_link(user.id, workspace.id, "/healthz")
    async with browser.head(f"/sign-in/{token}") as head:
        assert (head.status, head.cookies) == (204, {})
    async with browser.get(f"/sign-in/{token}", headers={"Sec-Purpose": "prefetch"}) as ahead:
        assert "dibs_session" not in ahead.cookies
    async with browser.get(f"/sign-in/{token}", allow_redirects=False) as opened:
        assert (opened.status, opened.headers["Location"]) == (303, "/healthz")
        cookie = opened.headers["Set-Cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    async with browser.get("/api/auth/me") as me:
        assert (await me.json())["workspace"]["id"] == str(workspace.id)
    async with browser.get(f"/sign-in/{token}") as again:
        assert again.status == 404


async def test_of_many_that_open_a_link_at_once_one_is_signed_in(server: DibsQuart) -> None:
    user, _ = await ana_of(server)
    accounts = server.runtime.accounts
    token = await accounts.create_sign_in_link(user.id)
    found = await asyncio.gather(*(accounts.links.redeem(token) for _ in range(8)))
    assert len([link for link in found if link is not None]) == 1


async def test_an_old_link_is_refused(server: DibsQuart) -> None:
    user, _ = await ana_of(server)
    token = await server.runtime.accounts.create_sign_in_link(user.id)
    await server.runtime.db.hot_fetch("UPDATE sign_in_links SET expires_at = now() - interval '1 second'")
    assert await server.runtime.accounts.links.redeem(token) is None


async def test_unsafe_requests_with_a_cookie_need_the_csrf_token(
    server: DibsQuart, browser: aiohttp.ClientSession
) -> None:
    session = await sign_in(server, browser)
    body = {"name": "Second"}
    right = csrf_token(session)
    for headers, status in (
        ({}, 403),
        ({"X-CSRF-Token": "0" * 64}, 403),
        ({"X-CSRF-Token": right, "Origin": "https://evil.example"}, 403),
        ({"X-CSRF-Token": right, "Origin": "null"}, 403),
        ({"X-CSRF-Token": right, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-CSRF-Token": right, "Origin": server.runtime.settings.origin}, 201),
        ({"X-CSRF-Token": right}, 201),
    ):
        async with browser.post("/api/workspaces", json=body, headers=headers) as response:
            assert (headers, response.status) == (headers, status)
    async with browser.get("/api/workspaces") as listed:
        assert len((await listed.json())["workspaces"]) == 3


async def test_another_site_can_not_even_sign_somebody_in(server: DibsQuart, browser: aiohttp.ClientSession) -> None:
    body = {"email": ANA.email, "password": ANA.password}
    headers = {"Origin": "https://evil.example"}
    async with browser.post("/api/auth/login", json=body, headers=headers) as response:
        assert response.status == 403
    async with browser.post("/api/auth/login", data='{"email":1}') as plain:
        assert plain.status == 415


async def test_signing_out_ends_the_session_on_the_server(server: DibsQuart, browser: aiohttp.ClientSession) -> None:
    session = await sign_in(server, browser)
    headers = {"X-CSRF-Token": csrf_token(session)}
    async with browser.post("/api/auth/logout", headers=headers) as response:
        assert response.status == 204
    origin = server.runtime.settings.origin
    stolen = {"Cookie": f"dibs_session={session}"}
    async with aiohttp.ClientSession(origin, headers=stolen) as thief, thief.get("/api/auth/me") as me:
        assert me.status == 401


async def test_a_session_moves_to_another_workspace_only_as_a_member(
    server: DibsQuart, browser: aiohttp.ClientSession
) -> None:
    headers = {"X-CSRF-Token": csrf_token(await sign_in(server, browser))}
    async with browser.post("/api/workspaces", json={"name": "Second"}, headers=headers) as made:
        second = (await made.json())["id"]
    async with browser.post(f"/api/workspaces/{second}/switch", headers=headers) as switched:
        assert switched.status == 200
    async with browser.get("/api/auth/me") as me:
        assert (await me.json())["workspace"]["id"] == second
    stranger = Registration("eve@example.com", "correct horse", "Eve")
    _, foreign = await server.runtime.accounts.users.create(stranger, None)
    async with browser.post(f"/api/workspaces/{foreign.id}/switch", headers=headers) as refused:
        assert refused.status == 404


async def test_attempts_are_limited_for_each_account_and_address_and_spare_the_others(
    server: DibsQuart, browser: aiohttp.ClientSession
) -> None:
    wrong = {"email": ANA.email, "password": "wrong password"}
    statuses = []
    for _ in range(12):
        async with browser.post("/api/auth/login", json=wrong) as response:
            statuses.append(response.status)
            retry_after = response.headers.get("Retry-After")
    assert statuses == [401] * 10 + [429] * 2
    assert retry_after is not None
    assert 1 <= int(retry_after) <= 6
    limits = server.runtime.accounts.limits
    await limits.take("sign_in:address:203.0.113.9", "sign_in:email:somebody else")  # not refused
    await ana_of(server)
    async with browser.post("/api/auth/register", json={"email": "x"}) as other:
        assert other.status == 400


async def test_unreadable_bodies_are_refused_in_the_same_shape(
    server: DibsQuart, browser: aiohttp.ClientSession
) -> None:
    headers = {"Content-Type": "application/json"}
    for data, status, code in (
        (b"{", 400, "invalid_input"),
        (b"\xff", 400, "invalid_input"),
        (b"[" * 100_000, 400, "invalid_input"),
    ):
        async with browser.post("/api/auth/login", data=data, headers=headers) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (status, code)
    async with browser.delete("/api/auth/login") as response:
        assert (response.status, (await response.json())["error"]["code"]) == (405, "method_not_allowed")
        assert "POST" in response.headers["Allow"]
    async with browser.get("/api/nothing") as response:
        assert (response.status, (await response.json())["error"]["code"]) == (404, "not_found")
        assert len(response.headers["X-Request-Id"]) == 32
