"""Pytest fixture: `meta`, a running simulator. `pytest_plugins = ["dibs_meta_simulator.fixtures"]`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from dibs_meta_simulator.serving import Running, running_simulator


@pytest.fixture
async def meta() -> AsyncIterator[Running]:
    """A simulator of this test's own, on a free port of this machine."""
    async with running_simulator() as running:
        yield running
