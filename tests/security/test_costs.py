"""S-17, for staff: what something cost, and the margin that tells it, are looked for in all that an operator gets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dibs.accounts.permissions import allows
from dibs.api.auth import CUSTOMER, PUBLIC, SIGNED_IN

from .conftest import World
from .walk import ask, routes, with_ids

COST, MARGIN = "7317317.31", "43.2143"
BIRDS = (COST, COST[:-3], "7,317,317", MARGIN)


async def _shop(world: World) -> dict[str, str]:
    """A batch whose price follows from cost and margin: in a cart, in an order, and in the audit log."""
    owner = world.people["owner"]

    async def made(method: str, path: str, expect: int, **body: Any) -> Any:
        status, told = await owner.call(method, path, json=body)
        assert status == expect, (path, told)
        return told

    await made("PUT", "/api/pricing/margins", 200, scope="default", margin=MARGIN)
    product = await made("POST", "/api/products", 201, name="Silk")
    batch = await made(
        "POST", "/api/batches", 201, product_id=product["product_id"], code="S", quantity="9", unit_cost="1"
    )
    changed = await made("PATCH", f"/api/batches/{batch['batch_id']}", 200, version=batch["version"], unit_cost=COST)
    customer = {"customer_id": world.ids["customer_id"]}
    line = {"batch_id": changed["batch_id"], "quantity": "1"}
    order = await made("POST", "/api/orders", 201, lines=[line], **customer)
    cart = f"/api/live-sessions/{world.ids['live_session_id']}"
    added = await made("POST", f"{cart}/lines", 201, **line)
    assert (COST, MARGIN in added["lines"][-1]["price_detail"]) == (added["lines"][-1]["unit_cost"], True)
    ids = {"product_id": product["product_id"], "batch_id": batch["batch_id"], "order_id": order["order_id"]}
    return {**world.ids, **ids, "line_id": added["lines"][-1]["line_id"]}


async def test_an_operator_is_told_no_cost_and_no_margin(world: World) -> None:
    ids = await _shop(world)
    operator, there = world.people["operator"], {"X-Dibs-Workspace": world.workspace_id}
    query = f"?batch_id={ids['batch_id']}&session_id={ids['live_session_id']}&type=order_lines&format=csv&q=Silk"
    seen = 0
    for route in sorted(routes(world), key=lambda one: (one.method != "GET", one.method, one.rule)):
        known = route.needs in (PUBLIC, SIGNED_IN, CUSTOMER) or not allows("operator", route.needs)  # type: ignore[arg-type]
        if known or route.rule.endswith(("/stream", "/switch", ".pdf")):
            continue
        more = {} if route.method == "GET" else {"json": {**(with_ids(route.body, ids) or {}), "quantity": "2"}}
        for tail in ("", query) if route.method == "GET" else ("",):
            status, text = await ask(operator, world, route, route.path(ids) + tail, headers=there, **more)
            assert not [bird for bird in BIRDS if bird in text], (route, status, text[:500])
            seen += status in (200, 201)
    assert seen > 60
    rows = await world.app.runtime.db.hot_fetch(
        "SELECT topic, type, payload::text AS payload FROM outbox WHERE workspace_id = $1", UUID(world.workspace_id)
    )
    assert any(row["topic"].startswith("session:") for row in rows)
    assert not [(row["type"], bird) for row in rows for bird in BIRDS if bird in row["payload"]]
