"""Orders over HTTP: by hand, of winners, found, shared; who may see what."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from dibs.app import DibsQuart

from ..api.conftest import Person, SignUp, app, sign_up

__all__ = ["app", "sign_up"]


@attrs.frozen
class Desk:
    """A shop over HTTP."""

    owner: Person
    operator: Person
    customer_id: str
    batch_id: str

    async def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        return await self.owner.call("POST", path, **({} if body is None else {"json": body}))


@pytest.fixture
async def desk(sign_up: SignUp) -> Desk:
    owner, operator = await sign_up("Olga"), await sign_up("Otto")
    member = {"email": operator.email, "role": "operator"}
    assert (await owner.call("POST", f"/api/workspaces/{owner.workspace_id}/members", json=member))[0] == 201
    product = (await owner.call("POST", "/api/products", json={"name": "Silk", "unit": "m"}))[1]["product_id"]
    batch = {"product_id": product, "code": "A1", "quantity": "10", "unit_cost": "3.00"}
    made = (await owner.call("POST", "/api/batches", json=batch))[1]
    note = {"name": "Anna", "contact": "anna@x", "note": "pays late"}
    customer = (await owner.call("POST", "/api/customers", json=note))[1]
    return Desk(owner, operator, customer["customer_id"], made["batch_id"])


async def show_of(desk: Desk) -> dict[str, Any]:
    """A show where Ana and Ben have won."""
    _, show = await desk.post("/api/shows", {"title": "Friday"})
    path = f"/api/shows/{show['id']}"
    items = [
        {"item_number": "1", "title": "Scarf", "quantity": 3, "price": "5.00"},
        {"item_number": "2", "title": "Hat", "quantity": 3},
    ]
    await desk.post(f"{path}/items", {"items": items})
    await desk.post(f"{path}/activate")
    said = [("ana", "sold 1"), ("ben", "sold 1"), ("cid", "sold 2")]
    comments = [
        {"id": f"c{n}", "message": text, "author": {"id": who, "name": who}} for n, (who, text) in enumerate(said)
    ]
    _, heard = await desk.post(f"{path}/comments", {"platform": "api", "comments": comments})
    return {"path": path, "id": show["id"], "claims": [one["claims"][0] for one in heard["comments"]]}


async def test_an_order_by_hand_is_found_paid_and_cancelled(desk: Desk) -> None:
    line = {"batch_id": desk.batch_id, "quantity": "2.5", "price": "4.01"}
    body = {"customer_id": desk.customer_id, "lines": [line], "note": "by Friday"}
    status, made = await desk.post("/api/orders", body)
    assert (status, made["number"], made["total"], made["origin"]) == (201, 1, "10.03", "MANUAL")
    assert made["lines"][0] == {
        **made["lines"][0], "name": "Silk", "unit": "m", "quantity": "2.5000", "unit_cost": "3.00",
        "price_source": "manual",
    }  # fmt: skip
    path = f"/api/orders/{made['order_id']}"
    named = {"headers": {"X-Dibs-Workspace": desk.owner.workspace_id}}
    status, seen = await desk.operator.call("GET", path, **named)
    assert (status, seen["lines"][0]["unit_cost"], seen["lines"][0]["total"]) == (200, None, "10.03")
    for query, found in (
        ("", 1), ("?q=ann", 1), ("?q=%231", 1), ("?q=2", 0), ("?status=paid", 0), ("?origin=MANUAL&status=open", 1),
        (f"?customer_id={desk.customer_id}", 1), (f"?show_id={desk.batch_id}", 0), (f"?cursor={made['order_id']}", 0),
    ):  # fmt: skip
        status, page = await desk.owner.call("GET", f"/api/orders{query}")
        assert (status, len(page["orders"]), page["next"]) == (200, found, None), query
    assert (await desk.post(f"{path}/paid", {"version": 1}))[1]["status"] == "paid"
    assert (await desk.post(f"{path}/paid", {"version": 1}))[0] == 409
    status, gone = await desk.post(f"{path}/cancel", {"version": 2, "reason": "sent back"})
    assert (status, gone["status"], gone["cancel_reason"]) == (200, "cancelled", "sent back")
    status, again = await desk.post(f"{path}/cancel", {"version": 3, "reason": ""})
    assert (status, again["error"]["code"], again["error"]["data"]["status"]) == (409, "conflict", "cancelled")
    batch = (await desk.owner.call("GET", f"/api/batches/{desk.batch_id}"))[1]
    assert (batch["on_hand"], batch["reserved"]) == ("10.0000", "0.0000")


async def test_what_can_not_be_ordered_is_refused_in_words(desk: Desk) -> None:
    line = {"batch_id": desk.batch_id, "quantity": "2.5", "price": "4.01"}
    for change, status, code in (
        ({"quantity": "11"}, 409, "out_of_stock"),
        ({"quantity": "0"}, 400, "invalid_input"),
        ({"price": "4.001"}, 400, "invalid_input"),
        ({"batch_id": desk.customer_id}, 404, "not_found"),
        ({"price": None}, 409, "price_missing"),
    ):
        body = {"customer_id": desk.customer_id, "lines": [{**line, **change}]}
        answered, told = await desk.post("/api/orders", body)
        assert (answered, told["error"]["code"]) == (status, code), told
    assert (await desk.owner.call("GET", "/api/orders"))[1]["orders"] == []
    assert (await desk.post("/api/orders", {"customer_id": desk.customer_id, "lines": []}))[0] == 400


async def test_winners_are_ordered_one_by_one_and_all_at_once(desk: Desk) -> None:
    show = await show_of(desk)
    listed = f"/api/orders?show_id={show['id']}"
    ana = show["claims"][0]["buyer_id"]
    made = [await desk.post(f"{show['path']}/orders/{ana}") for _ in range(2)]
    assert [(status, one["number"], one["name"], one["lines"][0]["name"]) for status, one in made] == [
        (200, 1, "ana", "1 · Scarf")
    ] * 2
    status, refused = await desk.post(f"/api/claims/{show['claims'][0]['claim_id']}/release")
    assert (status, refused["error"]["data"]["order_id"]) == (409, made[0][1]["order_id"])
    assert "in order 1" in refused["error"]["message"]
    status, begun = await desk.post(f"{show['path']}/orders")
    assert status == 202
    async with asyncio.timeout(20):
        while (run := (await desk.owner.call("GET", f"/api/runs/{begun['run_id']}"))[1])["run"]["state"] == "running":
            await asyncio.sleep(0.1)
    result = run["result"]
    assert (run["run"]["state"], result["ordered"], result["refused"]) == ("done", 1, 1), run
    assert [(one["name"], one["number"], one["code"]) for one in result["buyers"]] == [
        ("cid", None, "price_missing"), ("ben", 2, None),
    ]  # fmt: skip
    assert result["buyers"][0]["message"] == "2 · Hat has no price."
    _, page = await desk.owner.call("GET", f"{listed}&limit=1")
    assert [one["number"] for one in page["orders"]] == [2]
    _, rest = await desk.owner.call("GET", f"{listed}&limit=1&cursor={page['next']}")
    assert ([one["name"] for one in rest["orders"]], rest["next"]) == (["ana"], None)
    assert len((await desk.owner.call("GET", f"/api/orders?buyer_id={ana}"))[1]["orders"]) == 1


async def test_a_link_shows_an_order_and_nothing_else(
    desk: Desk, app: DibsQuart, capfd: pytest.CaptureFixture[str]
) -> None:
    line = {"batch_id": desk.batch_id, "quantity": "1", "price": "4.00"}
    body = {"customer_id": desk.customer_id, "lines": [line], "note": "secret note"}
    path = f"/api/orders/{(await desk.post('/api/orders', body))[1]['order_id']}"
    status, link = await desk.post(f"{path}/links", {"days": 7})
    assert status == 201 and link["url"].endswith(f"/shared/orders/{link['token']}")
    client = desk.owner.client
    capfd.readouterr()
    response = await client.get(f"/api/shared/orders/{link['token']}")
    shared = await response.get_json()
    logged = capfd.readouterr().err
    assert "/api/shared/orders/[secret]" in logged and link["token"] not in logged
    assert set(shared) == {"number", "date", "status", "currency", "total", "lines"}
    assert set(shared["lines"][0]) == {"name", "unit", "quantity", "price", "sample", "total"}
    assert (shared["total"], shared["lines"][0]["name"]) == ("4.00", "Silk")
    assert (await client.get("/api/shared/orders/other")).status_code == 404
    another = (await desk.post(f"{path}/links"))[1]["token"]
    assert (await desk.owner.call("DELETE", f"{path}/links"))[0] == 204
    for token in (link["token"], another):
        assert (await client.get(f"/api/shared/orders/{token}")).status_code == 404
    for days in (0, 366):
        assert (await desk.post(f"{path}/links", {"days": days}))[0] == 400
    old = (await desk.post(f"{path}/links"))[1]["token"]
    await app.runtime.db.hot_fetch("UPDATE order_links SET expires_at = now() WHERE revoked_at IS NULL")
    assert (await client.get(f"/api/shared/orders/{old}")).status_code == 404
