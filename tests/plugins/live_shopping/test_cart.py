"""Adding to carts, changing and removing: stock, prices, credit, events."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from dibs import ConflictError, OutOfStockError, SessionClosedError
from dibs_live_shopping import cart as carts
from dibs_live_shopping.views import customer_of

from .conftest import LIVE, Shop


async def test_a_line_holds_stock_has_a_price_and_is_told(shop: Shop) -> None:
    await shop.margin("40")
    batch = await shop.batch("10", "6.00", name="Silk dress", unit="pc")
    session = await shop.session()
    assert session["status"] == "active" and len(session["room_code"]) >= 10
    told = await shop.add(session["session_id"], batch["batch_id"], "2.5")
    line = told["lines"][0]
    assert line["name"] == "Silk dress" and line["quantity"] == "2.5" and line["available"] == "7.5"
    assert (line["price"], line["total"], line["price_source"]) == ("10.00", "25.00", "default_margin")
    assert (line["unit_cost"], line["margin"], told["total"]) == ("6.00", "40.00", "25.00")
    assert await shop.in_carts(batch["batch_id"]) == Decimal("2.5")
    staff = await shop.events(f"session:{session['session_id']}")
    assert [one["type"] for one in staff] == ["session.started", "line.added"]
    assert staff[1]["session"]["lines"][0]["unit_cost"] is None and staff[1]["session"]["lines"][0]["margin"] is None
    assert staff[1]["session"]["total"] == "25.00" and staff[1]["line_id"] == line["line_id"]
    customer = await shop.events(f"customer:{session['session_id']}")
    assert customer[1]["session"]["lines"][0]["price"] == "10.00"
    picks = await shop.events(f"picking:{shop.workspace_id}")
    assert picks[-1]["picks"][0]["batch_code"] == "L1"
    await shop.call("DELETE", f"{LIVE}/{session['session_id']}/lines/{line['line_id']}")
    assert await shop.in_carts(batch["batch_id"]) == 0
    await shop.audit()


async def test_the_last_piece_is_sold_once_and_the_refusal_says_what_is_left(shop: Shop) -> None:
    batch = await shop.batch("3", name="Silk")
    one, two = await shop.session(), await shop.session()
    await shop.add(one["session_id"], batch["batch_id"], "2")
    refused = await shop.add(two["session_id"], batch["batch_id"], "2", expect=409)
    assert refused["error"]["code"] == "out_of_stock" and refused["error"]["data"]["left"] == "1"
    async with shop.transaction() as context:
        with pytest.raises(OutOfStockError) as told:
            new = carts.NewLine(UUID(batch["batch_id"]), Decimal(2))
            await carts.add_line(context, UUID(two["session_id"]), new, by="customer", name="Anna")
    assert told.value.message == "There is not enough left of Silk." and not told.value.data
    await shop.add(two["session_id"], batch["batch_id"], "1")
    await shop.audit()


async def test_what_is_in_the_cart_already_grows_and_lowering_gives_back(shop: Shop) -> None:
    batch = await shop.batch("10")
    session_id = (await shop.session())["session_id"]
    await shop.add(session_id, batch["batch_id"], "2")
    told = await shop.add(session_id, batch["batch_id"], "3")
    assert [line["quantity"] for line in told["lines"]] == ["5"]
    told = await shop.add(session_id, batch["batch_id"], "1", intent="sample_request")
    assert [(line["sample"], line["total"] == "0.00") for line in told["lines"]] == [(False, False), (True, True)]
    line = told["lines"][0]
    path = f"{LIVE}/{session_id}/lines/{line['line_id']}"
    told = await shop.call("PATCH", path, version=line["version"], quantity="1", highlighted=True)
    assert told["lines"][0]["highlighted"] and await shop.in_carts(batch["batch_id"]) == 2
    stale = await shop.call("PATCH", path, 409, version=line["version"], quantity="4")
    assert stale["error"]["code"] == "conflict"
    told = await shop.call("PATCH", path, intent="interested")
    assert told["total"] == "0.00" and await shop.in_carts(batch["batch_id"]) == 2
    picks = (await shop.events(f"picking:{shop.workspace_id}"))[-1]["picks"]
    assert [pick["sample"] for pick in picks] == [True]  # what is only of interest is not fetched
    for quantity in ("0", "-1", "1.00001", "NaN"):
        await shop.add(session_id, batch["batch_id"], quantity, expect=400)
    await shop.audit()


async def test_a_full_cart_takes_no_more(shop: Shop) -> None:
    await shop.set(most_lines=2)
    batches = [await shop.batch("5", name=f"Thing {n}") for n in range(3)]
    session_id = (await shop.session())["session_id"]
    for batch in batches[:2]:
        await shop.add(session_id, batch["batch_id"])
    assert (await shop.add(session_id, batches[2]["batch_id"], expect=409))["error"]["data"]["most"] == 2
    await shop.add(session_id, batches[0]["batch_id"])
    assert await shop.in_carts(batches[2]["batch_id"]) == 0


async def test_paused_is_for_the_host_alone(shop: Shop) -> None:
    batch = await shop.batch("5")
    session_id = (await shop.session())["session_id"]
    await shop.act(session_id, "pause")
    async with shop.transaction() as context:
        with pytest.raises(SessionClosedError) as told:
            new = carts.NewLine(UUID(batch["batch_id"]), Decimal(1))
            await carts.add_line(context, UUID(session_id), new, by="customer", name="Anna")
    assert told.value.data["status"] == "paused"
    await shop.add(session_id, batch["batch_id"])
    assert await shop.in_carts(batch["batch_id"]) == 1
    await shop.act(session_id, "resume")
    await shop.act(session_id, "kick")
    async with shop.transaction() as context:
        with pytest.raises(SessionClosedError) as told:
            await carts.add_line(context, UUID(session_id), new, by="customer", name="Anna")
    assert told.value.data["status"] == "kicked"


async def test_a_price_without_a_rule_is_shown_when_the_host_has_confirmed_it(shop: Shop) -> None:
    batch = await shop.batch("5", "7.00")
    session_id = (await shop.session())["session_id"]
    told = await shop.add(session_id, batch["batch_id"])
    line = told["lines"][0]
    assert line["needs_confirmation"] and line["price"] == "7.00"
    last = (await shop.events(f"customer:{session_id}"))[-1]["session"]["lines"][0]
    assert last["price"] is None and last["total"] is None and last["price_before"] is None
    await shop.act(session_id, f"lines/{line['line_id']}/confirm-price")
    assert (await shop.events(f"customer:{session_id}"))[-1]["session"]["lines"][0]["price"] == "7.00"
    told = await shop.add(session_id, batch["batch_id"])
    assert not told["lines"][0]["needs_confirmation"], "confirmed for this price, whatever the quantity"


async def test_the_customer_never_sees_a_cost_that_was_not_confirmed_as_the_price_before(shop: Shop) -> None:
    batch = await shop.batch("5", "7.77")
    session_id = (await shop.session())["session_id"]
    await shop.add(session_id, batch["batch_id"])
    body = {"product_id": batch["product_id"], "price": "12.00"}
    told = await shop.call("PUT", f"{LIVE}/{session_id}/override", **body)
    assert told["lines"][0]["price"] == "12.00"
    async with shop.transaction() as context:
        cart = await carts.change_line(
            context,
            UUID(session_id),
            UUID(told["lines"][0]["line_id"]),
            carts.LineChange(highlighted=True),
            by="host",
            name="H",
        )
    assert "7.77" not in repr(customer_of(cart))
    assert all("7.77" not in str(one) for one in await shop.events(f"customer:{session_id}"))


async def test_nothing_is_added_above_the_credit_limit_without_a_reason(shop: Shop) -> None:
    await shop.margin("50")
    batch = await shop.batch("10", "10.00")
    customer_id = await shop.customer("Bea", credit_limit="50.00")
    session_id = (await shop.session(customer_id))["session_id"]
    told = await shop.add(session_id, batch["batch_id"], "2")
    assert told["credit"]["to_purchase"] == "40.00" and told["credit"]["available"] == "10.00"
    refused = await shop.add(session_id, batch["batch_id"], "1", expect=409)
    assert refused["error"]["code"] == "credit_exceeded"
    assert await shop.in_carts(batch["batch_id"]) == 2
    told = await shop.add(session_id, batch["batch_id"], "1", intent="interested")
    assert told["credit"]["to_purchase"] == "40.00"
    told = await shop.add(session_id, batch["batch_id"], "1", credit_reason="An old friend")
    assert told["credit"]["state"] == "exceeded" and told["credit"]["to_purchase"] == "60.00"
    read = await shop.get(session_id)
    assert read["credit"]["to_purchase"] == "60.00" and read["credit"]["interested"] == "20.00"


async def test_what_customers_may_not_change(shop: Shop) -> None:
    batch = await shop.batch("5")
    session_id = (await shop.session())["session_id"]
    line_id = (await shop.add(session_id, batch["batch_id"]))["lines"][0]["line_id"]
    async with shop.transaction() as context:
        with pytest.raises(ConflictError):
            change = carts.LineChange(highlighted=True)
            await carts.change_line(context, UUID(session_id), UUID(line_id), change, by="customer", name="Anna")
