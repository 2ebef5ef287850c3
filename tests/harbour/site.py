"""A server that knows the platform, and browsers that go there and back over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import attrs

from dibs.accounts.model import Registration
from dibs.accounts.sessions import csrf_token
from dibs.app import DibsQuart, create_app
from dibs.connections import Connections
from dibs.ids import uuid7
from dibs.server import listen, serve_app
from dibs.settings import Settings

from . import plugin
from .server import HarbourServer

START = "/api/connections/oauth/harbour/start"
PAGE = {"Accept": "text/html"}


@attrs.define(eq=False)
class Browser:
    """Somebody at a browser, signed in."""

    session: aiohttp.ClientSession
    origin: str
    token: str

    async def go(self, path: str, **more: Any) -> tuple[str, str]:
        """Where the browser ends after all redirects, and the text of that page."""
        async with self.session.get(path, headers=PAGE, **more) as answer:
            return str(answer.url).removeprefix(self.origin), await answer.text()

    async def away(self, path: str = START) -> str:
        """The address of the platform's dialog that a path leads to."""
        async with self.session.get(path, headers=PAGE, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return answer.headers["Location"]

    async def back(self, dialog: str) -> str:
        """The address that the dialog sends the browser back to, not yet opened."""
        async with self.session.get(dialog, allow_redirects=False) as answer:
            return answer.headers["Location"]

    async def send(self, path: str, **form: Any) -> tuple[str, str]:
        """Send a form; where the browser ends."""
        given = {**form, "csrf_token": csrf_token(self.token)}
        async with self.session.post(path, headers=PAGE, data=given) as answer:
            return str(answer.url).removeprefix(self.origin), await answer.text()

    async def call(self, method: str, path: str) -> tuple[int, Any]:
        """Status and JSON of an API call with the session's cookie."""
        headers = {"X-CSRF-Token": csrf_token(self.token)}
        async with self.session.request(method, path, headers=headers) as answer:
            return answer.status, await answer.json()


@attrs.define(eq=False)
class HarbourSite:
    """The server, who works there, and the platform."""

    app: DibsQuart
    platform: HarbourServer
    workspace_id: UUID
    user_id: UUID
    _open: list[aiohttp.ClientSession] = attrs.field(factory=list)

    @property
    def connections(self) -> Connections:
        return self.app.runtime.connections

    async def browser(self, user_id: UUID | None = None, workspace_id: UUID | None = None) -> Browser:
        """A browser of its own, signed in."""
        origin, accounts = self.app.runtime.settings.origin, self.app.runtime.accounts
        token = await accounts.open_session(user_id or self.user_id, workspace_id)
        session = aiohttp.ClientSession(origin, cookie_jar=aiohttp.CookieJar(unsafe=True))
        session.cookie_jar.update_cookies({"dibs_session": token})
        self._open.append(session)
        return Browser(session, origin, token)

    async def member(self, role: str) -> Browser:
        """A browser of somebody with this role."""
        db, user_id = self.app.runtime.db, uuid7()
        sql = "INSERT INTO users (id, email, email_key, name) VALUES ($1, $2, $2, $3)"
        await db.hot_fetch(sql, user_id, f"{role}@example.com", role)
        sql = "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, $3)"
        await db.hot_fetch(sql, self.workspace_id, user_id, role)
        return await self.browser(user_id)

    async def show_with(self, connection_id: UUID, title: str = "Friday finds", status: str = "active") -> UUID:
        """A show that listens to a connection."""
        db, show_id = self.app.runtime.db, uuid7()
        sql = "INSERT INTO shows (workspace_id, id, title, status, activated_at) VALUES ($1, $2, $3, $4, now())"
        await db.hot_fetch(sql, self.workspace_id, show_id, title, status)
        sql = "INSERT INTO streams (workspace_id, id, show_id, platform, connection_id) VALUES ($1, $2, $2, $3, $4)"
        await db.hot_fetch(sql, self.workspace_id, show_id, "harbour", connection_id)
        return show_id

    async def close(self) -> None:
        for session in self._open:
            await session.close()


@asynccontextmanager
async def harbour_site(
    platform: HarbourServer, database_url: str, data_dir: Path, **known: str
) -> AsyncIterator[HarbourSite]:
    """A server on a free port, with one user who owns a workspace."""
    listener = listen("127.0.0.1", 0)
    values = known or {"url": platform.url, "app_id": "app"}
    settings = Settings(
        database_url=database_url, data_dir=data_dir, port=listener.getsockname()[1], shutdown_seconds=1,
        plugins={"harbour": values} if values != {"none": ""} else {}, attempts_per_minute=1000,
    )  # fmt: skip
    app, stop = create_app(settings), asyncio.Event()
    assert app.runtime.plugins.add(plugin, "harbour")  # type: ignore[arg-type]
    await app.runtime.start()
    running = asyncio.create_task(serve_app(app, listener, stop))
    new = Registration(email="bea@example.com", password="correct horse", name="Bea")
    user, workspace = await app.runtime.accounts.register(new, "127.0.0.1")
    site = HarbourSite(app, platform, workspace.id, user.id)
    try:
        yield site
    finally:
        await site.close()
        stop.set()
        await running
        listener.close()
