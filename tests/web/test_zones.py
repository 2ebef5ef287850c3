"""A new workspace takes the time zone of the browser that made it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings
from dibs.workspace_settings.changing import get_workspace

from .conftest import PAGE, Site, hidden_token, send, text_of


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    made = create_app(Settings(database_url=database_url, data_dir=tmp_path, log_level="error"))
    async with made.test_app():
        yield made


@pytest.mark.parametrize(
    ("told", "held"), [("America/Chicago", "America/Chicago"), ("", "UTC"), ("Mars/Olympus", "UTC"), ("../etc", "UTC")]
)
async def test_the_first_account_reckons_in_the_time_of_its_browser(app: DibsQuart, told: str, held: str) -> None:
    browser = app.test_client()
    page = await text_of(browser, "/register")
    assert 'name="time_zone"' in page
    form = {"email": "ana@example.com", "password": "four words put together", "name": "Ana", "time_zone": told}
    token = hidden_token(page)
    answer = await browser.post("/register", headers=PAGE, form={**form, "csrf_token": token})
    assert answer.status_code == 303, await answer.get_data(as_text=True)
    runtime = app.runtime
    [row] = await runtime.db.hot_fetch("SELECT id FROM workspaces")
    assert (await get_workspace(runtime.db, row["id"])).settings.time_zone == held


async def test_so_does_a_further_workspace(site: Site) -> None:
    ana = await site.signed_in()
    answer = await send(ana, "/workspaces", {"name": "Second", "time_zone": "Asia/Taipei"})
    assert answer.status_code == 303
    [row] = await site.app.runtime.db.hot_fetch("SELECT id FROM workspaces WHERE name = 'Second'")
    assert (await get_workspace(site.app.runtime.db, row["id"])).settings.time_zone == "Asia/Taipei"
