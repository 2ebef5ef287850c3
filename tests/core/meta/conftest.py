"""A server on loopback that answers as it is told, and a Graph client that calls it at a time of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import attrs
import pytest
from aiohttp import web

from dibs.meta import Caller, Graph, MetaApp, Pace
from dibs.outgoing import Outgoing

SECRET = "0123456789abcdef0123456789abcdef"
PAGE = Caller("EAAFAKEPAGETOKEN0001", "pages", "100000000000001")


@attrs.define
class Script:
    """Answers in their order, the last one for good, and the requests that came."""

    answers: list[Any] = attrs.field(factory=list)
    seen: list[web.Request] = attrs.field(factory=list)
    bodies: list[bytes] = attrs.field(factory=list)
    address: str = ""

    def then(self, body: Any = None, status: int = 200, **headers: str) -> Script:
        """One more answer; a callable makes it from the request."""
        self.answers.append((body, status, {name.replace("_", "-"): value for name, value in headers.items()}))
        return self

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        self.bodies.append(await request.read())
        body, status, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(body, Callable):  # type: ignore[arg-type]
            body = body(request)
            if hasattr(body, "__await__"):
                body = await body
        if isinstance(body, web.StreamResponse):
            return body
        if isinstance(body, str | bytes):
            raw = body.encode() if isinstance(body, str) else body
            return web.Response(body=raw, status=status, headers=headers, content_type="text/html")
        return web.json_response(body, status=status, headers=headers)


@attrs.define
class Time:
    """Seconds that move by hand."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def script() -> AsyncIterator[Script]:
    """The server."""
    made = Script()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def graph(script: Script, time: Time) -> AsyncIterator[Graph]:
    """A client of that server."""
    http = Outgoing(frozenset({"127.0.0.1"}))
    yield Graph(http, MetaApp("900000000000001", SECRET), script.address, Pace(time))
    await http.close()
