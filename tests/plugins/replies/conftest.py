"""A shop with a live show on a platform of the test's own: comments in, answers out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.app import DibsQuart, create_app
from dibs.audit_log import Actor
from dibs.clock import utc_now
from dibs.ids import uuid7
from dibs.models.comments import Author, IncomingComment
from dibs.platforms import Account, Token
from dibs.settings import Settings

from ...core.api.conftest import Person, SignUp, sign_up
from ...harbour.server import serving
from . import bay as bay_plugin
from .bay import BayServer

__all__ = ["sign_up"]


@attrs.define(eq=False)
class Shop:
    """Somebody's workspace with an active show that listens to an account at the platform."""

    app: DibsQuart
    person: Person
    bay: BayServer
    show_id: UUID
    connection_id: UUID
    platform: str = "bay"

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.person.workspace_id)

    async def say(self, *texts: str, who: str = "ana") -> None:
        """Comments of one viewer."""
        comments = [
            IncomingComment(
                self.platform, text, utc_now(), f"c-{uuid7().hex[-12:]}", Author(who, who.title()), live_id="live1"
            )
            for text in texts
        ]
        await self.app.runtime.lanes.ingest(self.workspace_id, self.show_id, comments)

    async def set(self, **settings: Any) -> None:
        """Settings of the plugin."""
        values = {"pause_seconds": 1, **settings}
        body = {"settings": {"rules": {"plugins": {"replies": values}}}}
        status, told = await self.person.call("PATCH", f"/api/workspaces/{self.workspace_id}", json=body)
        assert status == 200, told

    async def messages(self, **query: Any) -> list[dict[str, Any]]:
        """The messages, the oldest first, as the API gives them."""
        status, told = await self.person.call("GET", f"/api/shows/{self.show_id}/replies", query_string=query)
        assert status == 200, told
        return list(reversed(told["messages"]))

    async def settled(self, count: int, seconds: float = 30) -> list[dict[str, Any]]:
        """The messages, once there are so many and none waits."""
        async with asyncio.timeout(seconds):
            while True:
                found = await self.messages()
                if len(found) >= count and not [one for one in found if one["state"] in ("waiting", "sending")]:
                    return found
                await asyncio.sleep(0.05)

    async def until(self, condition: Callable[[Sequence[dict[str, Any]]], bool], seconds: float = 30) -> None:
        """Wait until something holds of the messages."""
        async with asyncio.timeout(seconds):
            while not condition(await self.messages()):
                await asyncio.sleep(0.05)

    async def post(self, path: str, **body: Any) -> Any:
        """Do something with the messages; what the API answers."""
        status, told = await self.person.call("POST", f"/api/shows/{self.show_id}/replies/{path}", json=body)
        assert status == 200, told
        return told


@pytest.fixture
async def bay() -> AsyncIterator[BayServer]:
    """The platform, reachable."""
    made = BayServer()
    async with serving(made.app()) as url:
        made.url = url
        yield made


@pytest.fixture
async def app(database_url: str, tmp_path: Path, bay: BayServer) -> AsyncIterator[DibsQuart]:
    settings = Settings(
        database_url=database_url, data_dir=tmp_path, attempts_per_minute=10_000, registration="open",
        plugins={"bay": {"url": bay.url}},
    )  # fmt: skip
    made = create_app(settings)
    assert made.runtime.plugins.add(bay_plugin, "bay")  # type: ignore[arg-type]
    made.runtime.jobs.first_seconds = 0.0
    async with made.test_app():
        yield made


async def open_shop(app: DibsQuart, person: Person, bay: BayServer, platform: str = "bay") -> Shop:
    """A show with two items, on air."""
    runtime, workspace_id = app.runtime, UUID(person.workspace_id)
    account = Account(platform, "page1", "Ana's Closet", Token("canary-token"))
    connection_id, _ = await runtime.connections.store(workspace_id, Actor.system(), account)
    _, show = await person.call("POST", "/api/shows", json={"title": "Friday"})
    show_id = UUID(show["id"])
    items = [
        {"item_number": "12", "title": "Red dress", "quantity": 1, "price": "12.50"},
        {"item_number": "13", "title": "Blue top", "quantity": 5},
    ]
    await person.call("POST", f"/api/shows/{show_id}/items", json={"items": items})
    await runtime.flags.set_override(workspace_id, "replies", True)
    status, told = await person.call("POST", f"/api/shows/{show_id}/activate", json={})
    assert status == 200, told
    await runtime.db.plain_fetch(
        "INSERT INTO streams (workspace_id, id, show_id, platform, live_id, connection_id) "
        "VALUES ($1, $2, $3, $4, 'live1', $5)",
        workspace_id, uuid7(), show_id, platform, connection_id,
    )  # fmt: skip
    shop = Shop(app, person, bay, show_id, connection_id, platform)
    await shop.set()
    return shop


@pytest.fixture
async def shop(app: DibsQuart, sign_up: SignUp, bay: BayServer) -> Shop:
    return await open_shop(app, await sign_up(), bay)


def decoded(value: Any) -> Any:
    return orjson.loads(value)
