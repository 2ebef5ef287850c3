"""A running simulator, and clients that talk to it as an adapter would."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from dibs_meta_simulator.fixtures import meta
from dibs_meta_simulator.serving import Running

from .client import Client

__all__ = ["api", "http", "meta"]


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def api(meta: Running, http: aiohttp.ClientSession) -> Client:
    """Calls of the Graph API with the token of the first Page."""
    return Client(meta, http, meta.world.tokens.quick_page(meta.seed.page, meta.seed.app).value)
