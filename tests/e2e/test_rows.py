"""The rows of the console's lists lie one beneath the other, whatever their height and whatever the window does."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from .browser import ARGS, Person, find_chromium
from .conftest import NewPerson
from .server import Api
from .test_live import ITEMS

_OVERLAPS = """() => [...document.querySelectorAll(".vlist-box")].flatMap((box) => {
  const rows = [...box.querySelectorAll(".vrow")].map((row) => row.getBoundingClientRect()).filter((row) => row.height);
  rows.sort((one, other) => one.top - other.top);
  return rows.slice(1).map((row, index) => Math.abs(row.top - rows[index].bottom)).filter((gap) => gap > 1);
})"""
# Every third comment names an item that is not there: its row has a button, and is higher than the others.
COMMENTS = [(f"Buyer {n}", f"sold {999 if n % 3 == 0 else 101 + n % 12}") for n in range(60)]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium whose scrollbars take up room, as they do on most desks."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_chromium(), args=ARGS, ignore_default_args=["--hide-scrollbars"]
        )
        yield chromium
        await chromium.close()


async def overlaps(bea: Person) -> list[float]:
    """By how much neighbouring rows overlap or gape, once the page has come to rest."""
    found: list[float] = []
    for _ in range(50):
        found = await bea.page.evaluate(_OVERLAPS)
        if not found:
            break
        await bea.page.wait_for_timeout(100)
    return found


async def test_rows_lie_close_when_a_scrollbar_comes(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person()
    await bea.open_console(show)
    await api.say(*COMMENTS)
    await bea.page.locator(".claim").nth(12).wait_for()
    assert await overlaps(bea) == []
    await bea.page.reload()
    await bea.is_live()
    await bea.page.locator(".claim").nth(12).wait_for()
    assert await overlaps(bea) == []
    await bea.page.set_viewport_size({"width": 1000, "height": 800})
    assert await overlaps(bea) == []
