"""`dibs demo` as a stranger starts it: no configuration, a data folder of its own."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import aiohttp
import attrs

from .conftest import DIBS, environment

LINK = re.compile(r"http://[\w.:]+/sign-in/[\w-]+")
CONSOLE = re.compile(r"(http://[\w.:]+)(/shows/[0-9a-f-]{36}/console)")


def demo(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*DIBS, "demo", *arguments],
        env=environment(None) | {"PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@attrs.frozen
class Running:
    """A demo that serves."""

    process: subprocess.Popen[str]
    origin: str
    console: str
    link: str


async def running(process: subprocess.Popen[str]) -> Running:
    """Wait until the addresses are printed."""
    printed = ""
    assert process.stdout is not None
    async with asyncio.timeout(90):
        while not (link := LINK.search(printed)):
            line = await asyncio.to_thread(process.stdout.readline)
            assert line, f"the demo ended: {printed} {process.stderr.read() if process.stderr else ''}"
            printed += line
    found = CONSOLE.search(printed)
    assert found is not None, printed
    return Running(process, found[1], found[2], link[0])


async def end(process: subprocess.Popen[str]) -> str:
    """Ctrl-C, and everything else that was printed."""
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.to_thread(process.communicate, timeout=30)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return out


def test_headless_prints_the_outcome(tmp_path: Path) -> None:
    process = demo(tmp_path, "--headless", "--speed", "0")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert (tmp_path / "dibs-demo").is_dir()
    assert not (tmp_path / "dibs-data").exists()  # a shop that is opened here has no account yet
    assert "2,143 received, 2,101 new, 42 duplicates" in out
    assert "Cashmere blend sweater" in out
    assert "sold out" in out
    assert "Error" not in err


async def test_the_link_signs_in_once_and_the_console_moves(tmp_path: Path) -> None:
    shown = await running(demo(tmp_path, "--speed", "300", "--port", "0"))
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(shown.link) as page:
                assert (page.status, page.url.path) == (200, shown.console)
                assert "Harbour &amp; Thread" in await page.text()
            stream = shown.origin + shown.console.replace("/shows/", "/api/shows/").replace("/console", "/stream")
            async with browser.get(stream) as events:
                assert b"comment.received" in await read_until(events, b"claim.created")
            snapshot = stream.replace("/stream", "/snapshot")
            assert (await wait_for_end(browser, snapshot))["counts"]["units_claimed"] > 300
        async with aiohttp.ClientSession() as stranger, stranger.get(shown.link, allow_redirects=False) as again:
            assert "dibs_session" not in again.cookies
    finally:
        out = await end(shown.process)
    assert "The sale is over; the console stays open until Ctrl-C." in out


async def test_the_shop_is_kept_by_the_api_and_a_second_run_leaves_it_as_it_is(tmp_path: Path) -> None:
    first, printed = await shop_after_sale(tmp_path)
    assert (len(first["products"]), len({one["category"] for one in first["products"]})) == (12, 4)
    assert sum(batch["unit_cost"] is None for batch in first["batches"]) == 1
    assert [one["portal"] for one in first["customers"]].count(True) == 1
    assert first["margins"]["default"]["margin"] == "45"
    assert first["near"]["state"] == "approaching"
    sessions = {one["status"]: one for one in first["sessions"]}
    assert (len(first["sessions"]), sessions["active"]["line_count"], sessions["active"]["pending"]) == (2, 4, 1)
    assert "override" in {line["price_source"] for line in first["cart"]["lines"]}
    assert {"scheduled", "active"} == sessions.keys()
    orders = {(one["origin"], one["status"], one["name"]) for one in first["orders"]}
    assert orders == {
        ("MANUAL", "open", "Corner Gift Shop"),
        ("MANUAL", "paid", "Ines Duarte"),
        ("SHOW", "open", "Cherry Bautista"),
    }
    for place in (f"/live/{sessions['active']['session_id']} ", "/live)", "/portal/sign-in/", "/orders\n"):
        assert place in printed
    assert "lacks" not in printed
    again, _ = await shop_after_sale(tmp_path)
    assert again == first


async def shop_after_sale(folder: Path) -> tuple[dict[str, Any], str]:
    """What the demo's shop has once the sale is over, and what was printed."""
    shown = await running(demo(folder, "--speed", "0", "--port", "0"))
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(shown.link) as page:
                assert page.status == 200
            stream = shown.origin + shown.console.replace("/shows/", "/api/shows/").replace("/console", "/stream")
            async with browser.get(stream):  # the sale begins when somebody watches
                printed = await printed_until(shown.process, "The sale is over")
            return await read_shop(browser, shown.origin), printed
    finally:
        await end(shown.process)


async def printed_until(process: subprocess.Popen[str], mark: str) -> str:
    printed = ""
    assert process.stdout is not None
    async with asyncio.timeout(120):
        while mark not in printed:
            line = await asyncio.to_thread(process.stdout.readline)
            assert line, printed
            printed += line
    return printed


async def read_shop(browser: aiohttp.ClientSession, origin: str) -> dict[str, Any]:
    """Everything that the keeper of the shop made, as the API tells it."""

    async def get(path: str) -> Any:
        async with browser.get(origin + path) as answer:
            assert answer.status == 200, path
            return await answer.json()

    shop = {
        name: (await get(f"/api/{name}?limit=100"))[name] for name in ("products", "batches", "customers", "orders")
    }
    shop["margins"] = await get("/api/pricing/margins")
    shop["sessions"] = (await get("/api/live-sessions?limit=100"))["sessions"]
    running_one = next(one for one in shop["sessions"] if one["status"] == "active")
    shop["cart"] = (await get(f"/api/live-sessions/{running_one['session_id']}"))["session"]
    near = next(one for one in shop["customers"] if one["name"] == "Corner Gift Shop")
    shop["near"] = (await get(f"/api/credit/{near['customer_id']}"))["standing"]
    return shop


async def test_two_copies_run_at_once_each_on_its_own_port(tmp_path: Path) -> None:
    processes = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        processes.append(demo(tmp_path / name))
    shown = [await running(process) for process in processes]
    assert shown[0].origin != shown[1].origin
    async with aiohttp.ClientSession() as browser:
        for one in shown:
            async with browser.get(f"{one.origin}/readyz") as ready:
                assert ready.status == 200
    await asyncio.gather(*(end(process) for process in processes))


async def test_a_port_that_was_asked_for_and_is_taken_is_named(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _, __: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = demo(tmp_path, "--port", str(port))
    _, err = await asyncio.to_thread(process.communicate, timeout=30)
    server.close()
    assert process.returncode == 2
    assert f"port {port}" in err


async def read_until(events: aiohttp.ClientResponse, mark: bytes) -> bytes:
    """What a stream says until `mark` comes."""
    said = b""
    async with asyncio.timeout(30):
        while mark not in said:
            said += await events.content.readany()
    return said


async def wait_for_end(browser: aiohttp.ClientSession, snapshot: str) -> dict[str, dict[str, int]]:
    """The snapshot once all comments are in."""
    async with asyncio.timeout(90):
        while True:
            async with browser.get(snapshot) as answer:
                found: dict[str, dict[str, int]] = await answer.json()
            if found["counts"]["comments"] == 2_101:
                return found
            await asyncio.sleep(0.3)
