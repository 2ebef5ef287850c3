"""The adapter against the simulated Meta, and against a server that answers what a test wants."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import pytest

from dibs.meta import MetaHosts
from dibs.outgoing import Outgoing
from dibs.platforms import Account, Live, PlatformContext, StreamToRead, Token
from dibs_instagram import pace, source
from dibs_instagram.platform import InstagramPlatform
from dibs_instagram.settings import InstagramInstance
from dibs_meta_simulator.fixtures import meta
from dibs_meta_simulator.serving import Running

from .odd_server import OddServer

__all__ = ["meta"]
NOBODY = UUID(int=0)


def hosts_of(meta: Running) -> MetaHosts:
    at = meta.hosts
    return MetaHosts(
        facebook=at["www.facebook.com"],
        graph=at["graph.facebook.com"],
        streaming=at["streaming-graph.facebook.com"],
        instagram=at["www.instagram.com"],
        instagram_api=at["api.instagram.com"],
        instagram_graph=at["graph.instagram.com"],
    )


@pytest.fixture
async def outgoing() -> AsyncIterator[Outgoing]:
    made = Outgoing(frozenset({"127.0.0.1"}))
    yield made
    await made.close()


@pytest.fixture
def adapter(meta: Running, outgoing: Outgoing) -> InstagramPlatform:
    """Against the simulator."""
    app, hosts = meta.seed.app, hosts_of(meta)
    settings = InstagramInstance(
        app.instagram_id, app.instagram_secret, app.id, app.secret, verify_token=app.verify_token, hosts=hosts
    )
    return InstagramPlatform(PlatformContext(settings, outgoing, "https://dibs.example"))


@pytest.fixture
def by_page(meta: Running) -> Account:
    """The first account, as it comes with its Page."""
    token = meta.world.tokens.quick_page(meta.seed.page, meta.seed.app)
    details = {"login": "facebook", "page_id": meta.seed.page.id}
    return Account("instagram", meta.seed.account.id, "loja_demo", Token(token.value), details=details)


@pytest.fixture
def by_itself(meta: Running) -> Account:
    """The same account, signed in by Instagram Login."""
    token = meta.world.tokens.quick_instagram(meta.seed.account, meta.seed.app)
    details = {"login": "instagram", "username": "loja_demo"}
    return Account("instagram", meta.seed.account.id, "loja_demo", Token(token.value), details=details)


@pytest.fixture(params=["by_page", "by_itself"])
def account(request: pytest.FixtureRequest) -> Account:
    """By either login."""
    found: Account = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow one another at once."""
    for name, seconds in (("SHORTEST", 0.01), ("USUAL", 0.02), ("LONGEST", 0.03)):
        monkeypatch.setattr(pace, name, seconds)
    monkeypatch.setattr(source, "UNREADABLE_SECONDS", 0.02)
    monkeypatch.setattr(source, "UNSEEN_SECONDS", 0.3)


def stream(account: Account, live_id: str, **more: Any) -> StreamToRead:
    return StreamToRead(NOBODY, NOBODY, NOBODY, account, Live(live_id), **more)


@pytest.fixture
async def odd() -> AsyncIterator[OddServer]:
    """A server that answers whatever it is told, on every path."""
    server = OddServer()
    await server.start()
    yield server
    await server.close()


@pytest.fixture
def adapter_for(odd: OddServer, outgoing: Outgoing) -> Callable[..., InstagramPlatform]:
    """Against that server."""

    def make(**given: Any) -> InstagramPlatform:
        hosts = MetaHosts(**dict.fromkeys(("graph", "instagram", "instagram_api", "instagram_graph"), odd.address))
        settings = InstagramInstance(**({"app_id": "1", "app_secret": "s3cret", "hosts": hosts} | given))
        return InstagramPlatform(PlatformContext(settings, outgoing, "https://dibs.example"))

    return make
