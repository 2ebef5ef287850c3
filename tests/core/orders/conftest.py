"""A shop that sells, on a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from dibs.db import Database

from .counter import Counter, open_counter


@pytest.fixture
async def counter(db: Database) -> AsyncIterator[Counter]:
    """A workspace with one product, in whose transactions orders are made. That all adds up is checked at the end."""
    async with open_counter(db) as made:
        yield made
        await made.assert_adds_up()
