"""Public claims of linked customers, through the real lane."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest

from dibs.wiring import LaneLinks
from dibs.workspace_settings.reading import forget_settings

from .conftest import Shop


async def test_what_the_credit_does_not_cover_waits_for_an_operator_who_may_let_it_through(shop: Shop) -> None:
    show = await shop.show(("1", 9, "40"), ("2", 9, "25"), ("3", 9, None))
    await shop.say(show, ("ana", "hello"), ("bob", "hello"))
    ana = await shop.customer("100")
    await shop.order(ana, "20")
    await shop.link(ana, "ana")  # while the show is on: the board looks again
    await shop.say(show, ("ana", "sold 1"), ("bob", "sold 1"), ("ana", "sold 2"), ("ana", "sold 2"), ("ana", "sold 3"))
    await shop.say(show, ("ana", "sold 1"))
    assert await shop.claims(show) == [
        ("ana", "1", "winner", None),
        ("bob", "1", "winner", None),
        ("ana", "2", "winner", None),  # 65 of 80: what was won in this batch counts
        ("ana", "2", "declined", "already_claimed"),  # a repeat needs no operator
        ("ana", "3", "winner", None),  # no price, nothing to look at
        ("ana", "1", "declined", "already_claimed"),
    ]
    await shop.ask("POST", f"/api/shows/{show}/items", 201, {"items": [
        {"item_number": "4", "title": "4", "quantity": 1, "price": "15.01"},
        {"item_number": "5", "title": "5", "quantity": 1, "price": "15.00"},
    ]})  # fmt: skip
    await shop.say(show, ("ana", "sold 4"), ("ana", "sold 5"))
    assert (await shop.claims(show))[-2:] == [("ana", "4", "review", "over_credit"), ("ana", "5", "winner", None)]
    rows = await shop.app.runtime.db.hot_fetch("SELECT id FROM claims WHERE status = 'review'")
    await shop.ask("POST", f"/api/shows/{show}/claims/{rows[0][0]}/accept", 200, {})
    assert ("ana", "4", "winner") in [claim[:3] for claim in await shop.claims(show)]
    log = await shop.app.runtime.db.hot_fetch("SELECT actor_name FROM audit_log WHERE action = 'claim.accepted'")
    assert [row[0] for row in log] == ["Ana"]


async def test_an_item_that_comes_later_does_not_slip_past_and_two_accounts_are_one_customer(shop: Shop) -> None:
    show = await shop.show(("1", 9, "60"))
    await shop.say(show, ("ana", "hi"), ("ana2", "hi"))
    ana = await shop.customer("100")
    await shop.link(ana, "ana")
    await shop.link(ana, "ana2")
    await shop.say(show, ("ana", "sold 1"), ("ana2", "sold 1"), ("ana2", "sold 7"))
    new = {"items": [{"item_number": "7", "title": "7", "quantity": 1, "price": "50"}]}
    await shop.ask("POST", f"/api/shows/{show}/items", 201, new)
    assert await shop.claims(show) == [
        ("ana", "1", "winner", None),
        ("ana2", "1", "review", "over_credit"),
        ("ana2", "7", "review", "over_credit"),
    ]


async def test_switched_off_or_without_a_limit_nobody_is_screened(shop: Shop) -> None:
    show = await shop.show(("1", 9, "60"))
    await shop.say(show, ("ana", "hi"), ("bob", "hi"))
    await shop.link(await shop.customer("0"), "ana")
    await shop.link(await shop.customer(None), "bob")
    await shop.say(show, ("bob", "sold 1"))
    await shop.set(screen_claims=False)
    await shop.say(show, ("ana", "sold 1"))
    assert [claim[2] for claim in await shop.claims(show)] == ["winner", "winner"]


async def test_only_batches_of_linked_authors_cost_a_query_and_a_failing_plugin_stops_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[UUID]] = []
    real = LaneLinks._left

    async def counted(self: LaneLinks, ready: Any, connection: Any, workspace_id: UUID, customer_ids: Any) -> Any:
        asked.append(list(customer_ids))
        return await real(self, ready, connection, workspace_id, customer_ids)

    monkeypatch.setattr(LaneLinks, "_left", counted)
    show = await shop.show(("1", 9, "60"))
    await shop.say(show, ("ana", "hi"), ("bob", "sold 1"))
    ana = await shop.customer("0")
    await shop.link(ana, "ana")
    await shop.say(show, ("bob", "thanks"), ("cy", "sold 1"))
    assert asked == []
    await shop.app.runtime.db.hot_fetch("ALTER TABLE credit_entries RENAME TO gone")
    await shop.say(show, ("ana", "sold 1"), ("ana", "thanks"), ("bob", "hi"))
    assert asked == [[ana]]
    assert (await shop.claims(show))[-1] == ("ana", "1", "winner", None)


async def test_who_reads_the_credit_needs_no_second_connection(shop: Shop) -> None:
    runtime = shop.app.runtime
    ana = await shop.customer("100")
    assert runtime.lanes.credit is not None
    async with AsyncExitStack() as taken, asyncio.timeout(10):
        read = await runtime.lanes.credit(shop.workspace_id)
        for _ in range(runtime.db.hot - 1):
            await taken.enter_async_context(runtime.db.hot_connection())
        connection = await taken.enter_async_context(runtime.db.hot_connection())
        runtime.flags.forget()
        forget_settings(runtime.db, shop.workspace_id)
        assert await read(connection, [ana]) == {ana: 100}
