"""A small real server for answers that no simulator gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from aiohttp import web

Answer = tuple[int, Any]


@attrs.frozen
class Asked:
    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


@attrs.define(eq=False)
class OddServer:
    """Answers by the end of the path: one answer after another, the last one for ever; an answer may be a function."""

    asked: list[Asked] = attrs.field(factory=list)
    address: str = ""
    _answers: dict[str, list[Any]] = attrs.field(factory=dict)
    _runner: web.AppRunner | None = None

    def on(self, end: str, *answers: Answer | Callable[[Asked], Answer]) -> None:
        self._answers[end] = list(answers)

    def calls(self, end: str) -> list[Asked]:
        return [one for one in self.asked if one.path.endswith(end)]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        form = dict(await request.post()) if request.content_type != "application/json" else await request.json()
        asked = Asked(request.method, request.path, dict(request.query), form, dict(request.headers))
        self.asked.append(asked)
        end = max((one for one in self._answers if asked.path.endswith(one)), key=len, default=None)
        if end is None:
            return web.json_response(
                {"error": {"message": f"no {asked.path}", "code": 100, "error_subcode": 33}}, status=400
            )
        left = self._answers[end]
        found = left.pop(0) if len(left) > 1 else left[0]
        status, body = found(asked) if callable(found) else found
        return web.json_response(body, status=status)
