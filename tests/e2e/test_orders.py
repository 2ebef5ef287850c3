"""Orders in a browser: of a show's winners with progress, paid, cancelled, shared, and made by hand."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import expect

from .browser import Person
from .conftest import NewPerson
from .server import Api
from .test_credit import shown

ITEMS = [
    {"item_number": "12", "title": "Linen dress", "price": "89.00", "quantity": 2},
    {"item_number": "13", "title": "Silk scarf", "price": "25.50", "quantity": 5},
    {"item_number": "14", "title": "Straw hat", "quantity": 1},
]
STOCK = "Product\tBatch\tUnit cost\tQuantity\nWool coat\tW1\t60\t4\nLeather belt\tB7\t9.50\t20"


async def sold(api: Api) -> str:
    show = await api.make_show("Friday finds", ITEMS)
    await api.say(
        ("Ana Torres", "sold 12"), ("Ben", "sold 13 x2"), ("Cleo", "sold 13"), ("Dora", "sold 14"), ("Ben", "sold 12"),
    )  # fmt: skip
    await api.show("POST", "/stop", {})
    return show


async def clean(bea: Person, name: str) -> None:
    await shown(bea, name)
    assert await bea.violations() == []


async def test_orders_of_a_show_from_its_winners_to_the_phone_of_a_customer(api: Api, person: NewPerson) -> None:
    show = await sold(api)
    bea, page = (who := await person(width=1280)), who.page
    await bea.sign_in(f"/shows/{show}/summary")
    await expect(page.locator(".to-order")).to_contain_text("4 buyers have won what is not ordered yet")
    await expect(page.locator(".person")).to_have_count(4)
    await clean(bea, "summary")
    await page.get_by_role("link", name="Make orders…").click()
    await expect(page.locator(".plain-rows")).to_contain_text("Straw hat")
    await clean(bea, "show-orders")
    await page.get_by_role("button", name="Make the order of Dora").click()
    await expect(page.locator(".field-fault")).to_contain_text("Straw hat has no price")
    await page.get_by_role("button", name="Make orders of all winners").click()
    await expect(page.get_by_text("3 orders were made.")).to_be_visible(timeout=20000)
    await expect(page.locator(".refusals")).to_contain_text("Dora 14 · Straw hat has no price.")
    await expect(page.locator("[aria-labelledby=pending-title] tbody tr")).to_have_count(1)
    await clean(bea, "show-orders-done")
    await page.get_by_role("link", name="Give them a price").click()
    await expect(page.get_by_label("Price of item 14")).to_be_visible()
    hat = (await api.snapshot())["items"][2]["item_id"]
    await api.show("PATCH", f"/items/{hat}", {"price": "30"})
    await page.goto(f"{bea.origin}/shows/{show}/orders")
    await page.get_by_role("button", name="Try again with those who are left").click()
    await expect(page.get_by_text("Everything that was won is ordered.")).to_be_visible(timeout=20000)
    await page.goto(f"{bea.origin}/orders")
    await expect(page.locator("tbody tr")).to_have_count(4)
    await expect(page.locator(".order-sums")).to_contain_text("$284.50")
    await clean(bea, "orders")
    await _pay_and_share(bea, person)


async def _pay_and_share(bea: Person, person: NewPerson) -> None:
    page = bea.page
    await page.get_by_role("row", name=re.compile("Ben")).get_by_role("link").click()
    await page.get_by_role("button", name="Mark as paid").click()
    await expect(page.locator(".page-title .badge")).to_have_text("Paid")
    await page.get_by_role("button", name="Make a link").click()
    link = await page.locator(".order-url a").get_attribute("href")
    assert link is not None
    await clean(bea, "order")
    cleo = await person(width=390, height=844)
    answer = await cleo.page.goto(link)
    assert answer is not None and answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    await expect(cleo.page.locator(".shared-total")).to_contain_text("$140.00")
    await clean(cleo, "shared")
    async with cleo.page.expect_download() as download:
        await cleo.page.get_by_role("link", name="Invoice as a PDF").click()
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF")
    await page.get_by_role("button", name="Void all links").click()
    await expect(page.locator(".toast")).to_be_visible()
    gone = await cleo.page.reload()
    assert gone is not None and gone.status == 404
    await expect(cleo.page.get_by_role("heading")).to_have_text("This link shows no order any more")
    await clean(cleo, "shared-gone")
    await page.get_by_role("button", name="Cancel this order…").click()
    await page.get_by_label("Why").fill("changed her mind")
    await page.get_by_role("button", name="Cancel the order").click()
    await expect(page.locator(".page-title .badge")).to_have_text("Cancelled")
    await expect(page.locator(".order-history li")).to_have_count(5)
    await clean(bea, "order-cancelled")


async def by_hand(api: Api) -> Any:
    await api.call("POST", "/api/products/import", {"text": STOCK})
    await api.make_show("Friday", [], active=False)
    return await api.call("POST", "/api/customers", {"name": "Ana Torres", "contact": "+34 600", "credit_limit": "100"})


async def test_an_order_by_hand_at_the_prices_of_the_rules_or_of_a_person(api: Api, person: NewPerson) -> None:
    await by_hand(api)
    bea, page = (who := await person(width=390, height=844)), who.page
    await bea.sign_in("/orders/new")
    await clean(bea, "order-choose")
    await page.get_by_role("link", name="Choose Ana Torres").click()
    await page.get_by_role("button", name="Add Wool coat · W1").click()
    await page.get_by_role("searchbox", name="Search").fill("belt")
    await page.get_by_role("searchbox", name="Search").press("Enter")
    await expect(page.get_by_role("button", name="Add Wool coat · W1")).to_have_count(0)
    await page.get_by_role("button", name="Add Leather belt · B7").click()
    coat, belt = (page.get_by_role("group", name=name) for name in ("Wool coat · W1", "Leather belt · B7"))
    await coat.get_by_label("Price").fill("120")
    await belt.get_by_label("Price").fill("19,90")
    await belt.get_by_label("Quantity").fill("2")
    await belt.get_by_label("Quantity").press("Tab")
    await expect(page.locator("#order-total")).to_contain_text("$159.80")
    await clean(bea, "order-new")
    await page.get_by_role("button", name="Make the order").click()
    await expect(page.locator(".notice-bad")).to_contain_text("$59.80 more than the credit limit")
    await clean(bea, "order-over")
    await page.get_by_label("Why it is ordered although").fill("pays on Monday")
    await page.get_by_role("button", name="Make the order").click()
    await expect(page.get_by_role("heading", name="Order 1")).to_be_visible()
    await expect(page.locator("tfoot")).to_contain_text("$159.80")
    await clean(bea, "order-by-hand")
    await page.get_by_role("link", name="Ana Torres").first.click()
    await expect(page.locator("[aria-labelledby=orders-title]")).to_contain_text("#1")
    await clean(bea, "customer")
    await page.goto(f"{bea.origin}/")
    await expect(page.locator(".dash-orders")).to_contain_text("1 order to be paid")
    await clean(bea, "dashboard")
