"""The pick list, what is on offer, streams, and what never leaves the house."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import orjson

from dibs_live_shopping import negotiating, sessions
from dibs_live_shopping.listing import attention_of
from dibs_live_shopping.views import customer_view

from ...core.api.conftest import SignUp
from ...core.api.test_catalogue import join
from .conftest import LIVE, Shop

COST, LIMIT, NOTE, CODE = "6.66", "4321.00", "Pays late", "LOT-CANARY"


async def test_the_pick_list_has_samples_first_and_is_ticked_off(shop: Shop) -> None:
    await shop.margin()
    batch, swatch = await shop.batch("9", name="Silk"), await shop.batch("9", name="Swatch")
    session_id = (await shop.session(title="Anna's"))["session_id"]
    await shop.add(session_id, batch["batch_id"], "2")
    await shop.add(session_id, swatch["batch_id"], "1", intent="sample_request")
    found = await shop.call("GET", "/api/pick-list")
    assert [(one["name"], one["quantity"], one["sample"]) for one in found["picks"]] == [
        ("Swatch", "1", True), ("Silk", "2", False),
    ]  # fmt: skip
    assert ":" in found["position"] and found["picks"][0]["for_whom"] == "Anna"
    silk = found["picks"][1]
    await shop.call("POST", f"/api/pick-list/{silk['line_id']}/picked", picked=True)
    told = (await shop.events(f"picking:{shop.workspace_id}"))[-1]
    assert told["type"] == "pick.changed" and told["picks"][1]["picked_by"] == "Hugo"
    await shop.add(session_id, batch["batch_id"], "1")
    again = (await shop.call("GET", "/api/pick-list"))["picks"][1]
    assert again["picked_at"] is None and again["quantity"] == "3", "another quantity has to be fetched"
    await shop.call("POST", f"/api/pick-list/{silk['line_id']}/picked", picked=True)
    await shop.act(session_id, "convert")
    assert [one["name"] for one in (await shop.call("GET", "/api/pick-list"))["picks"]] == ["Swatch"]
    await shop.call("POST", f"/api/pick-list/{silk['line_id']}/picked", picked=False)
    assert len((await shop.call("GET", "/api/pick-list"))["picks"]) == 2


async def test_what_is_left_is_on_offer_at_the_price_of_the_customer(shop: Shop) -> None:
    await shop.margin("40")
    for n in range(3):
        await shop.batch("5", "6.00", name=f"Silk {n}", category="Fabric")
    gone = await shop.batch("1", name="Gone")
    session_id = (await shop.session())["session_id"]
    await shop.add(session_id, gone["batch_id"])
    first = await shop.call("GET", "/api/live-offers", q="silk", session_id=session_id, limit=2)
    second = await shop.call("GET", "/api/live-offers", q="silk", limit=2, cursor=first["next"])
    assert [one["name"] for one in first["offers"] + second["offers"]] == ["Silk 0", "Silk 1", "Silk 2"]
    assert (first["offers"][0]["price"], first["offers"][0]["unit_cost"]) == ("10.00", "6.00")
    assert second["next"] is None
    everything = await shop.call("GET", "/api/live-offers", category="fabric")
    assert len(everything["offers"]) == 3
    await shop.call("GET", "/api/live-offers", 404, cursor="nonsense")


async def test_what_a_customer_sees_has_nothing_that_is_the_houses_own(shop: Shop) -> None:
    await shop.margin("37")
    product = await shop.call("POST", "/api/products", 201, name="Silk", category="Fabric")
    body = {"product_id": product["product_id"], "code": CODE, "quantity": "7777", "unit_cost": COST}
    batch = await shop.call("POST", "/api/batches", 201, **body)
    customer_id = await shop.customer("Anna", credit_limit=LIMIT, note=NOTE)
    session_id = (await shop.session(customer_id, notes=NOTE))["session_id"]
    told = await shop.add(session_id, batch["batch_id"], "2")
    line_id = told["lines"][0]["line_id"]
    override = {"product_id": batch["product_id"], "price": "5.00", "reason": NOTE}
    await shop.call("PUT", f"{LIVE}/{session_id}/override", **override)
    async with shop.transaction() as context:
        offer = negotiating.Offer(Decimal("9.00"), Decimal(2), "Please")
        await negotiating.propose(context, UUID(session_id), UUID(line_id), offer, by="customer", name="Anna")
        await sessions.request_checkout(context, UUID(session_id))
    await shop.act(session_id, "pause")
    await shop.act(session_id, "kick", reason="Another time")
    seen = [orjson.dumps(one).decode() for one in await shop.events(f"customer:{session_id}")]
    async with shop.transaction() as context:
        seen.append(repr(await customer_view(context, UUID(session_id))))
    assert len(seen) >= 7
    forbidden = (COST, LIMIT, NOTE, CODE, "7777", "7775", "below_cost", "margin", "unit_cost", "room_code", "credit")
    for text in seen:
        assert not [word for word in forbidden if word in text], text


async def test_costs_are_for_those_who_may_see_them_and_events_have_none(shop: Shop, sign_up: SignUp) -> None:
    await shop.margin()
    batch = await shop.batch("9", "6.66")
    session_id = (await shop.session())["session_id"]
    assert (await shop.add(session_id, batch["batch_id"]))["lines"][0]["unit_cost"] == "6.66"
    desk = Shop(shop.app, await join(shop.person, await sign_up("Clerk"), "operator"))
    told = await desk.add(session_id, batch["batch_id"])
    offers = await desk.call("GET", "/api/live-offers")
    assert [one["price"] for one in offers["offers"]] == ["11.10"]
    order = await desk.act(session_id, "convert")
    for answer in (told, offers, order, await desk.get(session_id)):
        assert '"unit_cost":"' not in orjson.dumps(answer).decode()
    assert "6.66" not in orjson.dumps(await shop.events(f"session:{session_id}")).decode()
    hidden = (told, offers, order, await desk.get(session_id), await shop.events(f"session:{session_id}"))
    assert not any("% margin" in orjson.dumps(one).decode() for one in hidden), "price and margin are the cost"
    assert "% margin" in (await shop.get(session_id))["lines"][0]["price_detail"]


async def test_somebody_who_looks_on_changes_nothing(shop: Shop, sign_up: SignUp) -> None:
    session_id = (await shop.session())["session_id"]
    looker = Shop(shop.app, await join(shop.person, await sign_up("Viewer"), "viewer"))
    await looker.act(session_id, "end", 403)
    await looker.call("POST", LIVE, 403, customer_id=str(session_id))


async def test_the_dashboard_tells_who_waits(shop: Shop) -> None:
    batch = await shop.batch("9")
    session_id = (await shop.session(title="Anna's"))["session_id"]
    await shop.add(session_id, batch["batch_id"])
    async with shop.transaction() as context:
        assert await attention_of(context.data) == []
        await sessions.request_checkout(context, UUID(session_id))
        found = await attention_of(context.data)
    assert [(one.one, one.detail) for one in found] == [("%(num)s customer wants to check out", "Anna's")]
    told = await shop.get(session_id)
    assert re.match(r"\d{4}-", told["checkout_requested_at"])
    assert (await shop.act(session_id, "checkout-answered"))["checkout_requested_at"] is None


async def test_a_request_that_comes_twice_is_carried_out_once(shop: Shop) -> None:
    batch = await shop.batch("9")
    session_id = (await shop.session())["session_id"]
    body = {"batch_id": batch["batch_id"], "quantity": "2"}
    for _ in range(2):
        status, _told = await shop.person.call(
            "POST", f"{LIVE}/{session_id}/lines", json=body, headers={"Idempotency-Key": "one"}
        )
        assert status == 201
    assert await shop.in_carts(batch["batch_id"]) == 2
