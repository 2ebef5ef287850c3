"""An application on a database of its own, and people who are signed in to it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from quart.typing import TestClientProtocol

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings

_numbers = itertools.count(1)


@attrs.frozen
class Person:
    """Somebody who registered: their tokens, and a client that sends them."""

    client: TestClientProtocol
    user_id: str
    email: str
    workspace_id: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Status and JSON of a request with this person's token."""
        headers = {**self.headers, **more.pop("headers", {})}
        response = await self.client.open(path, method=method, headers=headers, **more)
        return response.status_code, await response.get_json(silent=True)


SignUp = Callable[..., Awaitable[Person]]


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    made = create_app(
        Settings(database_url=database_url, data_dir=tmp_path, attempts_per_minute=10_000, registration="open")
    )
    async with made.test_app():
        yield made


@pytest.fixture
def sign_up(app: DibsQuart) -> SignUp:
    """Register somebody new."""

    async def register(name: str = "Ana", **more: Any) -> Person:
        email = more.pop("email", f"{name.lower()}{next(_numbers)}@example.com")
        client = app.test_client(use_cookies=False)
        body = {"email": email, "password": "correct horse", "name": name, **more}
        response = await client.post("/api/auth/register", json=body)
        made = await response.get_json()
        assert response.status_code == 201, made
        return Person(
            client,
            made["user"]["id"],
            email,
            made["workspace"]["id"],
            made["access_token"],
            made["refresh_token"],
        )

    return register
