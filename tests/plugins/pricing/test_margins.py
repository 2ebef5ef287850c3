"""Margins over the API: set, found again, removed; who may, what carts are told, and what prices come of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import attrs

from dibs import PriceRequest, WorkspaceData
from dibs.workspace_data import PooledData
from dibs_pricing.reading import margins_for

from ...core.api.conftest import SignUp
from .conftest import Shop


def won(quote: dict[str, Any]) -> tuple[str | None, str | None, list[str]]:
    return quote["price"], quote["source"], [step["source"] for step in quote["steps"] if step["won"]]


async def test_each_margin_comes_before_the_next_one_and_gives_way_again(shop: Shop) -> None:
    shape = {"customer_id": shop.customer}
    assert won(await shop.quote(**shape)) == ("10.00", "cost", ["cost"])
    await shop.put("30")
    assert won(await shop.quote(**shape)) == ("14.29", "default_margin", ["default_margin"])
    await shop.put("50", scope="category", category="  DRESSES ")
    assert won(await shop.quote(**shape)) == ("20.00", "category_margin", ["category_margin"])
    own = await shop.put("-25.5", scope="customer", customer_id=shop.customer)
    assert (own["margin"], own["version"], own["customer_name"], own["changed_by"]) == ("-25.5", 1, "Anna", "Ana")
    quote = await shop.quote(**shape)
    assert won(quote) == ("7.97", "customer_margin", ["customer_margin"]) and quote["warnings"] == ["below_cost"]
    assert won(await shop.quote())[1] == "category_margin"
    for place in ({"scope": "customer", **shape}, {"scope": "category", "category": "dresses"}, {"scope": "default"}):
        assert (await shop.owner.call("DELETE", "/api/pricing/margins", query_string=place))[0] == 204
    quote = await shop.quote(**shape)
    assert won(quote)[1] == "cost" and quote["needs_confirmation"] and quote["warnings"] == ["no_price_rule"]
    told = await shop.events()
    assert [event["scope"] for event in told] == ["default", "category", "customer", "customer", "category", "default"]
    assert told[1] == {"scope": "category", "customer_id": None, "category": "DRESSES"}
    assert told[2]["customer_id"] == shop.customer and "margin" not in told[2]


async def test_what_is_set_is_listed_and_stands_in_the_audit_log(shop: Shop) -> None:
    await shop.put("30")
    await shop.put("27.125", scope="category", category="Shoes")
    await shop.put("12.5", scope="category", category="shoes ")
    _, found = await shop.owner.call("GET", "/api/pricing/margins")
    assert found["default"]["margin"] == "30" and found["customers"] == []
    [shoes] = found["categories"]
    assert (shoes["category"], shoes["margin"], shoes["version"]) == ("shoes", "12.5", 2)
    _, log = await shop.owner.call("GET", "/api/audit", query_string={"action": "margin.changed"})
    last = log["entries"][0]
    assert last["before"]["margin"] == "27.125" and last["after"] == {
        "category": "shoes",
        "margin": "12.5",
    }


NO_MARGINS: list[tuple[str, dict[str, Any]]] = [
    *(("margin", {"scope": "default", "margin": margin})
      for margin in ("100", "1000", "-100", "30.00001", "NaN", "", 30.5, None)),
    ("category", {"scope": "category", "margin": "30"}),
    ("category", {"scope": "category", "category": "  ", "margin": "30"}),
    ("category", {"scope": "category", "category": "x" * 81, "margin": "30"}),
    ("category", {"scope": "default", "category": "Shoes", "margin": "30"}),
    ("customer_id", {"scope": "customer", "margin": "30"}),
    ("version", {"scope": "default", "margin": "30", "version": -1}),
    ("scope", {"scope": "planet", "margin": "30"}),
]  # fmt: skip


async def test_what_is_no_margin_is_refused(shop: Shop) -> None:
    for path, body in NO_MARGINS:
        status, told = await shop.owner.call("PUT", "/api/pricing/margins", json=body)
        assert status == 400 and path in [fault["path"] for fault in told["error"]["fields"]], (body, told)
    assert await shop.events() == []


async def test_of_two_who_change_what_they_read_one_is_told(shop: Shop) -> None:
    await shop.put("30", version=0)
    await shop.put("31", version=1)
    stale = await shop.put("32", version=1, status=409)
    assert stale["error"]["data"]["current"]["margin"] == "31"
    await shop.put("32", version=0, status=409)
    bodies = [{"scope": "default", "margin": str(margin), "version": 2} for margin in range(40, 48)]
    calls = (shop.owner.call("PUT", "/api/pricing/margins", json=body) for body in bodies)
    assert sorted(status for status, _ in await asyncio.gather(*calls)) == [200] + [409] * 7
    gone = await shop.owner.call("DELETE", "/api/pricing/margins", query_string={"scope": "default", "version": 2})
    assert gone[0] == 409
    nothing = {"scope": "category", "category": "Shoes"}
    assert (await shop.owner.call("DELETE", "/api/pricing/margins", query_string=nothing))[0] == 404
    await shop.put("30", status=409, version=7, **nothing)


async def test_customers_batches_and_margins_of_others_are_not_there(shop: Shop, sign_up: SignUp) -> None:
    await shop.put("30")
    other = await sign_up("Otto")
    _, theirs = await other.call("POST", "/api/customers", json={"name": "Olga"})
    for customer in (theirs["customer_id"], str(uuid4())):
        await shop.put("30", status=404, scope="customer", customer_id=customer)
        asked = {"batch_id": shop.dress, "customer_id": customer}
        assert (await shop.owner.call("GET", "/api/pricing/quote", query_string=asked))[0] == 404
    assert (await other.call("GET", "/api/pricing/quote", query_string={"batch_id": shop.dress}))[0] == 404
    assert (await other.call("GET", "/api/pricing/margins"))[1]["default"] is None


async def test_costs_and_margins_are_for_those_who_may_see_them(shop: Shop, sign_up: SignUp) -> None:
    operator, viewer = await shop.member(sign_up, "operator"), await shop.member(sign_up, "viewer")
    bare = await shop.quote(operator)
    assert (bare["price"], bare["source"], bare["needs_confirmation"]) == (None, "cost", True)
    await shop.put("30")
    seen = await shop.quote(operator)
    assert (seen["price"], seen["source"]) == ("14.29", "default_margin")
    assert seen["unit_cost"] is seen["earned"] is seen["detail"] is None
    assert all(step["margin"] is step["price"] is None for step in seen["steps"])
    full = await shop.quote()
    assert (full["unit_cost"], full["earned"], full["detail"]) == ("10.00", "30.02", "30 % margin of the workspace")
    assert [step["price"] for step in full["steps"] if step["set"]] == ["14.29", "10.00"]
    for method, path in (("GET", "margins"), ("PUT", "margins"), ("DELETE", "margins?scope=default")):
        assert (await operator.call(method, f"/api/pricing/{path}", json={}))[0] == 403
    assert (await viewer.call("GET", "/api/pricing/quote"))[0] == 403


async def test_without_a_cost_the_batch_is_named(shop: Shop) -> None:
    await shop.put("30")
    quote = await shop.quote(batch_id=shop.hat)
    assert (quote["price"], quote["problem"]) == (None, "missing_cost") and "Straw hat · H1" in quote["message"]
    status, told = await shop.owner.call("GET", "/api/pricing/quote")
    assert status == 400 and told["error"]["fields"] == [{"path": "batch_id", "problem": "is required"}]


async def test_prices_are_rounded_up_where_the_workspace_likes_that(shop: Shop) -> None:
    await shop.put("30")
    await shop.set(endings="to_90")
    quote = await shop.quote()
    assert won(quote) == ("14.90", "refined", ["default_margin"])
    assert quote["detail"] == "30 % margin of the workspace: 14.29 → up to .90: 14.90"


@attrs.define(eq=False)
class Counting:
    """The database, and how often it was asked."""

    inner: WorkspaceData
    asked: int = 0

    @property
    def workspace_id(self) -> UUID:
        return self.inner.workspace_id

    async def fetch(self, sql: str, *args: Any) -> Sequence[Mapping[str, Any]]:
        self.asked += 1
        return await self.inner.fetch(sql, *args)

    async def execute(self, sql: str, *args: Any) -> None:
        await self.fetch(sql, *args)


async def test_the_margins_of_a_whole_cart_are_one_query(shop: Shop) -> None:
    await shop.put("30")
    await shop.put("20", scope="customer", customer_id=shop.customer)
    data = Counting(PooledData(shop.workspace_id, shop.app.runtime.db))
    line = PriceRequest("1", Decimal(1), customer_id=UUID(shop.customer))
    cart = [attrs.evolve(line, key=str(n), category=f"c{n % 90}") for n in range(300)]
    found = await margins_for(data, cart)
    assert data.asked == 1 and sorted(found.values()) == [20, 30]
