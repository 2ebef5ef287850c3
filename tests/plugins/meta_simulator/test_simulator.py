"""The simulator as `dibs simulate meta` starts it."""

from __future__ import annotations

import asyncio

import aiohttp

from dibs.plugins import load_plugins
from dibs_meta_simulator.hosts import FACEBOOK
from dibs_meta_simulator.simulator import MetaSimulator, SimulatedMeta

from .client import receiving


def test_it_is_given_to_the_command() -> None:
    found, errors = load_plugins().all_hooks().simulators()
    assert [simulator.name for _, simulator in found] == ["meta"]
    assert errors == []


async def test_it_goes_live_on_both_platforms_with_webhooks_to_who_takes_the_handshake() -> None:
    async with receiving() as receiver:
        product = receiver.url.removesuffix("/hook")
        running = await MetaSimulator().start("127.0.0.1", 0, product)
        assert isinstance(running, SimulatedMeta)
        try:
            receiver.verify_token = "another"
            await running.go_live(product)
            app, world = running.running.seed.app, running.running.world
            assert app.subscriptions == {}
            assert len(world.lives.on_air()) == 2
            receiver.verify_token = app.verify_token
            async with asyncio.timeout(20):
                while set(app.subscriptions) != {"page", "instagram"}:
                    await asyncio.sleep(0.05)
            assert app.subscriptions["page"].callback_url == f"{product}/webhooks/facebook"
            world.clock.move(30)
            assert sum(len(live.thread) for live in world.lives.on_air()) > 30
        finally:
            await running.close()


async def test_it_redirects_to_the_product_alone() -> None:
    running = await MetaSimulator().start("127.0.0.1", 0, "http://127.0.0.1:8800")
    assert isinstance(running, SimulatedMeta)
    try:
        async with aiohttp.ClientSession() as http:
            for uri, status in (("http://127.0.0.1:8800/x", 200), ("http://127.0.0.1:88001/x", 400)):
                params = {"client_id": running.running.seed.app.id, "redirect_uri": uri, "scope": "pages_show_list"}
                address = f"{running.running.hosts[FACEBOOK]}/v25.0/dialog/oauth"
                async with http.get(address, params=params) as answer:
                    assert answer.status == status
            async with http.get(running.address) as page:
                assert page.status == 200
    finally:
        await running.close()


async def test_its_settings_are_those_of_the_adapters() -> None:
    from dibs import structure

    plugins = load_plugins().plugins
    running = await MetaSimulator().start("127.0.0.1", 0, "http://127.0.0.1:8800")
    try:
        for name, values in running.settings.items():
            kind = plugins[name].info.instance
            if kind is not None:
                made = structure(values, kind)
                assert made.app_id == values["app_id"]
                assert made.hosts.graph == f"{running.address}/graph.facebook.com"
    finally:
        await running.close()
