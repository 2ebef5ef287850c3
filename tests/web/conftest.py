"""An application with pages, a registered user, and a client that behaves like a browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from quart.typing import TestClientProtocol

from dibs.accounts.model import Registration, User, Workspace
from dibs.app import DibsQuart, create_app
from dibs.ids import uuid7
from dibs.settings import Settings

EMAIL, PASSWORD = "bea@example.com", "correct horse battery"
PAGE = {"Accept": "text/html"}


@attrs.frozen
class Site:
    """The running application and who is known there."""

    app: DibsQuart
    user: User
    workspace: Workspace

    def browser(self) -> TestClientProtocol:
        """A client with a cookie jar of its own."""
        return self.app.test_client()

    async def member(self, role: str) -> TestClientProtocol:
        """A client of somebody else who has this role in the workspace, and a workspace of their own."""
        if role == "owner":
            return await self.signed_in()
        db, email, user_id, own_id = self.app.runtime.db, f"{role}@example.com", uuid7(), uuid7()
        await db.hot_fetch(
            "INSERT INTO users (id, email, email_key, name, password_hash) "
            "SELECT $1, $2, $2, $3, password_hash FROM users WHERE id = $4",
            user_id, email, role, self.user.id,
        )  # fmt: skip
        await db.hot_fetch("INSERT INTO workspaces (id, name) VALUES ($1, $2)", own_id, f"Shop of the {role}")
        sql = "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, $3)"
        await db.hot_fetch(sql, own_id, user_id, "owner")
        await db.hot_fetch(sql, self.workspace.id, user_id, role)
        browser = await self.signed_in(email)
        await self.enter(browser, str(self.workspace.id))
        return browser

    async def enter(self, browser: TestClientProtocol, workspace_id: str) -> None:
        """Go to another workspace by the switcher."""
        token = hidden_token(await (await browser.get("/workspaces", headers=PAGE)).get_data(as_text=True))
        form = {"workspace_id": workspace_id, "csrf_token": token}
        answer = await browser.post("/workspaces/switch", headers=PAGE, form=form)
        assert answer.status_code == 303, await answer.get_data(as_text=True)

    async def make_show(self, title: str = "Friday finds", status: str = "draft") -> str:
        """A show of the workspace, in the state named."""
        show_id = uuid7()
        sql = """
        INSERT INTO shows (workspace_id, id, title, status, activated_at, ended_at) VALUES ($1, $2, $3, $4,
            CASE WHEN $4 <> 'draft' THEN now() - interval '70 minutes' END, CASE WHEN $4 = 'ended' THEN now() END)
        """
        await self.app.runtime.db.hot_fetch(sql, self.workspace.id, show_id, title, status)
        return str(show_id)

    async def signed_in(self, email: str = EMAIL) -> TestClientProtocol:
        """A client that has signed in through the form."""
        browser = self.browser()
        form = await browser.get("/sign-in", headers=PAGE)
        token = hidden_token(await form.get_data(as_text=True))
        answer = await browser.post(
            "/sign-in", headers=PAGE, form={"email": email, "password": PASSWORD, "csrf_token": token}
        )
        assert answer.status_code == 303, await answer.get_data(as_text=True)
        return browser


async def text_of(browser: TestClientProtocol, path: str, status: int = 200) -> str:
    """The text of a page, which answers with this status."""
    answer = await browser.get(path, headers=PAGE)
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == status, text
    return text


async def send(browser: TestClientProtocol, path: str, form: dict[str, str], *, seen: str = "/workspaces") -> Any:
    """POST a form with the token that the page at `seen` carries."""
    token = hidden_token(await text_of(browser, seen))
    return await browser.post(path, headers=PAGE, form={**form, "csrf_token": token})


def hidden_token(page: str) -> str:
    """The CSRF token in the form of a page."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
    assert found is not None, page
    return found[1]


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The application on a fresh database, with one user."""
    app = create_app(Settings(database_url=database_url, data_dir=tmp_path, log_level="error"))
    async with app.test_app():
        accounts = app.runtime.accounts
        new = Registration(email=EMAIL, password=PASSWORD, name="Bea")
        user, workspace = await accounts.register(new, "127.0.0.1")
        yield Site(app, user, workspace)
