"""A client of the simulated Graph API, and receivers for what it sends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs
from aiohttp import web

from dibs_meta_simulator.hosts import GRAPH, INSTAGRAM_GRAPH
from dibs_meta_simulator.serving import Running


@attrs.frozen
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> tuple[int, int | None]:
        error = self.body["error"]
        return error["code"], error.get("error_subcode")

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.body["data"]]

    def usage(self, subject: str) -> dict[str, Any]:
        usage: dict[str, Any] = json.loads(self.headers["x-business-use-case-usage"])[subject][0]
        return usage


@attrs.frozen
class Client:
    meta: Running
    http: aiohttp.ClientSession
    token: str
    host: str = GRAPH

    async def get(self, path: str, **params: Any) -> Reply:
        return await self.call("GET", path, **params)

    async def call(self, method: str, path: str, body: Any = None, **params: Any) -> Reply:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        address = f"{self.meta.hosts[self.host]}/v25.0/{path}".rstrip("/")
        async with self.http.request(method, address, params=params, json=body, headers=headers) as answer:
            return Reply(answer.status, await answer.json(), answer.headers)

    async def control(self, action: str, **how: Any) -> Any:
        async with self.http.post(f"{self.meta.address}/_control/{action}", json=how) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    def instagram(self) -> Client:
        """The same with a token of Instagram Login for the first account."""
        token = self.meta.world.tokens.quick_instagram(self.meta.seed.account, self.meta.seed.app).value
        return attrs.evolve(self, token=token, host=INSTAGRAM_GRAPH)

    def user(self) -> Client:
        """The same with a long-lived user token."""
        seed = self.meta.seed
        grant = self.meta.world.tokens.grants[seed.app.id, seed.user.id]
        return attrs.evolve(self, token=self.meta.world.tokens.user(grant, short=False).value)


@attrs.define
class Receiver:
    """Takes webhooks and callbacks; `answers` are the statuses that it gives, then 200."""

    url: str = ""
    answers: list[int] = attrs.field(factory=list)
    posts: list[tuple[bytes, Mapping[str, str]]] = attrs.field(factory=list)
    asked: list[Mapping[str, str]] = attrs.field(factory=list)
    verify_token: str = "simulated"
    body: Any = None

    def comments(self) -> list[str]:
        """The ids of all Instagram comments that came, in order of arrival."""
        return [
            change["value"]["id"]
            for body, _ in self.posts
            for entry in json.loads(body)["entry"]
            for change in entry["changes"]
        ]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def asked(request: web.Request) -> web.Response:
        receiver.asked.append(dict(request.query))
        if request.query.get("hub.verify_token") != receiver.verify_token:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def posted(request: web.Request) -> web.Response:
        receiver.posts.append((await request.read(), request.headers))
        status = receiver.answers.pop(0) if receiver.answers else 200
        return web.json_response(receiver.body, status=status)

    app = web.Application()
    for path in ("/hook", "/webhooks/facebook", "/webhooks/instagram"):
        app.add_routes([web.get(path, asked), web.post(path, posted)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    receiver.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/hook"  # type: ignore[attr-defined]
    try:
        yield receiver
    finally:
        await runner.cleanup()
