"""The event stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from dibs_meta_simulator.hosts import STREAMING
from dibs_meta_simulator.serving import Running

from .client import Client


@pytest.fixture
def live(meta: Running) -> str:
    return meta.world.lives.start(meta.seed.page.id).id


@asynccontextmanager
async def _stream(api: Client, live: str, **params: str) -> AsyncIterator[aiohttp.StreamReader]:
    wanted = {"access_token": api.token, "comment_rate": "one_hundred_per_second", **params}
    address = f"{api.meta.hosts[STREAMING]}/{live}/live_comments"
    async with api.http.get(address, params=wanted) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        assert await answer.content.readuntil(b"\n\n") == b": ping\n\n"
        yield answer.content


async def _next(content: aiohttp.StreamReader) -> object:
    while True:
        line = (await content.readuntil(b"\n\n")).strip()
        if line.startswith(b"data: "):
            return json.loads(line.removeprefix(b"data: "))


async def test_comments_come_as_they_are_written(meta: Running, api: Client, live: str) -> None:
    meta.world.lives.comment(live, "Caio", "before")
    async with _stream(api, live, fields="id,from{name,id},message,created_time") as content:
        written = meta.world.lives.comment(live, "Caio", "eu quero")
        event = await _next(content)
    assert isinstance(event, dict)
    assert event["id"] == written.id
    assert event["from"] == {"name": "Caio", "id": "7000000000000001"}
    assert event["object"]["description"] == "Bazar de sexta"


async def test_above_its_rate_it_leaves_comments_out(meta: Running, api: Client, live: str) -> None:
    meta.world.clock.freeze()
    async with _stream(api, live, comment_rate="one_per_two_seconds") as content:
        for text in "abc":
            meta.world.lives.comment(live, "Caio", text)
        meta.world.clock.move(2)
        meta.world.lives.comment(live, "Caio", "d")
        heard = [await _next(content), await _next(content)]
    assert [event["message"] for event in heard if isinstance(event, dict)] == ["a", "d"]


async def test_it_is_cut_after_four_hours_and_ends_with_the_broadcast(meta: Running, api: Client, live: str) -> None:
    async with _stream(api, live) as content:
        meta.world.clock.move(4 * 3600)
        assert b"data" not in await content.read()
    async with _stream(api, live) as content:
        meta.world.lives.end(live)
        assert b"data" not in await content.read()


async def test_it_can_drop_and_send_arrays(meta: Running, api: Client, live: str) -> None:
    meta.world.faults.set("stream_drop", events=1)
    meta.world.faults.set("stream_array")
    async with _stream(api, live) as content:
        meta.world.lives.comment(live, "Caio", "a")
        event = await _next(content)
        assert isinstance(event, list)
        await asyncio.wait_for(content.read(), 5)


async def test_it_can_refuse_always(meta: Running, api: Client, live: str) -> None:
    meta.world.faults.set("stream_400")
    address = f"{meta.hosts[STREAMING]}/{live}/live_comments"
    async with api.http.get(address, params={"access_token": api.token}) as answer:
        assert (answer.status, answer.headers["Proxy-Status"]) == (400, "http_request_error")
    assert meta.world.calls.count("live_comments") == 1
