"""Shows of two processes draw on the same batches. Without lock and guards they oversell, or the test would
prove nothing."""

from __future__ import annotations

import pytest

from dibs.db import Database
from dibs.stock.audit import audit_stock

from ..core.stock.shop import Shop, draw, new_shop
from .children import defenceless, race

pytestmark = pytest.mark.race
PAIRS = 10
CONSTRAINTS = (
    "ALTER TABLE batches DROP CONSTRAINT batches_never_oversold",
    "ALTER TABLE batches DROP CONSTRAINT batches_never_negative",
)


async def activation_race(shop: Shop, weak: list[str]) -> list[int]:
    """For each of ten batches of four units two shows, of three units each; how often both have begun."""
    lists: list[list[str]] = [[], []]
    for n in range(PAIRS):
        batch = await shop.batch(4, f"B{n}")
        for shows in lists:
            sale = await shop.show()
            await draw(sale, "12", 3, batch)
            shows.append(str(sale.show_id))
            await sale.lanes.close()
    sale = await shop.show()
    jobs = [{"commands": [["activate", show] for show in shows], "weak": weak} for shows in lists]
    done = await race(sale, *jobs)
    refused = {code for one in done for code in one["refused"]}
    assert refused <= {"out_of_stock"}, done
    rows = await shop.db.hot_fetch(
        "SELECT count(*) FROM items i JOIN shows s ON s.workspace_id = i.workspace_id AND s.id = i.show_id"
        " WHERE i.workspace_id = $1 AND s.status = 'active' GROUP BY i.batch_id", shop.workspace_id
    )  # fmt: skip
    return [row[0] for row in rows]


async def test_of_two_shows_on_one_batch_one_begins(db: Database) -> None:
    shop = await new_shop(db)
    assert await activation_race(shop, []) == [1] * PAIRS
    await shop.assert_adds_up()


async def test_without_lock_and_guards_two_shows_oversell_a_batch(db: Database) -> None:
    shop = await new_shop(db)
    await defenceless(await shop.show(), CONSTRAINTS)
    for _ in range(6):
        if 2 in await activation_race(shop, ["stock"]):
            break
        shop = await new_shop(db)
    found = [problem for report in [r async for r in audit_stock(db)] for problem in report.problems]
    assert "more is reserved, put aside and in carts than is on hand" in found
