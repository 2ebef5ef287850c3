"""Take the pictures of the documentation: `python -m tests.e2e.screenshots` from the project's folder.

`platforms` as an argument takes those of connections, streams and answers alone. For the others the bundled sale is
played up to its twelfth minute, with the times of the recording moved to now.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from playwright.async_api import async_playwright

from dibs.demo_data import demo_items_path, demo_recording_path, demo_show
from dibs.testing.postgres import running_server

from .browser import ARGS, Person, Scheme, find_chromium
from .platform_pictures import Screen, take_pictures
from .server import Api, LiveServer

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PLAYED = timedelta(minutes=12, seconds=20)
PAGES = {
    "host": "/shows/{show}/host",
    "dashboard": "/",
    "set-up": "/shows/{show}/setup",
    "summary": "/shows/{show}/summary",
    "buyers": "/buyers",
    "settings": "/settings",
    "tester": "/tester",
    "members": "/members",
    "plugins": "/plugins",
    "audit-log": "/audit",
    "account": "/account",
    "guide": "/start",
}
# The page is about to show twelve minutes that were handed in within seconds: give each row the time it stands for.
_MOVE = (
    "UPDATE comments SET received_at = posted_at WHERE show_id = $1",
    "UPDATE shows SET activated_at = now() - $2::interval WHERE id = $1",
)


def _recorded() -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in demo_recording_path().read_text("utf-8").splitlines()]
    begin = datetime.fromisoformat(rows[0]["created_time"])
    moved, now = [], datetime.now(UTC)
    for row in rows:
        at = datetime.fromisoformat(row["created_time"]) - begin
        if at > PLAYED:
            break
        moved.append(
            {
                "id": row["id"],
                "message": row.get("message", ""),
                "created_time": (now - PLAYED + at).isoformat(),
                "author": row.get("from"),
            }
        )
    return moved


async def _play(api: Api, database_url: str) -> str:
    show = demo_show()
    rules = {
        "claim_words": show.claim_words,
        "pass_words": show.pass_words,
        "locales": show.locales,
        "several": show.several,
    }
    with demo_items_path().open(encoding="utf-8", newline="") as lines:
        items = [
            {**row, "quantity": int(row["quantity"]), "variant": row["variant"] or None, "price": row["price"] or None}
            for row in csv.DictReader(lines)
        ]
    made = await api.call("POST", "/api/shows", {"title": show.title, "rules": rules})
    api.show_id = made["id"]
    await api.show("POST", "/items", {"items": items})
    await api.show("POST", "/activate", {})
    comments = _recorded()
    for start in range(0, len(comments), 400):
        part = comments[start : start + 400]
        await api.show("POST", "/comments", {"platform": "facebook", "comments": part})
    newest = (await api.snapshot())["claims"]
    on_now = next(claim["item_id"] for claim in newest if claim["status"] == "winner")
    await api.show("POST", "/pin", {"item_id": on_now})
    connection = await asyncpg.connect(database_url)
    await connection.execute(_MOVE[0], api.show_id)
    await connection.execute(_MOVE[1], api.show_id, PLAYED)
    await connection.close()
    return api.show_id


async def _take(origin: str, show_id: str) -> None:
    screens: list[tuple[str, int, int, Scheme, str]] = [
        *((name, 1360, 860, "light", "") for name in PAGES if name != "host"),
        *((name, 1360, 860, "dark", "") for name in ("dashboard-dark", "summary-dark")),
        *((name, 390, 844, "light", "") for name in ("dashboard-phone", "summary-phone", "set-up-phone")),
        ("console", 1440, 900, "light", ""),
        ("console-dark", 1440, 900, "dark", ""),
        ("console-drawer", 1440, 900, "light", ".item >> text=Linen wrap dress"),
        ("console-review", 1440, 900, "light", ".panel-claims .panel-other"),
        ("console-phone", 390, 844, "light", ""),
        ("console-phone-review", 390, 844, "dark", ".tabs button:last-child"),
        ("host", 1600, 900, "dark", ""),
        ("host-phone", 390, 844, "light", ""),
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
        for name, width, height, scheme, click in screens:
            person = await Person.new(browser, origin, width=width, height=height, scheme=scheme)
            path = PAGES.get(name.removesuffix("-dark").removesuffix("-phone"))
            if path is not None:
                await person.sign_in(path.format(show=show_id))
            else:
                await person.open_console(show_id)
            if click:
                await person.page.locator(click).first.click()
            await person.page.wait_for_timeout(800)
            await person.page.screenshot(path=IMAGES / f"{name}.png")
            print(IMAGES / f"{name}.png")
            await person.context.close()
        await browser.close()


async def _main(database_url: str, folder: Path) -> None:
    server = LiveServer(database_url, folder)
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            api = Api(server.origin, session)
            await api.register()
            await _take(server.origin, await _play(api, database_url))
    finally:
        await server.stop()


async def _platforms(database_url: str) -> None:
    shown = ("connections", "set-up-streams", "replies", "console-streams")
    dark = ("connections-dark", "set-up-streams-dark", "replies-dark", "console-streams-dark")
    phone = ("connections-phone", "set-up-streams-phone", "replies-phone", "console-streams-phone")
    screens: list[Screen] = [
        *((name, 1360, 860, "light") for name in shown),
        *((name, 1360, 860, "dark") for name in dark),
        *((name, 390, 844, "light") for name in phone),
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
        await take_pictures(browser, database_url, IMAGES, screens)
        await browser.close()


def main() -> None:
    """Start a database and a server, play, take the pictures."""
    if find_chromium() is None:
        sys.exit("no Chromium found: install it, or name it in DIBS_CHROMIUM")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_server() as postgres, tempfile.TemporaryDirectory() as folder:
        asyncio.run(postgres.make_template())
        if "platforms" not in sys.argv[1:]:
            asyncio.run(_main(asyncio.run(postgres.clone()), Path(folder)))
        asyncio.run(_platforms(asyncio.run(postgres.clone())))


if __name__ == "__main__":
    main()
