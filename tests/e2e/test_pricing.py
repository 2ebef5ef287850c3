"""Prices in a browser: margins are set, and a picture says why something costs what it costs."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import expect

from .browser import Person
from .conftest import NewPerson
from .server import Api

LIST = (
    "Product\tCategory\tBatch\tUnit cost\tQuantity\nLinen dress\tDresses\tA1\t12.50\t10\n"
    "Silk scarf\tScarves\tS4\t7\t30\nMules\tShoes\t7\t8\t2.5\nStraw hat\t\tH2\t\t6\nTote bag\t\tT1\t4.20\t12"
)


async def shown(person: Person, name: str) -> None:
    """Keep a picture where `DIBS_PICTURES` names a folder."""
    if folder := os.environ.get("DIBS_PICTURES"):
        await person.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def fits(person: Person) -> bool:
    found = await person.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return bool(found)


async def test_margins_are_set_and_the_winning_step_is_marked(api: Api, person: NewPerson) -> None:
    await api.call("POST", "/api/products/import", {"text": LIST})
    anna = await api.call("POST", "/api/customers", {"name": "Anna Bright", "contact": "anna@example.com"})
    bea = await person(width=1440, height=900)
    await bea.sign_in("/pricing")
    won = bea.page.locator(".step-won")
    await expect(won).to_contain_text("The bare cost")
    await expect(bea.page.get_by_text("1 batch can't be priced")).to_be_visible()
    await bea.page.get_by_label("Margin of the workspace in per cent").fill("100")
    await bea.page.get_by_label("Margin of the workspace in per cent").press("Enter")
    await expect(bea.page.locator(".field-fault")).to_contain_text("below 100")
    await bea.page.get_by_label("Margin of the workspace in per cent").fill("37,5 %")
    await bea.page.get_by_label("Margin of the workspace in per cent").press("Enter")
    await expect(bea.page.locator(".toast")).to_contain_text("Saved")
    await bea.page.get_by_label("Margin of Dresses in per cent").fill("50")
    await bea.page.get_by_label("Margin of Dresses in per cent").press("Enter")
    await bea.page.get_by_label("What", exact=True).fill("linen")
    await bea.page.get_by_role("button", name="Show", exact=True).click()
    await expect(won).to_contain_text("Margin of the category")
    await expect(bea.page.locator(".price-figure")).to_have_text("$25.00")
    assert await bea.violations() == []
    await bea.page.goto(f"{bea.origin}/customers/{anna['customer_id']}/pricing?product=linen")
    await bea.page.get_by_label("Margin in per cent").fill("20")
    await bea.page.get_by_role("button", name="Save").click()
    await expect(won).to_contain_text("Margin of the customer")
    await bea.page.get_by_label("What", exact=True).fill("linen")
    await bea.page.keyboard.press("Enter")
    await expect(bea.page.locator(".price-figure")).to_have_text("$15.63")
    assert await bea.violations() == [] and await fits(bea)
    await shown(bea, "customer")
    await bea.page.goto(f"{bea.origin}/pricing?product=linen&customer=anna")
    await shown(bea, "pricing")


async def test_the_pages_fit_a_phone_in_the_dark(api: Api, person: NewPerson) -> None:
    await api.call("POST", "/api/products/import", {"text": LIST})
    anna = await api.call("POST", "/api/customers", {"name": "Anna Bright"})
    await api.call("PUT", "/api/pricing/margins", {"scope": "default", "margin": "37.5"})
    await api.call("PUT", "/api/pricing/margins", {"scope": "category", "category": " dresses", "margin": "-12.5"})
    bea = await person(width=390, height=844, scheme="dark")
    await bea.sign_in("/pricing?product=linen")
    await expect(bea.page.get_by_text("Below what the batch cost")).to_be_visible()
    for name, path in (
        ("phone", "/pricing?product=linen"), ("missing", "/pricing?product=straw"), ("none", "/pricing?product=zzz"),
        ("customer-phone", f"/customers/{anna['customer_id']}/pricing"), ("tabs", f"/customers/{anna['customer_id']}"),
    ):  # fmt: skip
        await bea.page.goto(bea.origin + path)
        assert await bea.violations() == [] and await fits(bea), path
        await shown(bea, name)
