"""Faults of the line itself: slow answers, connections that break, pages of a proxy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from quart import Response, request

from dibs_meta_simulator.calls import CallRecord
from dibs_meta_simulator.world import World

_PAGE = "<!DOCTYPE html>\n<html><head><title>Error</title></head><body>Sorry, something went wrong.</body></html>\n"

_FLUSH = 0.02


async def disturbed(world: World, where: Mapping[str, str | None]) -> Response | None:
    """Wait, break off, or answer like a proxy; None when the call goes through."""
    slow = world.faults.hit("slow", where)
    if slow is not None:
        await asyncio.sleep(slow.number("seconds", 3))
    if world.faults.hit("reset", where):
        _note(world, where, 0)
        _abort()()
        return Response(b"")  # goes nowhere
    html = world.faults.hit("html", where)
    if html is None:
        return None
    status = int(html.number("status", 502))
    _note(world, where, status)
    return Response(_PAGE, status, content_type="text/html; charset=utf-8")


def cut(response: Response) -> Response:
    """The first half of an answer, then nothing."""
    stop = _abort()

    async def half() -> AsyncIterator[bytes]:
        body = await response.get_data(as_text=False)
        yield body[: len(body) // 2]
        await asyncio.sleep(_FLUSH)
        stop()

    headers = {name: value for name, value in response.headers.items() if name != "Transfer-Encoding"}
    return Response(half(), response.status_code, headers)


def _abort() -> Callable[[], None]:
    """What resets the connection of the request that is being answered."""
    scope: dict[str, Any] = dict(request.scope)
    stop: Callable[[], None] = scope["dibs.abort"]
    return stop


def _note(world: World, where: Mapping[str, str | None], status: int) -> None:
    record = CallRecord(
        world.clock.now(),
        where["host"] or "",
        where["method"] or "",
        where["endpoint"] or "",
        f"{where['object']}/{where['endpoint']}",
        status=status,
    )
    world.calls.add(record)


class Abortable:
    """Gives each request a way to reset its connection, which ASGI itself has no message for."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request."""
        broken = False

        def abort() -> None:
            nonlocal broken
            broken = True
            _transport(send).abort()

        async def send_unless_broken(message: Any) -> None:
            if not broken:
                await send(message)

        if scope["type"] == "http":
            scope["dibs.abort"] = abort
        await self._app(scope, receive, send_unless_broken)


def _transport(send: Any) -> Any:
    """The transport behind Hypercorn's `send`: that of the stream, of its protocol, of its connection."""
    stream = send.__self__
    connection = stream.send.__self__.send.__self__
    return connection.writer.transport
