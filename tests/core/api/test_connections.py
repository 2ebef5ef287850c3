"""The API of connections: how each stands, broadcasts, checking, disconnecting; and what programs may not do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ...harbour.server import harbour_server
from ...harbour.site import START, Browser, HarbourSite, harbour_site

LIST = "/api/connections"


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[HarbourSite]:
    async with harbour_server() as platform, harbour_site(platform, database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def browser(site: HarbourSite) -> Browser:
    made = await site.browser()
    await made.go(START)
    return made


async def only(browser: Browser) -> dict[str, Any]:
    status, found = await browser.call("GET", LIST)
    assert status == 200
    [one] = found["connections"]
    return dict(one)


async def test_the_list_tells_how_each_stands_and_where_others_can_be_connected(
    site: HarbourSite, browser: Browser
) -> None:
    one = await only(browser)
    assert (one["name"], one["status"], one["health"], one["days_left"]) == ("Anna's Closet", "connected", "good", 59)
    assert (one["connected_by"], one["scopes"], one["missing"]) == ("Bea", ["comments", "profile"], [])
    _, found = await browser.call("GET", LIST)
    harbour = next(each for each in found["platforms"] if each["name"] == "harbour")
    assert harbour == {
        "name": "harbour", "title": "Harbour", "plugin": "harbour", "login": True, "missing_settings": [],
    }  # fmt: skip
    assert not any(token in str(found) for token in site.platform.issued)


async def test_broadcasts_are_found(browser: Browser) -> None:
    status, found = await browser.call("GET", f"{LIST}/{(await only(browser))['id']}/lives")
    assert (status, [live["live_id"] for live in found["lives"]]) == (200, ["777"])


async def test_a_dead_token_is_a_409_and_ends_the_connection(site: HarbourSite, browser: Browser) -> None:
    path = f"{LIST}/{(await only(browser))['id']}"
    site.platform.kill("p1")
    status, refused = await browser.call("GET", f"{path}/lives")
    assert (status, refused["error"]["code"], refused["error"]["data"]["reason"]) == (409, "platform_refused", "token")
    one = await only(browser)
    assert (one["status"], one["health"], one["last_error_reason"]) == ("reconnect", "reconnect", "token")
    status, checked = await browser.call("POST", f"{path}/check")
    assert (status, checked["connection"]["status"]) == (200, "reconnect")


async def test_a_platform_that_is_away_is_a_503_that_says_when(site: HarbourSite, browser: Browser) -> None:
    path = f"{LIST}/{(await only(browser))['id']}"
    site.platform.down = True
    async with browser.session.get(f"{path}/lives") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "7")
        assert (await answer.json())["error"]["code"] == "platform_try_again"
    assert (await only(browser))["status"] == "connected"


async def test_disconnecting_destroys_the_token(site: HarbourSite, browser: Browser) -> None:
    path = f"{LIST}/{(await only(browser))['id']}"
    status, done = await browser.call("DELETE", path)
    assert (status, done) == (200, {"revoked": True, "shared": False, "kept": False, "problem": ""})
    assert (await browser.call("DELETE", path))[0] == 404
    assert (await browser.call("GET", LIST))[1]["connections"] == []


async def test_each_role_may_look_and_admins_change(site: HarbourSite, browser: Browser) -> None:
    path = f"{LIST}/{(await only(browser))['id']}"
    viewer, admin = await site.member("viewer"), await site.member("admin")
    assert (await viewer.call("GET", LIST))[0] == 200
    for method, where in (("POST", f"{path}/check"), ("DELETE", path), ("GET", START)):
        assert (await viewer.call(method, where))[0] == 403
    assert (await admin.call("POST", f"{path}/check"))[0] == 200


async def test_a_program_without_a_browser_connects_nothing(site: HarbourSite) -> None:
    signed_in = await site.app.runtime.accounts.sign_in("bea@example.com", "correct horse", "127.0.0.1")
    client = site.app.test_client(use_cookies=False)
    body = {"email": "bea@example.com", "password": "correct horse"}
    token = (await (await client.post("/api/auth/login", json=body)).get_json())["access_token"]
    answer = await client.get(START, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, signed_in.name) == (409, "Bea")


async def test_a_check_is_carried_out_once_for_each_key(site: HarbourSite, browser: Browser) -> None:
    path = f"{LIST}/{(await only(browser))['id']}/check"
    from dibs.accounts.sessions import csrf_token

    headers = {"X-CSRF-Token": csrf_token(browser.token), "Idempotency-Key": "check-1"}
    for replayed in (None, "true"):
        async with browser.session.post(path, headers=headers) as answer:
            assert (answer.status, answer.headers.get("Idempotency-Replayed")) == (200, replayed)
    assert [what for what, _ in site.platform.calls] == ["subscribe", "me"]
