"""A show and its streams in a real browser: added in the set-up, followed in the console, mended after a dead token."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from playwright.async_api import Browser, Page, expect

from dibs.accounts.model import Registration
from dibs.app import create_app
from dibs.audit_log import Actor
from dibs.ids import uuid7
from dibs.models.platform import Account, Token
from dibs.runtime import Runtime
from dibs.server import listen, serve_app
from dibs.settings import Settings
from dibs.shows.service import Shows

from ..core.streams import toy
from ..core.streams.conftest import QUICK
from ..core.streams.toy import ToyServer, toy_server
from .browser import Person, Scheme
from .server import EMAIL, PASSWORD

PICTURES = os.environ.get("DIBS_PICTURES")
SOON = 15_000
"""Milliseconds; on a machine that is busy with other things."""


@attrs.define(eq=False)
class Stage:
    """A server that knows the toy platform, an account there, a show."""

    runtime: Runtime
    toy: ToyServer
    origin: str
    workspace_id: UUID
    user_id: UUID
    show_id: UUID
    tokens: list[str] = attrs.field(factory=list)

    async def connect(self) -> UUID:
        """Connect the account, or connect it again."""
        self.tokens.append(uuid7().hex)
        account = Account("toy", "page", "Anna's Closet", Token(self.tokens[-1]), user_id="u1")
        actor = Actor(self.user_id, "Bea")
        return (await self.runtime.connections.store(self.workspace_id, actor, account))[0]

    @property
    def setup(self) -> str:
        return f"/shows/{self.show_id}/setup"


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    listener = listen("127.0.0.1", 0)
    async with toy_server() as platform:
        settings = Settings(
            database_url=database_url, data_dir=tmp_path, port=listener.getsockname()[1], shutdown_seconds=10,
            plugins={"toy": {"url": platform.url}}, attempts_per_minute=1000,
        )  # fmt: skip
        app, stop = create_app(settings), asyncio.Event()
        runtime = app.runtime
        assert runtime.plugins.add(toy, "toy")  # type: ignore[arg-type]
        runtime.pace = attrs.evolve(QUICK, quiet=3.0)
        await runtime.start()
        running = asyncio.create_task(serve_app(app, listener, stop))
        new = Registration(email=EMAIL, password=PASSWORD, name="Bea")
        user, workspace = await runtime.accounts.register(new, "127.0.0.1")
        show_id = await Shows(runtime.db).create(workspace.id, "Friday finds", {})
        made = Stage(runtime, platform, settings.origin, workspace.id, user.id, show_id)
        yield made
        stop.set()
        await running
        listener.close()


async def sit_down(browser: Browser, stage: Stage, **screen: object) -> Person:
    return await Person.new(browser, stage.origin, **screen)  # type: ignore[arg-type]  # passed through


async def start(page: Page) -> None:
    """Start the show, and wait until its stream is heard."""
    await page.get_by_role("button", name="Start show").click()
    await page.get_by_role("dialog").get_by_role("button", name="Start show").click()
    await expect(page.locator(".stream")).to_have_attribute("data-state", "listening", timeout=SOON)


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png")


async def test_a_stream_from_the_set_up_to_a_dead_token_and_back(browser: Browser, stage: Stage) -> None:
    bea = await sit_down(browser, stage)
    page = bea.page
    await bea.sign_in(stage.setup)
    await expect(page.locator("#streams")).to_contain_text("listens to no stream")
    await expect(page.locator("#streams")).to_contain_text("No account is connected yet")
    connection = await stage.connect()
    live = stage.toy.go_live()
    await page.reload()
    await page.get_by_role("button", name="See what runs now").click()
    await page.get_by_role("button", name="Friday live").click()
    row = page.locator(".stream-row")
    await expect(row).to_contain_text("Ready: it begins with the show")
    await picture(page, "setup-ready")
    assert await bea.violations() == []
    await bea.open_console(str(stage.show_id))
    chip = page.locator(".stream")
    await expect(chip).to_contain_text("ready", timeout=SOON)
    await start(page)
    first = live.say("sold 12", "ana")
    await expect(page.locator(".comment-text")).to_have_text("sold 12")
    live.edits = [{"id": first, "text": "sold 13"}]
    await expect(page.locator(".comment-edited")).to_have_text("now: sold 13")
    live.removals = [first]
    await expect(page.locator(".comment-gone")).to_have_text("sold 12")
    live.edits, live.removals = [], []
    await picture(page, "console-listening")
    note = page.locator(".banners [data-stream]")
    await expect(note).to_contain_text("though 10 watch", timeout=SOON)
    await picture(page, "console-quiet")
    live.say("hello", "ben")
    await expect(note).to_have_count(0, timeout=SOON)
    stage.toy.dead.add(stage.tokens[-1])
    await expect(note).to_contain_text("The token has ended.", timeout=SOON)
    again = note.get_by_role("link", name="Reconnect")
    assert await again.get_attribute("href") == (
        f"/connections/toy/reconnect?connection={connection}&next=%2Fshows%2F{stage.show_id}%2Fconsole"
    )
    await picture(page, "console-trouble")
    assert await bea.violations() == []
    live.say("from meanwhile", "cy")
    await stage.connect()
    await expect(note).to_have_count(0, timeout=SOON)
    await expect(page.locator(".comment-text").first).to_have_text("from meanwhile")
    await the_next_broadcast(bea, stage, live)


async def the_next_broadcast(bea: Person, stage: Stage, live: Any) -> None:
    page, chip = bea.page, bea.page.locator(".stream")
    note = page.locator(".banners [data-stream]")
    live.ended = True
    await expect(note).to_contain_text("has ended; the show goes on", timeout=SOON)
    await note.get_by_role("button", name="Wait for the next one").click()
    await expect(page.locator(".stream[data-state=waiting]")).to_have_count(1)
    await expect(chip).to_have_count(1, timeout=SOON)
    live.status = "ended"
    stage.toy.go_live("888", title="Second live").say("back again", "ana")
    await expect(page.locator(".comment-text").first).to_have_text("back again")
    assert bea.trouble == []


async def test_one_of_several_is_chosen_in_the_console(browser: Browser, stage: Stage) -> None:
    stage.toy.go_live("1", title="Kitchen")
    stage.toy.go_live("2", title="Garage").say("hello from the garage")
    await stage.connect()
    bea = await sit_down(browser, stage)
    page = bea.page
    await bea.sign_in(stage.setup)
    await page.get_by_role("button", name="Listen to the next broadcast").click()
    await expect(page.locator(".stream-row")).to_have_count(1)
    await stage.runtime.streams.operators.set_status(
        stage.workspace_id, stage.show_id, "active", Actor(stage.user_id, "Bea")
    )
    await bea.open_console(str(stage.show_id))
    await page.locator(".banners").get_by_role("button", name="Garage").click()
    await expect(page.locator(".stream")).to_have_attribute("data-state", "listening", timeout=SOON)
    await expect(page.locator(".comment-text")).to_have_text("hello from the garage")
    assert bea.trouble == []


@pytest.mark.parametrize(("scheme", "width", "height"), [("dark", 1440, 900), ("light", 390, 844)])
async def test_it_works_in_the_dark_and_on_a_phone(
    browser: Browser, stage: Stage, scheme: Scheme, width: int, height: int
) -> None:
    live = stage.toy.go_live()
    await stage.connect()
    bea = await sit_down(browser, stage, scheme=scheme, width=width, height=height)
    page = bea.page
    await bea.sign_in(stage.setup)
    await page.get_by_label("Or the address or id of a broadcast").fill("nothing!")
    await page.get_by_role("button", name="Listen to this one").click()
    await expect(page.locator("#streams .notice-bad")).to_contain_text("no address or id of a broadcast")
    await page.get_by_label("Or the address or id of a broadcast").fill("777")
    await page.get_by_role("button", name="Listen to this one").click()
    await expect(page.locator(".stream-row")).to_contain_text("Friday live")
    await page.locator("#streams").scroll_into_view_if_needed()
    await picture(page, f"setup-{scheme}-{width}")
    assert await bea.violations() == []
    await stage.runtime.streams.operators.set_status(
        stage.workspace_id, stage.show_id, "active", Actor(stage.user_id, "Bea")
    )
    live.say("sold 12")
    await bea.open_console(str(stage.show_id))
    await expect(page.locator(".stream")).to_have_attribute("data-state", "listening", timeout=SOON)
    stage.toy.dead.add(stage.tokens[-1])
    await expect(page.locator(".banners [data-stream]")).to_contain_text("The token has ended.")
    await picture(page, f"console-{scheme}-{width}")
    assert await bea.violations() == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert bea.trouble == []
