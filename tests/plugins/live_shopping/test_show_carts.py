"""A show's winners: each gets a cart, and it follows the claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs import NewOrder, NewOrderLine
from dibs.stock import Reference
from dibs_live_shopping import following
from dibs_live_shopping.show_carts import follow, sync_buyer

from ...core.api.test_sale import Sale
from .conftest import LIVE, Shop


@attrs.define
class Fair:
    """A running show with two items, one of them drawn from a batch."""

    shop: Shop
    sale: Sale
    batch: dict[str, Any]

    async def carts(self) -> dict[str, list[tuple[str, str]]]:
        """What is in the open cart of each buyer: name and quantity, in the order of the claims."""
        found = await self.shop.call("GET", LIVE, show_id=str(self.sale.show_id), status="open")
        carts = {}
        for one in found["sessions"]:
            lines = (await self.shop.get(one["session_id"]))["lines"]
            carts[one["name"]] = [(line["name"], line["quantity"]) for line in lines]
        return carts

    async def session_of(self, name: str) -> dict[str, Any]:
        found = await self.shop.call("GET", LIVE, show_id=str(self.sale.show_id), status="open", q=name)
        return await self.shop.get(found["sessions"][0]["session_id"])

    async def wait_for(self, carts: dict[str, list[tuple[str, str]]]) -> None:
        async def there() -> bool:
            return await self.carts() == carts

        try:
            await self.shop.until(there)
        except TimeoutError:
            assert await self.carts() == carts

    async def claims(self, number: str) -> list[dict[str, Any]]:
        drawer = await self.sale.drawer(number)
        found: list[dict[str, Any]] = drawer["winners"]
        return found


@pytest.fixture
async def fair(shop: Shop) -> Fair:
    batch = await shop.batch("20", "6.00", name="Silk")
    show = await shop.call("POST", "/api/shows", 201, title="Friday", rules={})
    items = [
        {"item_number": "12", "title": "Dress", "quantity": 2, "price": "12.50", "batch_id": batch["batch_id"]},
        {"item_number": "A1", "title": "Mug", "quantity": 3},
    ]
    made = await shop.call("POST", f"/api/shows/{show['id']}/items", 201, items=items)
    await shop.call("POST", f"/api/shows/{show['id']}/activate")
    sale = Sale(shop.person, show["id"], {item["item_number"]: item for item in made["items"]})
    return Fair(shop, sale, batch)


async def open_carts(fair: Fair) -> int:
    told = await fair.shop.call("POST", f"/api/shows/{fair.sale.show_id}/carts")
    return int(told["sessions"])


async def test_carts_follow_wins_releases_and_promotions(fair: Fair) -> None:
    await fair.sale.say(("ann", "sold 12"), ("bob", "sold 12"), ("eve", "sold 12"), ("ann", "sold A1"))
    assert await open_carts(fair) == 2
    assert await fair.carts() == {"ann": [("Dress", "1"), ("Mug", "1")], "bob": [("Dress", "1")]}
    assert await open_carts(fair) == 2, "a second time changes nothing"
    line = (await fair.session_of("ann"))["lines"][0]
    assert (line["price"], line["price_source"], line["added_by"]) == ("12.50", "item", "show")
    assert await fair.shop.in_carts(fair.batch["batch_id"]) == 0, "what was won is reserved already"
    claim = next(one for one in await fair.claims("12") if one["handle"] == "ann")
    await fair.shop.call("POST", f"/api/shows/{fair.sale.show_id}/claims/{claim['claim_id']}/release")
    await fair.wait_for({"ann": [("Mug", "1")], "bob": [("Dress", "1")], "eve": [("Dress", "1")]})
    await fair.sale.say(("new", "sold A1"))
    await fair.wait_for(
        {"ann": [("Mug", "1")], "bob": [("Dress", "1")], "eve": [("Dress", "1")], "new": [("Mug", "1")]}
    )
    await fair.shop.audit()


async def test_a_price_that_comes_later_reaches_the_cart(fair: Fair) -> None:
    await fair.sale.say(("ann", "sold A1"))
    await open_carts(fair)
    session = await fair.session_of("ann")
    assert session["lines"][0]["price"] is None
    refused = await fair.shop.act(session["session_id"], "convert", 409)
    assert refused["error"]["code"] == "price_missing" and "Mug" in refused["error"]["message"]
    item = fair.sale.items["A1"]
    path = f"/api/shows/{fair.sale.show_id}/items/{item['item_id']}"
    current = await fair.sale.drawer("A1")
    version = (current.get("item") or current)["version"]
    await fair.shop.call("PATCH", path, version=version, price="4.00")

    async def priced() -> bool:
        return bool((await fair.session_of("ann"))["lines"][0]["price"] == "4.00")

    await fair.shop.until(priced)
    told = await fair.shop.act(session["session_id"], "convert")
    assert told["order"]["lines"][0]["claim_id"] == session["lines"][0]["claim_id"]
    assert told["order"]["total"] == "4.00" and told["order"]["buyer_id"] == session["buyer_id"]


async def test_what_was_won_stays_until_it_is_released_and_can_share_the_cart(fair: Fair) -> None:
    await fair.sale.say(("ann", "sold 12"))
    await open_carts(fair)
    session = await fair.session_of("ann")
    session_id, line = session["session_id"], session["lines"][0]
    path = f"{LIVE}/{session_id}/lines/{line['line_id']}"
    await fair.shop.call("DELETE", path, 409)
    await fair.shop.call("PATCH", path, 409, quantity="2")
    await fair.shop.margin("40")
    told = await fair.shop.add(session_id, fair.batch["batch_id"], "1")
    assert len(told["lines"]) == 2, "a line of the host's own beside the won one"
    order = (await fair.shop.act(session_id, "convert"))["order"]
    assert [one["total"] for one in order["lines"]] == ["12.50", "10.00"]
    await fair.sale.say(("ann", "sold A1"))
    await fair.wait_for({"ann": [("Mug", "1")]})
    await fair.shop.audit()


async def test_a_claim_that_was_ordered_elsewhere_leaves_the_cart_until_the_order_is_cancelled(fair: Fair) -> None:
    await fair.sale.say(("ann", "sold 12"), ("ann", "sold A1"))
    await open_carts(fair)
    session = await fair.session_of("ann")
    claim = UUID(session["lines"][0]["claim_id"])

    line = NewOrderLine("Dress", Decimal(1), Decimal("12.50"), "item", claim_id=claim)
    buyer = UUID(session["buyer_id"])
    async with fair.shop.transaction() as context:
        made = await context.desk.orders.make(NewOrder(Reference("test", claim), "SHOW", (line,), buyer_id=buyer))
    await fair.wait_for({"ann": [("Mug", "1")]})
    path = f"/api/orders/{made.order_id}/cancel"
    await fair.shop.call("POST", path, version=made.version, reason="By mistake")
    await fair.wait_for({"ann": [("Mug", "1"), ("Dress", "1")]})


async def test_the_cart_of_a_linked_buyer_is_the_customers_and_opening_again_moves_what_was_won(fair: Fair) -> None:
    await fair.sale.say(("ann", "sold 12"))
    claim = (await fair.claims("12"))[0]
    customer_id = await fair.shop.customer("Ann Miller", credit_limit="100.00")
    await fair.shop.fetch(
        "UPDATE buyers SET customer_id = $2 WHERE workspace_id = $1 AND id = $3 RETURNING 1",
        fair.shop.workspace_id, customer_id, claim["buyer_id"],
    )  # fmt: skip
    await open_carts(fair)
    session = await fair.session_of("Ann Miller")
    assert session["customer_id"] == customer_id and session["credit"]["to_purchase"] == "12.50"
    await fair.shop.act(session["session_id"], "end")
    again = await fair.shop.act(session["session_id"], "reopen", 201)
    assert [line["claim_id"] for line in again["lines"]] == [claim["claim_id"]]
    assert (await fair.shop.get(session["session_id"]))["lines"] == []
    async with fair.shop.transaction() as context:
        assert await sync_buyer(context, UUID(fair.sale.show_id), UUID(claim["buyer_id"])) is not None
    assert await fair.carts() == {"Ann Miller": [("Dress", "1")]}


async def test_whoever_is_linked_later_shops_as_that_customer_from_the_next_line_on(fair: Fair) -> None:
    shop = fair.shop
    await fair.sale.say(("ann", "sold 12"))
    buyer_id = (await fair.claims("12"))[0]["buyer_id"]
    made = await shop.call("POST", LIVE, 201, buyer_id=buyer_id, start=True)
    await shop.margin("40")
    await shop.add(made["session_id"], fair.batch["batch_id"], "2")
    customer_id = await shop.customer("Ann Miller", credit_limit="35.00")
    linked = "UPDATE buyers SET customer_id = $2 WHERE workspace_id = $1 AND id = $3 RETURNING 1"
    await shop.fetch(linked, shop.workspace_id, customer_id, buyer_id)
    refused = await shop.add(made["session_id"], fair.batch["batch_id"], "2", expect=409)
    assert refused["error"]["code"] == "credit_exceeded", "what is in the cart already counts: 20 of 35"
    told = await shop.add(made["session_id"], fair.batch["batch_id"], "1")
    assert (told["customer_id"], told["name"], told["credit"]["to_purchase"]) == (customer_id, "Ann Miller", "30.00")
    assert (await shop.get(made["session_id"]))["customer_id"] == customer_id


async def test_what_was_won_leaves_a_cancelled_cart_for_the_next_one(fair: Fair) -> None:
    await fair.sale.say(("ann", "sold 12"))
    await open_carts(fair)
    session = await fair.session_of("ann")
    await fair.shop.act(session["session_id"], "cancel")
    assert (await fair.shop.get(session["session_id"]))["lines"] == []
    await fair.sale.say(("ann", "sold A1"))
    await fair.wait_for({"ann": [("Dress", "1"), ("Mug", "1")]})
    await fair.shop.audit()


async def test_what_a_process_let_pass_before_it_knew_is_made_good(fair: Fair) -> None:
    async with fair.shop.transaction() as context:
        assert not await following.is_followed(context, UUID(fair.sale.show_id))
    async with fair.shop.transaction() as context:  # in another process, of which this one has not heard
        assert await follow(context, UUID(fair.sale.show_id)) == []
    await fair.sale.say(("ann", "sold 12"))
    await fair.wait_for({"ann": [("Dress", "1")]})


async def test_a_practice_show_has_no_carts(shop: Shop) -> None:
    show = await shop.call("POST", "/api/shows", 201, title="Dry run", rules={})
    await shop.fetch(
        "UPDATE shows SET practice = true WHERE workspace_id = $1 AND id = $2 RETURNING 1",
        shop.workspace_id, show["id"],
    )  # fmt: skip
    await shop.call("POST", f"/api/shows/{show['id']}/carts", 409)


async def test_what_is_in_a_cart_and_ordered_from_the_show_counts_once(fair: Fair) -> None:
    shop = fair.shop
    await fair.sale.say(("ann", "sold 12"))
    buyer_id = (await fair.claims("12"))[0]["buyer_id"]
    customer_id = await shop.customer("Ann Miller", credit_limit="20.00")
    await shop.call("POST", f"/api/customers/{customer_id}/buyers", buyer_id=buyer_id)
    await open_carts(fair)
    session = await fair.session_of("Ann Miller")
    assert session["credit"]["available"] == "7.50"
    await shop.call("POST", f"/api/shows/{fair.sale.show_id}/orders/{buyer_id}")
    await fair.wait_for({"Ann Miller": []})
    for told in (
        await shop.get(session["session_id"]),
        (await shop.events(f"session:{session['session_id']}"))[-1]["session"],
    ):
        credit = told["credit"]
        assert (credit["balance"], credit["to_purchase"], credit["available"]) == ("12.50", "0.00", "7.50")


async def test_won_claims_are_within_the_limit_when_a_cart_becomes_an_order(fair: Fair) -> None:
    shop = fair.shop
    await fair.sale.say(("ann", "sold 12"))
    buyer_id = (await fair.claims("12"))[0]["buyer_id"]
    customer_id = await shop.customer("Ann Miller", credit_limit="12.00")
    await shop.call("POST", f"/api/customers/{customer_id}/buyers", buyer_id=buyer_id)
    await open_carts(fair)
    session_id = (await fair.session_of("Ann Miller"))["session_id"]
    refused = await shop.act(session_id, "convert", 409)
    assert (refused["error"]["code"], refused["error"]["data"]["available"]) == ("credit_exceeded", "-0.50")
    done = await shop.act(session_id, "convert", credit_reason="Pays tomorrow")
    assert done["order"]["total"] == "12.50" and done["session"]["credit"]["balance"] == "12.50"


async def test_a_buyer_who_became_a_customer_meanwhile_orders_within_the_limit(fair: Fair) -> None:
    shop = fair.shop
    await fair.sale.say(("ann", "sold 12"))
    buyer_id = (await fair.claims("12"))[0]["buyer_id"]
    await shop.margin("40")
    bag = await shop.batch("10", "6.00", name="Bag")
    session_id = (await shop.call("POST", LIVE, 201, buyer_id=buyer_id, start=True))["session_id"]
    await shop.add(session_id, bag["batch_id"], "5")
    customer_id = await shop.customer("Ann Miller", credit_limit="49.99")
    await shop.call("POST", f"/api/customers/{customer_id}/buyers", buyer_id=buyer_id)
    refused = await shop.act(session_id, "convert", 409)
    assert (refused["error"]["code"], refused["error"]["data"]["available"]) == ("credit_exceeded", "-0.01")


async def test_the_cart_of_somebody_who_was_merged_follows_as_well(fair: Fair) -> None:
    await fair.sale.say(("ann", "sold 12"), ("bob", "sold 12"), ("ann", "sold A1"))
    await open_carts(fair)
    claims = {one["handle"]: one for one in await fair.claims("12")}
    path = f"/api/buyers/{claims['ann']['buyer_id']}/merge"
    await fair.shop.call("POST", path, into=claims["bob"]["buyer_id"])
    await fair.shop.call("POST", f"/api/shows/{fair.sale.show_id}/claims/{claims['ann']['claim_id']}/release")
    await fair.wait_for({"ann": [("Mug", "1")], "bob": [("Dress", "1")]})
