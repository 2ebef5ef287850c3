"""A browser for all tests, a server and an account for each."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
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
            if inspect.iscoroutinefunction(getattr(item, "obj", None)):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)  # that of the browser
            if find_chromium() is None:
                item.add_marker(missing)


@pytest_asyncio.fixture(loop_scope="session")
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[LiveServer]:
    """A running server on a database of its own."""
    live = LiveServer(database_url, tmp_path)
    await live.start()
    yield live
    await live.kill()


@pytest_asyncio.fixture(loop_scope="session")
async def api(server: LiveServer) -> AsyncIterator[Api]:
    """The API of the server, with an account."""
    async with aiohttp.ClientSession() as session:
        client = Api(server.origin, session)
        await client.register()
        yield client
        await client.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium for all tests: each person has a profile of their own in it."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
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
