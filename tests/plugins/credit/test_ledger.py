"""Payments and adjustments: what they do to the balance, who may write them, and that nobody can change them."""

from __future__ import annotations

from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from dibs.audit_log import Actor
from dibs_credit.ledger import NewEntry, add

from ...core.api.conftest import SignUp
from .conftest import Shop, total_of


async def test_a_payment_for_an_order_counts_as_long_as_the_order_and_stays_if_it_is_cancelled(shop: Shop) -> None:
    ana = await shop.customer("200")
    first, second = await shop.order(ana, "100"), await shop.order(ana, "80")
    await shop.pay(ana, amount="60", order_id=str(first))
    told = await shop.pay(ana, amount="90.00", order_id=str(second), reason="too much")
    assert told["standing"] | {"draft": None, "adding": None} == {
        "state": "fine", "limit": "200.00", "balance": "30.00", "available": "170.00", "may_override": True,
        "draft": None, "adding": None,
    }  # fmt: skip
    assert [(one["order_number"], one["settled"], one["actor"]) for one in told["entries"]] == [
        (2, False, "Ana"), (1, False, "Ana")
    ]  # fmt: skip
    await shop.mark(second, "paid")  # it leaves with its payment; what was too much stays on account
    assert await shop.balance(ana) == "30.00"
    await shop.mark(first, "cancelled")  # the money stays
    assert await shop.balance(ana) == "-70.00"
    assert (await shop.get(f"/api/credit/{ana}"))["entries"][0]["settled"] is True
    await shop.pay(ana, kind="adjustment", amount="60", reason="paid back in cash")
    assert await shop.balance(ana) == "-10.00"
    await shop.pay(ana, 409, amount="1", order_id=str(second))


async def test_entries_are_told_noted_and_paged_and_a_form_that_is_sent_twice_is_one(shop: Shop) -> None:
    ana, form = await shop.customer(None), uuid4()
    for _ in range(2):
        async with shop.app.runtime.transactions.open(shop.workspace_id, "credit", Actor.system()) as context:
            await add(context, ana, NewEntry("payment", total_of("5"), form_id=form))
    await shop.pay(ana, amount="7", reason="cash")
    page = await shop.get(f"/api/credit/{ana}?limit=1")
    assert page["standing"]["state"] == "unlimited" and [one["amount"] for one in page["entries"]] == ["7.00"]
    page = await shop.get(f"/api/credit/{ana}?cursor={page['next']}")
    assert ([one["amount"] for one in page["entries"]], page["next"]) == (["5.00"], None)
    rows = await shop.app.runtime.db.hot_fetch(
        "SELECT payload FROM outbox WHERE workspace_id = $1 AND type = 'credit.changed'", shop.workspace_id
    )
    assert [orjson.loads(row[0]) for row in rows] == [{"customer_id": str(ana)}] * 2  # no sums: all members hear it
    log = await shop.app.runtime.db.hot_fetch(
        "SELECT after FROM audit_log WHERE workspace_id = $1 AND action = 'credit.payment_added' ORDER BY id",
        shop.workspace_id,
    )
    assert orjson.loads(log[-1][0]) == {"amount": "7.00", "reason": "cash"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": "99999999999999"}, "amount"),
        ({"kind": "adjustment", "amount": "-1"}, "reason"),
        ({"kind": "adjustment", "amount": "1", "reason": "x", "order_id": str(UUID(int=1))}, "order_id"),
        ({"kind": "gift", "amount": "1"}, "kind"),
        ({"amount": "1", "reason": "a\nb"}, "reason"),
    ],
)
async def test_a_faulty_entry_is_refused_by_its_field(shop: Shop, body: dict[str, str], field: str) -> None:
    ana = await shop.customer("10")
    told = await shop.pay(ana, 400, **body)
    assert [fault["path"] for fault in told["error"]["fields"]] == [field]
    assert await shop.balance(ana) == "0.00"


async def test_the_ledger_cannot_be_changed(shop: Shop) -> None:
    ana = await shop.customer("10")
    await shop.pay(ana, amount="3")
    for statement in ("UPDATE credit_entries SET amount = 9", "DELETE FROM credit_entries", "TRUNCATE credit_entries"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await shop.app.runtime.db.hot_fetch(statement)
    for kind, amount in (("payment", "-1"), ("adjustment", "0"), ("gift", "1")):
        with pytest.raises(asyncpg.CheckViolationError):
            await shop.app.runtime.db.hot_fetch(
                "INSERT INTO credit_entries (workspace_id, id, customer_id, kind, amount) VALUES ($1, $2, $3, $4, $5)",
                shop.workspace_id, uuid4(), ana, kind, total_of(amount),
            )  # fmt: skip


async def test_another_workspace_sees_nothing_and_adds_nothing(shop: Shop, sign_up: SignUp) -> None:
    ana = await shop.customer("10")
    order = await shop.order(ana, "5")
    stranger = Shop(shop.app, await sign_up("Bob"))
    await stranger.get(f"/api/credit/{ana}", 404)
    await stranger.pay(ana, 404, amount="1")
    theirs = await stranger.customer("10")
    await stranger.pay(theirs, 404, amount="1", order_id=str(order))
    assert await stranger.balance(theirs) == "0.00" and await shop.balance(ana) == "5.00"
