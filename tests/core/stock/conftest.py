"""A shop on a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from dibs.db import Database

from .shop import Shop, new_shop


@pytest.fixture
async def shop(db: Database) -> AsyncIterator[Shop]:
    """A workspace with one product. That its stock adds up is checked at the end."""
    made = await new_shop(db)
    yield made
    await made.assert_adds_up()
