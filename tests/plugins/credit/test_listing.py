"""All customers by state: the same states as each has on their own, and sums of all of them."""

from __future__ import annotations

from decimal import Decimal

from dibs.workspace_data import PooledData
from dibs_credit import listing
from dibs_credit.settings import CreditSettings
from dibs_credit.standing import state_of

from .conftest import Shop


async def test_those_above_their_limit_come_first_and_the_sums_are_of_all(shop: Shop) -> None:
    cases = [("0", "0"), ("0", "1"), ("100", "79.99"), ("100", "80"), ("100", "100"), ("100", "100.01"), (None, "7")]
    for number, (limit, owed) in enumerate(cases):
        customer = await shop.customer(limit, f"c{number}")
        await shop.order(customer, owed)
    ahead = await shop.customer("0", "ahead")
    await shop.pay(ahead, amount="12.50")
    await shop.customer(None, "nothing to tell")
    data, settings = PooledData(shop.workspace_id, shop.app.runtime.db), CreditSettings()
    found = await listing.books(data, settings, "", 0)
    assert [one.name for one in found.rows] == ["c5", "c1", "c4", "c3", "c0", "c2", "ahead", "c6"]
    assert [one.state for one in found.rows] == [state_of(one.limit, one.balance, settings) for one in found.rows]
    assert (found.owed, found.on_account, found.more) == (Decimal("368.00"), Decimal("12.50"), False)
    assert found.counts == {"exceeded": 2, "approaching": 3, "fine": 2, "unlimited": 1}
    assert [one.name for one in (await listing.books(data, settings, "exceeded", 0)).rows] == ["c5", "c1"]
    assert (await listing.books(data, settings, "", 1)).rows == []
    [told] = await listing.above_limit(data)
    assert (told.count, told.path) == (2, "/credit")
