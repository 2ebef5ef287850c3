"""Pictures of what has to do with platforms: a sale on Facebook and Instagram, with buyers who are answered."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser

from dibs.replay.setup import DEMO, ensure_owner
from dibs.streams.parts import Pace
from dibs_meta_simulator.audience import Audience

from ..faults.platforms.hall import Hall, open_hall
from .browser import Person, Scheme

PAGES = {
    "connections": "/connections",
    "set-up-streams": "/shows/{show}/setup",
    "replies": "/shows/{show}/replies",
    "console-streams": "/shows/{show}/console",
}
SALE_SECONDS, ANSWERED = 25.0, 8
Screen = tuple[str, int, int, Scheme]


async def take_pictures(browser: Browser, database_url: str, images: Path, screens: Sequence[Screen]) -> None:
    """Sell for some seconds, then take each picture."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_hall(database_url, Path(folder), Pace()) as hall:
            await _sell(hall)
            for name, width, height, scheme in screens:
                page = name.removesuffix("-dark").removesuffix("-phone")
                person = await _somebody(browser, hall, width, height, scheme)
                await person.page.goto(person.origin + PAGES[page].format(show=hall.show_id))
                await person.page.wait_for_timeout(1500)
                if page == "set-up-streams":
                    await person.page.locator("#streams").evaluate("one => one.scrollIntoView()")
                await person.page.screenshot(path=images / f"{name}.png")
                print(images / f"{name}.png")
                await person.context.close()


async def _somebody(browser: Browser, hall: Hall, width: int, height: int, scheme: Scheme) -> Person:
    runtime = hall.app.runtime
    person = await Person.new(browser, runtime.settings.origin, width=width, height=height, scheme=scheme)
    token = await runtime.accounts.open_session((await ensure_owner(runtime, *DEMO))[0])
    await person.context.add_cookies([{"name": "dibs_session", "value": token, "url": person.origin}])
    return person


async def _sell(hall: Hall) -> None:
    seller, world, seed = hall.seller, hall.meta.world, hall.meta.seed
    connections = await hall.connect()
    await seller.answer_buyers()
    hall.show_id = await seller.prepare_show()
    page, account = world.lives.start(seed.page.id, "Friday finds"), world.lives.start_instagram(seed.account.id)
    await seller.listen(hall.show_id, connections)
    await seller.start(hall.show_id)
    Audience(world, (page.id, account.id), rate=6.0).start()
    await asyncio.sleep(SALE_SECONDS)
    async with asyncio.timeout(60):
        while len(world.replies) < ANSWERED:
            await asyncio.sleep(0.2)
