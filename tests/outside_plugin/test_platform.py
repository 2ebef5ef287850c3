"""A stranger's platform: installed from its own folder, connected, heard by asking and by webhook, let go again."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest

from .corner import LIVE, SECRET, VERIFY, Corner, running_corner
from .installing import CLI, environment, install, run

PERSON = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the platform was installed."""
    target = tmp_path_factory.mktemp("site")
    install(("platform",), target, tmp_path_factory.mktemp("source"))
    return target


@contextmanager
def serving(site: Path, url: str, corner: Corner, folder: Path) -> Iterator[str]:
    """`dibs serve` as a process of its own; its address."""
    settings = {"APP_ID": "app", "SECRET": SECRET, "VERIFY_TOKEN": VERIFY, "BASE_URL": corner.address}
    env = environment(site, DATABASE_URL=url, **{f"DIBS_CORNER__{name}": value for name, value in settings.items()})
    command = [sys.executable, "-c", CLI, "serve", "--port", "0", "--data-dir", str(folder)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(30)


@attrs.define(eq=False)
class Seller:
    """Ana at her browser, with a token for the API as well."""

    origin: str
    browser: aiohttp.ClientSession
    token: str = ""

    async def call(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.browser.request(method, f"{self.origin}{path}", headers=headers, **more) as answer:
            assert answer.status < 300, (path, answer.status, await answer.text())
            return await answer.json()

    async def sign_in(self) -> None:
        self.token = (await self.call("POST", "/api/auth/register", json=PERSON))["access_token"]
        async with self.browser.get(f"{self.origin}/sign-in", headers={"Accept": "text/html"}) as page:
            found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', await page.text())
        assert found is not None
        form = {"email": PERSON["email"], "password": PERSON["password"], "csrf_token": found[1]}
        async with self.browser.post(f"{self.origin}/sign-in", data=form, headers={"Accept": "text/html"}) as page:
            assert page.status == 200

    async def connect(self) -> str:
        """Through the dialog of Corner, and back."""
        start = f"{self.origin}/api/connections/oauth/corner/start"
        async with self.browser.get(start, headers={"Accept": "text/html"}) as page:
            assert page.url.path == "/connections/result" and page.status == 200, page.url
        listed = await self.call("GET", "/api/connections")
        return str(listed["connections"][0]["id"])

    async def show(self, connection_id: str) -> str:
        """A show that listens to the broadcast, and is on."""
        show = await self.call("POST", "/api/shows", json={"title": "Friday"})
        path = f"/api/shows/{show['id']}"
        items = [{"item_number": "1", "title": "Dress", "quantity": 3}]
        await self.call("POST", f"{path}/items", json={"items": items})
        await self.call("POST", f"{path}/streams", json={"connection_id": connection_id, "where": LIVE})
        await self.call("POST", f"{path}/activate")
        return path

    async def winners(self, path: str) -> list[str]:
        found = await self.call("GET", f"{path}/claims?status=winner")
        return [claim["handle"] for claim in reversed(found["claims"])]


@pytest.fixture
async def corner() -> AsyncIterator[Corner]:
    async with running_corner() as made:
        yield made


@pytest.fixture
async def seller(site: Path, database_url: str, corner: Corner, tmp_path: Path) -> AsyncIterator[Seller]:
    await asyncio.to_thread(run, site, CLI, "flags", "set", "corner", "on", url=database_url)
    with serving(site, database_url, corner, tmp_path) as origin:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            made = Seller(origin, browser)
            await made.sign_in()
            yield made


async def until(found: Callable[[], Awaitable[Any]], wanted: Any) -> None:
    async with asyncio.timeout(30):
        while await found() != wanted:
            await asyncio.sleep(0.1)


async def test_it_is_connected_heard_by_asking_and_by_webhook_and_let_go(seller: Seller, corner: Corner) -> None:
    connection_id = await seller.connect()
    lives = await seller.call("GET", f"/api/connections/{connection_id}/lives")
    assert [live["title"] for live in lives["lives"]] == ["Bazaar"]
    path = await seller.show(connection_id)

    first = corner.note("bia", "sold 1")
    await until(lambda: seller.winners(path), ["Bia"])

    hook = f"{seller.origin}/webhooks/corner"
    async with seller.browser.get(f"{hook}?token={VERIFY}&challenge=42") as answer:
        assert (answer.status, await answer.text()) == (200, "42")
    second = corner.note("cai", "sold 1")
    assert await corner.push(hook, second, first, second) == 200
    assert await corner.push(hook, second, secret="wrong") == 403
    await until(lambda: seller.winners(path), ["Bia", "Cai"])
    counts = await seller.call("GET", f"{path}/counts")
    assert counts["counts"]["comments"] == 2

    async def standing() -> str:
        return str((await seller.call("GET", f"{path}/streams"))["streams"][0]["state"])

    corner.over = True
    await until(standing, "ended")
    assert await corner.tell(f"{hook}/deauthorize") == (200, "")
    listed = await seller.call("GET", "/api/connections")
    assert listed["connections"][0]["status"] == "disconnected"
