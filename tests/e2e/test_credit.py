"""A customer's credit in a browser: the bar with a real cart, the limit, payments, and the list of all."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import expect

from dibs.ids import uuid7

from ..core.credit.bank import ORDER
from .browser import Person, Scheme
from .conftest import NewPerson
from .server import Api, LiveServer

LIST = "Product\tBatch\tUnit cost\tQuantity\nLinen dress\tA1\t30\t10\nSilk scarf\tS4\t7\t30"


async def indebted(api: Api, server: LiveServer) -> str:
    """A customer with two open orders and a cart that uses up most of the limit, and others."""
    made = [
        await api.call("POST", "/api/customers", {"name": name, "credit_limit": limit, "contact": contact})
        for name, limit, contact in (
            ("Ana Torres", "500", "+34 600 000 000"), ("Bruno’s Boutique", "100", ""), ("Carla", "0", ""),
        )
    ]  # fmt: skip
    ana, bruno, _ = (one["customer_id"] for one in made)
    connection = await asyncpg.connect(server.database_url)
    workspace = await connection.fetchval("SELECT workspace_id FROM customers LIMIT 1")
    for customer, total in ((ana, "120.50"), (ana, "79.50"), (bruno, "140")):
        await connection.execute(ORDER, workspace, uuid7(), UUID(customer), Decimal(total), "open")
    await connection.close()
    await _cart(api, ana)
    await api.make_show("Friday", [], active=False)  # without a show there is no dashboard to tell
    return str(ana)


async def _cart(api: Api, customer_id: str) -> None:
    await api.call("POST", "/api/products/import", {"text": LIST})
    batches = {one["product_name"]: one for one in (await api.call("GET", "/api/batches"))["batches"]}
    session = await api.call("POST", "/api/live-sessions", {"customer_id": customer_id, "start": True})
    path = f"/api/live-sessions/{session['session_id']}"
    lines: tuple[dict[str, Any], ...] = (
        {"name": "Linen dress", "price": "89.00", "quantity": "2", "intent": "to_purchase"},
        {"name": "Silk scarf", "price": "25.00", "quantity": "1", "intent": "interested"},
    )
    for line in lines:
        batch = batches[line["name"]]
        wanted = {"product_id": batch["product_id"], "price": line["price"], "sure": True}
        await api.call("PUT", f"{path}/override", wanted)
        await api.call(
            "POST", f"{path}/lines",
            {"batch_id": batch["batch_id"], "quantity": line["quantity"], "intent": line["intent"]},
        )  # fmt: skip


async def shown(bea: Person, name: str) -> None:
    """A picture for whoever wants to look, if `DIBS_PICTURES` names a folder."""
    folder = os.environ.get("DIBS_PICTURES")
    if folder:
        await bea.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_a_payment_lowers_what_is_owed(
    api: Api, server: LiveServer, person: NewPerson, scheme: Scheme, width: int
) -> None:
    ana = await indebted(api, server)
    bea = await person(scheme=scheme, width=width)
    await bea.sign_in(f"/customers/{ana}")
    await bea.page.get_by_role("navigation", name="This customer").get_by_role("link", name="Credit").click()
    available = bea.page.locator(".credit-available strong")
    await expect(available).to_have_text("$122.00")
    await expect(bea.page.locator(".credit-head .badge")).to_have_text("Fine")
    await bea.page.get_by_label("What", exact=True).select_option("adjustment")
    await bea.page.get_by_label("Amount", exact=True).fill("5")
    await bea.page.get_by_role("button", name="Write it down").click()
    await expect(bea.page.locator(".field-fault")).to_have_text("must say why the balance is adjusted")
    assert await bea.violations() == []
    await bea.page.get_by_label("What", exact=True).select_option("payment")
    await bea.page.get_by_label("Amount", exact=True).fill("50,50")
    await bea.page.get_by_label("For", exact=True).select_option(index=1)
    await bea.page.get_by_label("Reason", exact=True).fill("bank transfer")
    await bea.page.get_by_role("button", name="Write it down").click()
    await expect(available).to_have_text("$172.50")
    await expect(bea.page.locator("tbody tr")).to_contain_text(["-$50.50"])
    await bea.page.reload()
    await shown(bea, f"credit-{scheme}")
    assert await bea.violations() == []
    await bea.page.get_by_label("Credit limit").fill("300")
    await bea.page.get_by_role("button", name="Set the limit").click()
    await expect(bea.page.locator(".credit-head .badge")).to_have_text("Above the limit")
    await expect(available).to_have_text("$27.50")
    await shown(bea, f"credit-over-{scheme}")
    await bea.page.goto(f"{bea.origin}/credit")
    rows = bea.page.locator("tbody tr")
    await expect(rows.first).to_contain_text("Bruno’s Boutique")
    await expect(rows).to_have_count(3)
    await shown(bea, f"credit-list-{scheme}")
    assert await bea.violations() == []
    await bea.page.goto(f"{bea.origin}/")
    await expect(bea.page.get_by_text("1 customer owes more than the limit")).to_be_visible()
    assert bea.trouble == []
