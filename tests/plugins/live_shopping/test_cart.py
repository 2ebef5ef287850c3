"""Adding to carts: stock, prices, events."""

from __future__ import annotations

from .conftest import LIVE, Shop


async def test_a_line_holds_stock_has_a_price_and_is_told(shop: Shop) -> None:
    batch = await shop.batch("10", "6.00", name="Silk dress", unit="pc")
    session = await shop.session()
    assert session["status"] == "active" and len(session["room_code"]) >= 10
    told = await shop.add(session["session_id"], batch["batch_id"], "2.5")
    line = told["lines"][0]
    assert line["name"] == "Silk dress" and line["quantity"] == "2.5" and line["available"] == "7.5"
    assert line["unit_cost"] == "6.00"
    stock = await shop.stock(batch["batch_id"])
    assert stock["in_carts"] == "2.5000" or stock["in_carts"] == "2.5"
    staff = await shop.events(f"session:{session['session_id']}")
    assert [one["type"] for one in staff] == ["session.started", "line.added"]
    assert staff[1]["session"]["lines"][0]["unit_cost"] is None and staff[1]["session"]["lines"][0]["margin"] is None
    customer = await shop.events(f"customer:{session['session_id']}")
    assert customer[1]["session"]["lines"][0]["name"] == "Silk dress"
    await shop.call("DELETE", f"{LIVE}/{session['session_id']}/lines/{line['line_id']}")
    assert float((await shop.stock(batch["batch_id"]))["in_carts"]) == 0
    await shop.audit()
