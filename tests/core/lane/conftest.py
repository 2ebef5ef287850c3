"""A running sale on a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from dibs.db import Database

from .sale import Sale, new_sale


@pytest.fixture
async def sale(db: Database) -> AsyncIterator[Sale]:
    """An active show without items. What the test did to it is audited at the end."""
    made = await new_sale(db)
    yield made
    await made.assert_clean()
    await made.lanes.close()
