"""An application with pages, a registered user, and a client that behaves like a browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest
from quart.typing import TestClientProtocol

from dibs.accounts.model import Registration, User, Workspace
from dibs.app import DibsQuart, create_app
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

    async def signed_in(self) -> TestClientProtocol:
        """A client that has signed in through the form."""
        browser = self.browser()
        form = await browser.get("/sign-in", headers=PAGE)
        token = hidden_token(await form.get_data(as_text=True))
        answer = await browser.post(
            "/sign-in", headers=PAGE, form={"email": EMAIL, "password": PASSWORD, "csrf_token": token}
        )
        assert answer.status_code == 303, await answer.get_data(as_text=True)
        return browser


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
