"""A running sale for several processes."""

from collections.abc import AsyncIterator

import pytest

from dibs.db import Database

from ..core.lane.sale import Sale, new_sale


@pytest.fixture
async def sale(db: Database) -> AsyncIterator[Sale]:
    """An active show; this process gives it up before others work on it."""
    made = await new_sale(db)
    yield made
    await made.lanes.close()
