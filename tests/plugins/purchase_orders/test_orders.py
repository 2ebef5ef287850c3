"""A file becomes lines, lines are checked, and each becomes a batch, once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from dibs.audit_log import Actor
from dibs.catalogue.model import NewBatch
from dibs.errors import DuplicateError
from dibs.ids import uuid7
from dibs.stock import Reference
from dibs.stock.audit import audit_stock

from .conftest import Shop, SignUp
from .files import ROWS, csv_file, pdf_file


async def test_an_order_goes_from_file_to_stock(shop: Shop) -> None:
    made = await shop.call("POST", "/products", 201, name="Silk Scarf")
    await shop.call("POST", "/products", 201, name="Blue cotton top, short")
    sent = await shop.send(pdf_file(), "po.pdf")
    order_id = sent["order_id"]
    order = await shop.until(order_id, "checking")
    assert (order["supplier"], order["number"], order["counts"]["lines"]) == ("Acme Textiles Ltd", "PO-4711", 3)
    assert order["run"]["state"] == "waiting" and 0 < order["run"]["percent"] < 100
    dress, top, scarf = await shop.lines(order_id)
    assert (scarf["match"], scarf["product_id"]) == ("name", made["product_id"])
    assert (dress["match"], dress["lacks"]) == ("new", [])
    assert (top["match"], top["product_name"], top["lacks"]) == ("similar", "Blue cotton top, short", ["check"])
    refused = await shop.call("POST", f"/purchase-orders/{order_id}/receive", 400)
    assert refused["error"]["data"]["lines"] == [2]
    path = f"/purchase-orders/{order_id}/lines"
    await shop.call("PATCH", f"{path}/2", version=1, is_new=True)
    await shop.call("PATCH", f"{path}/2", 409, version=1, name="too late")
    await shop.call("PATCH", f"{path}/1", version=1, quantity="12", unit_cost="11.00", category="Dresses")
    order = await shop.call("PATCH", f"/purchase-orders/{order_id}", version=order["version"], received_on="2026-05-04")
    await shop.call("POST", f"/purchase-orders/{order_id}/receive")
    done = await shop.until(order_id, "done")
    assert done["run"]["percent"] == 100 and done["counts"]["received"] == 3
    assert await shop.stock() == [
        ("Red summer dress", "PO-4711-1", "12.0000", "11.00"),
        ("Blue cotton top", "PO-4711-2", "5.0000", "1234.50"),
        ("Silk Scarf", "PO-4711-3", "2.5000", "4.00"),
    ]
    run = await shop.call("GET", f"/runs/{done['run']['run_id']}")
    assert run["result"] == {"received": 3, "skipped": 0, "products": 2, "problems": 0}
    rows = await shop.app.runtime.db.plain_fetch("SELECT content, received_on FROM purchase_orders_orders")
    assert rows[0]["content"] is None
    movements = await shop.app.runtime.db.plain_fetch("SELECT kind, reference_kind FROM stock_movements")
    assert {(row["kind"], row["reference_kind"]) for row in movements} == {("received", "purchase_order_line")}
    await shop.call("PATCH", f"{path}/1", 409, version=2, name="after the fact")
    again = await shop.until(
        (await shop.send(csv_file((("A-100", "Dress of summer", "pc", "1", "1", "1"),))))["order_id"], "checking"
    )
    [line] = await shop.lines(again["order_id"])
    assert (line["match"], line["product_name"]) == ("code", "Red summer dress")


async def test_a_damaged_file_fails_in_a_sentence_and_can_be_discarded(shop: Shop) -> None:
    sent = await shop.send(csv_file()[:40] + b"\n\0\0\n")
    failed = await shop.until(sent["order_id"], "failed")
    assert failed["run"]["error"]["message"].startswith("Row 2 holds bytes") and failed["run"]["can_retry"]
    await shop.call("POST", f"/runs/{failed['run']['run_id']}/retry")
    await shop.until(sent["order_id"], "failed")
    gone = await shop.call("POST", f"/purchase-orders/{sent['order_id']}/discard")
    assert gone["state"] == "discarded"
    rows = await shop.app.runtime.db.plain_fetch("SELECT content FROM purchase_orders_orders")
    assert rows[0]["content"] is None
    assert (await shop.send(b"", status=400))["error"]["fields"][0]["path"] == "file"
    prose = await shop.until((await shop.send(b"no list at all\n" * 200_000))["order_id"], "failed")
    assert "more than 20,000 rows" in prose["run"]["error"]["message"]
    await shop.send(b"x" * (20 * 1024 * 1024 + 1), status=400)
    await shop.send(b"x" * (21 * 1024 * 1024), status=413)


async def test_left_out_lines_stay_out_and_refused_ones_come_back(shop: Shop) -> None:
    product = await shop.call("POST", "/products", 201, name="Silk scarf")
    sent = await shop.send(csv_file())
    order_id = sent["order_id"]
    await shop.until(order_id, "checking")
    path = f"/purchase-orders/{order_id}"
    await shop.call("PATCH", f"{path}/lines/1", version=1, skipped=True)
    await shop.app.runtime.db.plain_fetch("DELETE FROM products WHERE id = $1", product["product_id"])
    await shop.call("POST", f"{path}/receive")
    back = await shop.until(order_id, "checking")
    assert back["counts"]["received"] == 1 and back["run"]["state"] == "waiting"
    assert (await shop.lines(order_id))[2]["problem"] == "There is no such product."
    await shop.call("PATCH", f"{path}/lines/3", version=(await shop.lines(order_id))[2]["version"], is_new=True)
    await shop.call("POST", f"{path}/receive")
    done = await shop.until(order_id, "done")
    assert (done["counts"]["received"], done["counts"]["skipped"]) == (2, 1)
    assert [one[0] for one in await shop.stock()] == ["Blue cotton top", "Silk scarf"]


async def test_a_process_that_is_killed_while_saving_doubles_no_line(
    shop: Shop, database_url: str, tmp_path: Path
) -> None:
    rows = [(f"K-{n}", f"Thing {n}", "piece", "1", "2.00", "2.00") for n in range(150)]
    order_id = (await shop.send(csv_file(rows)))["order_id"]
    await shop.until(order_id, "checking")
    runtime = shop.app.runtime
    await runtime.jobs.close()
    await shop.call("POST", f"/purchase-orders/{order_id}/receive")
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("child.py")), database_url, str(tmp_path / "child")
    )
    async with asyncio.timeout(60):
        while len(await shop.stock()) < 20:
            await asyncio.sleep(0.02)
    child.kill()
    assert await child.wait() == -9
    half = len(await shop.stock())
    before = (await shop.call("GET", f"/purchase-orders/{order_id}"))["run"]
    assert 20 <= half < 150 and before["state"] == "running"
    runtime.jobs._stopped.clear()
    await runtime.jobs.start()
    done = await shop.until(order_id, "done")
    stock = await shop.stock()
    assert len(stock) == len({one[0] for one in stock}) == 150 and {one[2] for one in stock} == {"1.0000"}
    assert done["run"]["lines"]["saving"] == 150
    assert [one for one in [one async for one in audit_stock(runtime.db)] if one.problems] == []
    percents = [
        row["percent"] for row in await runtime.db.plain_fetch(
            "SELECT (payload::jsonb ->> 'percent')::numeric AS percent FROM outbox WHERE type LIKE 'run.%' ORDER BY seq"
        )
    ]  # fmt: skip
    assert percents == sorted(percents) and percents[-1] == 100


async def test_the_database_takes_one_receipt_for_a_line(shop: Shop) -> None:
    """What the guard of the line would miss, the ledger itself refuses."""
    product = UUID((await shop.call("POST", "/products", 201, name="Scarf"))["product_id"])
    reference = Reference("purchase_order_line", uuid7())
    for code, fails in (("one", False), ("two", True)):
        open_ = shop.app.runtime.transactions.open(shop.workspace_id, None, Actor.system())
        if fails:
            with pytest.raises(DuplicateError, match="received already"):
                async with open_ as t:
                    await t.desk.catalogue.receive_batch(NewBatch(product, code, Decimal(1)), reference)
        else:
            async with open_ as t:
                await t.desk.catalogue.receive_batch(NewBatch(product, code, Decimal(1)), reference)
    assert [one[1] for one in await _codes(shop)] == ["one"]


async def _codes(shop: Shop) -> list[tuple[str, str]]:
    rows = await shop.app.runtime.db.plain_fetch("SELECT id, code FROM batches")
    return [(str(row["id"]), row["code"]) for row in rows]


async def test_orders_of_others_are_not_there_and_operators_may_not(shop: Shop, sign_up: SignUp) -> None:
    sent = await shop.send(csv_file(ROWS[:1]))
    stranger = Shop(shop.app, await sign_up("Eve"))
    for method, path in (("GET", ""), ("GET", "/lines"), ("POST", "/receive"), ("POST", "/discard")):
        await stranger.call(method, f"/purchase-orders/{sent['order_id']}{path}", 404)
    assert (await stranger.call("GET", "/purchase-orders"))["orders"] == []
    await shop.until(sent["order_id"], "checking")
    operator = await sign_up("Olga")
    body = {"email": operator.email, "role": "operator"}
    await shop.person.call("POST", f"/api/workspaces/{shop.workspace_id}/members", json=body)
    here = {"X-Dibs-Workspace": str(shop.workspace_id)}
    assert (await operator.call("GET", "/api/purchase-orders", headers=here))[0] == 403
