"""Prices of a session's own, negotiations, and the order at the end."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs import ConflictError
from dibs_live_shopping import negotiating
from dibs_live_shopping.converting import Conversion, convert
from dibs_live_shopping.settling import Leave

from .conftest import LIVE, Shop


@attrs.define
class Scene:
    """A session with one line, of a batch of ten at 10.00."""

    shop: Shop
    batch: dict[str, Any]
    session_id: str
    line_id: str

    async def override(self, price: str, expect: int = 200, **more: Any) -> Any:
        body = {"product_id": self.batch["product_id"], "price": price, **more}
        return await self.shop.call("PUT", f"{LIVE}/{self.session_id}/override", expect, **body)

    async def propose(self, price: str, quantity: str = "2", by: Any = "customer") -> str:
        offer = negotiating.Offer(Decimal(price), Decimal(quantity), "Please")
        async with self.shop.transaction() as context:
            cart = await negotiating.propose(
                context, UUID(self.session_id), UUID(self.line_id), offer, by=by, name="Anna"
            )
        return str(cart.proposals[-1].id)

    async def answer(self, proposal_id: str, verb: str, expect: int = 200, **body: Any) -> Any:
        return await self.shop.act(self.session_id, f"proposals/{proposal_id}/{verb}", expect, **body)


@pytest.fixture
async def scene(shop: Shop) -> Scene:
    await shop.margin("40")
    batch = await shop.batch("10", "6.00", name="Silk")
    session_id = (await shop.session())["session_id"]
    told = await shop.add(session_id, batch["batch_id"], "2")
    return Scene(shop, batch, session_id, told["lines"][0]["line_id"])


async def test_an_override_prices_lines_anew_and_can_be_taken_back(scene: Scene) -> None:
    told = await scene.override("8.50", reason="Regular")
    line = told["lines"][0]
    assert (line["price"], line["price_source"], line["price_before"], line["total"]) == (
        "8.50", "override", "10.00", "17.00",
    )  # fmt: skip
    event = (await scene.shop.events(f"customer:{scene.session_id}"))[-1]
    assert event["type"] == "price.changed" and event["session"]["lines"][0]["price_before"] == "10.00"
    assert "Regular" not in str(event)
    below = await scene.override("5.00")
    assert "below_cost" in below["lines"][0]["price_warnings"]
    by_batch = await scene.override("9.00", batch_id=scene.batch["batch_id"])
    assert by_batch["lines"][0]["price"] == "9.00", "that of the batch goes before that of the product"
    path = f"{LIVE}/{scene.session_id}/override"
    body = {"product_id": scene.batch["product_id"]}
    await scene.shop.call("DELETE", path, **body, batch_id=scene.batch["batch_id"])
    told = await scene.shop.call("DELETE", path, **body)
    assert told["lines"][0]["price"] == "10.00"
    await scene.shop.call("DELETE", path, 404, **body)


async def test_a_missing_zero_is_caught(scene: Scene) -> None:
    for price, problem in (("1.00", "fell_far"), ("0.00", "free")):
        refused = await scene.override(price, 409)
        assert (refused["error"]["code"], refused["error"]["data"]["problem"]) == ("price_refused", problem)
        assert (await scene.shop.get(scene.session_id))["lines"][0]["price"] == "10.00"
    assert (await scene.override("0.00", sure=True))["total"] == "0.00"
    await scene.override("-1", 400)
    await scene.override("1.005", 400)


async def test_an_agreed_price_stays_until_it_is_withdrawn(scene: Scene) -> None:
    proposal_id = await scene.propose("9.00", "4")
    with pytest.raises(ConflictError):
        await scene.propose("8.00")
    told = await scene.answer(proposal_id, "accept")
    line = told["lines"][0]
    assert (line["price"], line["price_source"], line["quantity"], line["total"]) == ("9.00", "agreed", "4", "36.00")
    assert await scene.shop.in_carts(scene.batch["batch_id"]) == 4
    assert told["proposals"][0]["state"] == "accepted"
    await scene.answer(proposal_id, "accept", 409)
    assert (await scene.override("7.00"))["lines"][0]["price"] == "9.00"
    told = await scene.shop.add(scene.session_id, scene.batch["batch_id"], "1")
    assert [line["price"] for line in told["lines"]] == ["9.00", "7.00"], "more of it is another line"
    told = await scene.shop.act(scene.session_id, f"lines/{scene.line_id}/withdraw-agreement")
    assert told["lines"][0]["price"] == "7.00"
    await scene.shop.act(scene.session_id, f"lines/{scene.line_id}/withdraw-agreement", 409)


async def test_proposals_go_back_and_forth_and_are_kept(scene: Scene) -> None:
    first = await scene.propose("7.00")
    countered = await scene.answer(first, "counter", price="8.00", quantity="3", message="For three")
    second = countered["proposals"][1]
    assert (second["made_by"], second["answers"], second["state"]) == ("host", first, "pending")
    await scene.answer(second["proposal_id"], "accept", 409)
    async with scene.shop.transaction() as context:
        cart = await negotiating.accept(
            context, UUID(scene.session_id), UUID(second["proposal_id"]), by="customer", name="Anna"
        )
    assert next(iter(cart.lines.values())).price == Decimal("8.00")
    third = await scene.propose("5.00")
    await scene.answer(third, "reject")
    fourth = await scene.propose("5.50", by="host")
    await scene.answer(fourth, "withdraw")
    await scene.propose("6.00")
    told = await scene.shop.act(scene.session_id, "end")
    states = [one["state"] for one in told["proposals"]]
    assert states == ["countered", "accepted", "rejected", "withdrawn", "closed"]


async def test_more_than_there_is_can_not_be_agreed_upon(scene: Scene) -> None:
    proposal_id = await scene.propose("9.00", "11")
    refused = await scene.answer(proposal_id, "accept", 409)
    assert refused["error"]["code"] == "out_of_stock" and refused["error"]["data"]["left"] == "10"
    assert (await scene.shop.get(scene.session_id))["proposals"][0]["state"] == "pending"


async def test_a_session_becomes_one_order_however_often_it_is_tried(scene: Scene) -> None:
    shop = scene.shop
    sample, maybe = await shop.batch("3", "1.00", name="Swatch"), await shop.batch("3", name="Maybe")
    await shop.add(scene.session_id, sample["batch_id"], "1", intent="sample_request")
    await shop.add(scene.session_id, maybe["batch_id"], "2", intent="interested")
    path = f"{LIVE}/{scene.session_id}/convert"
    answers = await asyncio.gather(*(shop.person.call("POST", path, json={}) for _ in range(4)))
    assert [status for status, _ in answers] == [200] * 4, answers
    orders = [told["order"] for _, told in answers]
    assert len({order["order_id"] for order in orders}) == 1
    assert [(line["name"], line["total"]) for line in orders[0]["lines"]] == [("Silk", "20.00"), ("Swatch", "0.00")]
    assert orders[0]["origin"] == "LIVE_SHOPPING" and orders[0]["total"] == "20.00"
    session = await shop.get(scene.session_id)
    assert session["status"] == "converted" and session["order_number"] == orders[0]["number"]
    assert len(session["lines"]) == 3
    left = [(await shop.stock(one["batch_id"]))["on_hand"] for one in (scene.batch, sample, maybe)]
    assert [Decimal(one) for one in left] == [8, 2, 3]
    assert await shop.in_carts(maybe["batch_id"]) == 0
    assert (await shop.events(f"customer:{scene.session_id}"))[-1]["session"]["order_number"] == orders[0]["number"]
    await shop.add(scene.session_id, maybe["batch_id"], expect=409)
    await shop.audit()


async def test_what_has_no_price_is_not_ordered(shop: Shop) -> None:
    batch, free = await shop.batch("5", None, name="Unknown cost"), await shop.batch("5", "2.00", name="No rule")
    session_id = (await shop.session())["session_id"]
    assert (await shop.act(session_id, "convert", 409))["error"]["code"] == "conflict"
    told = await shop.add(session_id, batch["batch_id"])
    assert told["lines"][0]["price"] is None and told["lines"][0]["price_warnings"] == ["missing_cost"]
    refused = await shop.act(session_id, "convert", 409)
    assert refused["error"]["code"] == "price_missing" and "Unknown cost" in refused["error"]["message"]
    await shop.call("DELETE", f"{LIVE}/{session_id}/lines/{told['lines'][0]['line_id']}")
    await shop.add(session_id, free["batch_id"])
    assert (await shop.act(session_id, "convert", 409))["error"]["data"]["problem"] == "unconfirmed"
    assert (await shop.get(session_id))["status"] == "active"
    await shop.audit()


async def test_ordering_late_checks_stock_price_and_credit_anew(scene: Scene) -> None:
    shop = scene.shop
    await shop.act(scene.session_id, "end")
    assert (await shop.act(scene.session_id, "convert", 409))["error"]["data"]["status"] == "ended"
    other = (await shop.session())["session_id"]
    line = (await shop.add(other, scene.batch["batch_id"], "9"))["lines"][0]
    refused = await shop.act(scene.session_id, "convert", 409, late=True)
    assert refused["error"]["code"] == "out_of_stock"
    await shop.call("DELETE", f"{LIVE}/{other}/lines/{line['line_id']}")
    await shop.margin("50")
    refused = await shop.act(scene.session_id, "convert", 409, late=True)
    assert refused["error"]["data"]["problem"] == "price_changed"
    await shop.margin("40")
    told = await shop.act(scene.session_id, "convert", 200, late=True)
    assert told["session"]["status"] == "converted"
    assert Decimal((await shop.stock(scene.batch["batch_id"]))["on_hand"]) == 8
    await shop.audit()


async def test_credit_is_checked_again_when_it_is_ordered(shop: Shop) -> None:
    await shop.margin("40")
    batch = await shop.batch("10", "6.00")
    customer = await shop.call("POST", "/api/customers", 201, name="Bea", credit_limit="100.00")
    session_id = (await shop.session(customer["customer_id"]))["session_id"]
    await shop.add(session_id, batch["batch_id"], "5")
    path = f"/api/customers/{customer['customer_id']}"
    await shop.call("PATCH", path, version=customer["version"], credit_limit="10.00")
    async with shop.transaction() as context:
        assert (await context.desk.credit.standing(UUID(customer["customer_id"]))) is not None
    refused = await shop.act(session_id, "convert", 409)
    assert refused["error"]["code"] == "credit_exceeded"
    assert (await shop.get(session_id))["status"] == "active" and await shop.in_carts(batch["batch_id"]) == 5
    told = await shop.act(session_id, "convert", credit_reason="Pays tomorrow")
    assert told["session"]["credit"]["balance"] == "50.00"


async def test_a_cancelled_order_is_not_fetched_and_its_session_can_be_opened_again(scene: Scene) -> None:
    shop = scene.shop
    order = (await shop.act(scene.session_id, "convert"))["order"]
    await shop.act(scene.session_id, "reopen", 409)
    await shop.call("POST", f"/api/orders/{order['order_id']}/cancel", version=order["version"], reason="Too late")
    assert (await shop.call("GET", "/api/pick-list"))["picks"] == []
    await shop.call("POST", f"/api/pick-list/{scene.line_id}/picked", 409, picked=True)

    async def told() -> bool:
        return bool((await shop.events(f"picking:{shop.workspace_id}"))[-1]["picks"] == [])

    await shop.until(told)
    again = await shop.act(scene.session_id, "reopen", 201)
    second = (await shop.act(again["session_id"], "convert"))["order"]
    assert (second["number"], second["total"]) == (order["number"] + 1, order["total"])
    await shop.audit()


async def test_a_fault_in_the_middle_of_ordering_undoes_all(scene: Scene) -> None:
    shop = scene.shop
    with pytest.raises(RuntimeError):
        async with shop.transaction() as context:
            await convert(context, UUID(scene.session_id), Conversion(), Leave())
            raise RuntimeError("the power went out")
    session = await shop.get(scene.session_id)
    assert session["status"] == "active" and await shop.in_carts(scene.batch["batch_id"]) == 2
    assert not await shop.fetch("SELECT 1 FROM orders WHERE workspace_id = $1", shop.workspace_id)
    assert all(one["type"] != "session.converted" for one in await shop.events(f"session:{scene.session_id}"))
    first = await shop.act(scene.session_id, "convert")
    assert first["order"]["number"] == 1, "numbers have no gap"


async def test_a_changed_rule_reaches_open_carts_but_not_what_was_agreed(scene: Scene) -> None:
    shop = scene.shop
    other = await shop.batch("5", "3.00", name="Cotton")
    await shop.add(scene.session_id, other["batch_id"])
    await scene.answer(await scene.propose("9.00"), "accept")
    await shop.margin("50")

    async def changed() -> bool:
        lines = (await shop.get(scene.session_id))["lines"]
        return [line["price"] for line in lines] == ["9.00", "6.00"]

    await shop.until(changed)
    assert (await shop.events(f"customer:{scene.session_id}"))[-1]["by"] == "system"
