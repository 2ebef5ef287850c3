"""Faults: when they strike, and those of the line."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from dibs_meta_simulator.serving import Running

from .client import Client


async def test_a_fault_strikes_where_when_and_as_often_as_told(meta: Running, api: Client) -> None:
    meta.world.clock.freeze()
    live = meta.world.lives.start(meta.seed.page.id)
    await api.control("set_fault", name="error", code=1, after=10, lasts=5, where={"endpoint": "comments"}, calls=2)

    async def statuses() -> list[int]:
        return [(await api.get(path)).status for path in (f"{live.id}/comments", live.id)]

    assert await statuses() == [200, 200]
    await api.control("move_clock", seconds=11)
    assert await statuses() == [500, 200]
    assert await statuses() == [500, 200]
    assert await statuses() == [200, 200]
    await api.control("set_fault", name="error", code=1, lasts=5)
    assert await statuses() == [500, 500]
    await api.control("move_clock", seconds=6)
    assert await statuses() == [200, 200]
    await api.control("set_fault", name="error", code=1)
    await api.control("clear_faults", name="error")
    assert await statuses() == [200, 200]


async def test_some_of_the_calls(api: Client) -> None:
    await api.control("set_fault", name="error", code=2, share=0.3)
    failed = sum([(await api.get("me")).status == 503 for _ in range(100)])
    assert 10 < failed < 60


async def test_a_connection_is_reset(api: Client) -> None:
    await api.control("set_fault", name="reset")
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.get("me")
    await api.control("clear_faults")
    assert (await api.get("me")).status == 200


async def test_an_answer_breaks_off(api: Client) -> None:
    await api.control("set_fault", name="cut", calls=1)
    with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)):
        await api.get("me")
    assert (await api.get("me")).status == 200


async def test_a_proxy_answers_with_html(meta: Running, api: Client) -> None:
    await api.control("set_fault", name="html", status=502, calls=1)
    address = f"{meta.hosts[api.host]}/v25.0/me"
    async with api.http.get(address, params={"access_token": api.token}) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert "<html>" in await answer.text()
    assert meta.world.calls.recent[-1].status == 502


async def test_an_answer_is_slow(api: Client) -> None:
    await api.control("set_fault", name="slow", seconds=30, calls=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(api.get("me"), 0.2)
    assert (await api.get("me")).status == 200


async def test_an_unknown_fault_is_refused(api: Client) -> None:
    async with api.http.post(f"{api.meta.address}/_control/set_fault", json={"name": "gremlins"}) as answer:
        assert answer.status == 400
