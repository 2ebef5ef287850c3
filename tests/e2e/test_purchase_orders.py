"""A purchase order in real browsers: dropped, read, checked in place, received; two screens show the same progress."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import expect

from ..plugins.purchase_orders.files import csv_file, pdf_file
from .browser import Person
from .conftest import NewPerson
from .server import Api, LiveServer

ROWS = (
    ("A-100", "Red summer dress", "piece", "10", "12.50", "125.00"),
    ("A-101", "Blue cotton top", "piece", "5", "1,234.50", "6,172.50"),
    ("A-102", "Silk scarf", "m", "2.5", "4.00", "11.00"),
)


async def shown(bea: Person, name: str) -> None:
    """A picture for whoever wants to look, if `DIBS_PICTURES` names a folder."""
    folder = os.environ.get("DIBS_PICTURES")
    if folder:
        await bea.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


async def drop(bea: Person, name: str, content: bytes) -> None:
    """Choose a file on the page of all orders."""
    await bea.page.locator("#po-file").set_input_files(
        files=[{"name": name, "mimeType": "application/octet-stream", "buffer": content}]
    )
    await bea.page.wait_for_url(re.compile("/purchase-orders/.+"))


@pytest.mark.parametrize("width", [1440, 390])
async def test_a_purchase_order_is_checked_and_received(api: Api, person: NewPerson, width: int) -> None:
    await api.call("POST", "/api/products", {"name": "Blue cotton top, short"})
    bea = await person(width=width)
    await bea.sign_in("/purchase-orders")
    live = bea.page.locator("[data-run-live]")
    await expect(live, "also where nothing runs yet").to_have_text("Live updates", timeout=20_000)
    assert await bea.violations() == []
    await shown(bea, f"purchase-orders-{width}")
    await drop(bea, "acme.pdf", pdf_file(ROWS))
    page = bea.page
    await expect(page.get_by_role("heading", name="PO-4711")).to_be_visible(timeout=20_000)
    # Each stage may show the page anew: what follows is about the one that waits.
    await expect(page.get_by_text("Waits for you")).to_be_visible(timeout=20_000)
    await expect(page.locator("#po-lines tbody tr")).to_have_count(3, timeout=20_000)
    await expect(page.locator("[data-run-live]")).to_have_text("Live updates", timeout=20_000)
    await expect(page.locator("#po-ready")).to_have_text("2 lines need you before they can be received.")
    assert await bea.violations() == []
    await shown(bea, f"purchase-order-{width}")
    await expect(page.get_by_text("Quantity × unit cost is 10.00, but the file says 11.00.")).to_be_visible()
    scarf, top = page.locator("tr[data-line='3']"), page.locator("tr[data-line='2']")
    await scarf.locator("[name=quantity]").fill("2,75")
    await scarf.locator("[name=unit_cost]").fill("minus")
    await scarf.locator("[name=unit_cost]").blur()
    await expect(scarf.locator("[data-part=problem]")).not_to_be_empty()
    await scarf.locator("[name=unit_cost]").fill("4.00")
    await scarf.locator("[name=unit_cost]").blur()
    await expect(scarf.locator("[data-part=problem]")).to_be_empty()
    await expect(top.locator("[data-part=match]")).to_contain_text("Similar name")
    await top.get_by_role("button", name="New product").click()
    await expect(page.locator("#po-ready")).to_have_text("Everything is ready.")
    await page.locator("tr[data-line='1']").get_by_role("button", name="Leave out").click()
    await expect(page.locator("tr[data-line='1']")).to_have_class("is-skipped")
    await page.get_by_role("button", name="Receive into stock").click()
    await expect(page.get_by_text("2 batches were received.")).to_be_visible(timeout=20_000)
    await page.get_by_role("link", name="Silk scarf").click()
    await expect(page.get_by_text("PO-4711-3").first).to_be_visible()
    assert await bea.violations() == []


@asynccontextmanager
async def held_up(server: LiveServer, line: int) -> AsyncIterator[None]:
    """While this lasts nobody can receive the line."""
    connection = await asyncpg.connect(server.database_url)
    try:
        async with connection.transaction():
            await connection.fetch("SELECT 1 FROM purchase_orders_lines WHERE line_no = $1 FOR UPDATE", line)
            yield
    finally:
        await connection.close()


async def test_two_screens_show_the_same_progress_also_after_a_reload(
    api: Api, server: LiveServer, person: NewPerson
) -> None:
    rows = [(f"K-{n}", f"Thing {n}", "piece", "1", "2.00", "2.00") for n in range(250)]
    bea, cleo = await person(), await person(width=390, height=844)
    await bea.sign_in("/purchase-orders")
    await cleo.sign_in("/runs")
    await expect(cleo.page.locator("[data-run-live]")).to_have_text("Live updates")
    await drop(bea, "big.csv", csv_file(rows))
    button = bea.page.get_by_role("button", name="Receive into stock")
    await expect(button).to_be_enabled(timeout=30_000)
    await expect(cleo.page.locator(".run .badge")).to_have_text("Waits for you", timeout=10_000)
    async with held_up(server, 150):
        await button.click()
        for one in (bea, cleo):
            run = one.page.locator(".run[data-state=running]")
            await expect(run.locator("[data-stage=saving].is-now")).to_be_visible(timeout=10_000)
            await expect(run.locator("[data-part=count]")).to_have_text("140 of 250", timeout=10_000)
        shown_before = await bea.page.locator(".run").get_attribute("data-at")
        await bea.page.reload()
        await expect(bea.page.locator(".run [data-part=count]")).to_have_text("140 of 250")
        assert await bea.page.locator(".run").get_attribute("data-at") == shown_before
        assert await cleo.page.locator(".run").get_attribute("data-at") == shown_before
        await shown(bea, "run-now")
    assert await cleo.violations() == []
    await expect(bea.page.get_by_text("250 batches were received.")).to_be_visible(timeout=40_000)
    await expect(cleo.page.get_by_text("Nothing runs at the moment.")).to_be_visible(timeout=10_000)
    await expect(cleo.page.locator("svg.run-chart rect")).to_have_count(3)
    assert await cleo.violations() == []
    await server.kill()
    badge = cleo.page.locator("[data-run-live]")
    await expect(badge).to_have_text("Reconnecting; asked every few seconds", timeout=10_000)
    await server.start()
    await expect(badge).to_have_text("Live updates", timeout=20_000)
    await bea.page.goto(f"{bea.origin}/purchase-orders")
    await drop(bea, "broken.csv", csv_file()[:40] + b"\n\0\0\n")
    await expect(bea.page.get_by_text("Row 2 holds bytes that no text has")).to_be_visible(timeout=20_000)
    await bea.page.goto(f"{bea.origin}/runs")
    await expect(bea.page.get_by_role("button", name="Try again")).to_be_visible()
    await shown(bea, "runs")
    await shown(cleo, "runs-phone")
