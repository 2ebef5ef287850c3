"""A real server on loopback, people who are signed in, and what they read from streams."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import aiohttp
import attrs
import orjson

from dibs.accounts.model import Registration
from dibs.app import DibsQuart, create_app
from dibs.db import Database
from dibs.events import outbox
from dibs.events.model import Event, Position
from dibs.ids import uuid7
from dibs.server import serve_app
from dibs.settings import Settings


@attrs.define
class Person:
    """Somebody with an account, a workspace and an access token."""

    user_id: UUID
    workspace_id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@attrs.define
class Live:
    """The server and a client of it."""

    app: DibsQuart
    base: str
    http: aiohttp.ClientSession

    @property
    def db(self) -> Database:
        return self.app.runtime.db

    async def person(self) -> Person:
        accounts = self.app.runtime.accounts
        new = Registration(email=f"{uuid7()}@example.com", password="correct horse battery", name="Ana")
        user, place = await accounts.users.create(new, "no password")
        sign_in = await accounts.open_sign_in(user.id)
        return Person(user.id, place.id, accounts.access_token(sign_in))

    async def show(self, who: Person) -> UUID:
        show_id = uuid7()
        insert = "INSERT INTO shows (workspace_id, id, title) VALUES ($1, $2, 'Friday')"
        await self.db.hot_fetch(insert, who.workspace_id, show_id)
        await self.where(who, show_id)
        return show_id

    async def where(self, who: Person, show_id: UUID) -> Position:
        return await outbox.position(self.db, who.workspace_id, f"show:{show_id}")

    async def say(self, who: Person, show_id: UUID, *texts: str, kind: str = "comment.received") -> Position:
        events = [Event(kind, orjson.dumps({"text": text})) for text in texts]
        topic = f"show:{show_id}"
        async with self.db.hot_connection() as connection:
            first = await outbox.append(connection, who.workspace_id, topic, events)
        self.app.runtime.hub.publish(who.workspace_id, topic, first.epoch, first.seq, events)
        return Position(first.epoch, first.seq + len(events) - 1)

    def stream(self, show_id: UUID, **kwargs: object) -> aiohttp.client._RequestContextManager:
        return self.http.get(f"{self.base}/api/shows/{show_id}/stream", **kwargs)  # type: ignore[arg-type]

    def socket(self, show_id: UUID, **kwargs: object) -> aiohttp.client._WSRequestContextManager:
        return self.http.ws_connect(f"{self.base}/api/shows/{show_id}/ws", **kwargs)  # type: ignore[arg-type]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Live]:
    """The application behind the real server, until the block ends."""
    app = create_app(settings)
    stop = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(serve_app(app, listener, stop))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with aiohttp.ClientSession(auto_decompress=False) as http:
            await _answers(http, base, serving)
            yield Live(app, base, http)
        stop.set()
        await serving


async def _answers(http: aiohttp.ClientSession, base: str, serving: asyncio.Task[None]) -> None:
    async with asyncio.timeout(15):
        while not serving.done():
            try:
                async with http.get(f"{base}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
    await serving


async def blocks(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, str]]:
    """The events of an SSE answer, read as the standard says: fields by line, a blank line ends an event."""
    fields: dict[str, str] = {}
    async for raw in answer.content:
        line = raw.decode().rstrip("\n")
        if not line:
            if fields:
                yield fields
            fields = {}
        else:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")


async def next_event(answer: aiohttp.ClientResponse, seconds: float = 5) -> dict[str, str]:
    """The next block that names an event."""
    async with asyncio.timeout(seconds):
        async for fields in blocks(answer):
            if "event" in fields:
                return fields
    return {}
