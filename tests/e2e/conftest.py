"""A server, an account and a browser for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, async_playwright

from .browser import ARGS, Person, find_chromium
from .server import Api, LiveServer

NewPerson = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests, and leave them out where there is no browser."""
    missing = pytest.mark.skip(reason="no Chromium found: install it, or name it in DIBS_CHROMIUM")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if find_chromium() is None:
                item.add_marker(missing)


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[LiveServer]:
    """A running server on a database of its own."""
    live = LiveServer(database_url, tmp_path)
    await live.start()
    yield live
    await live.kill()


@pytest.fixture
async def api(server: LiveServer) -> AsyncIterator[Api]:
    """The API of the server, with an account."""
    async with aiohttp.ClientSession() as session:
        client = Api(server.origin, session)
        await client.register()
        yield client
        await client.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
        yield chromium
        await chromium.close()


@pytest.fixture
async def person(browser: Browser, server: LiveServer) -> AsyncIterator[NewPerson]:
    """Makes people with a screen each; whatever their pages did wrong fails the test at its end."""
    made: list[Person] = []

    async def new(**how: object) -> Person:
        made.append(await Person.new(browser, server.origin, **how))  # type: ignore[arg-type]  # passed through
        return made[-1]

    yield new
    for one in made:
        assert one.trouble == []
        await one.context.close()
