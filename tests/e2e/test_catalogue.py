"""The catalogue and the customers in a browser: a list is looked at and brought in, a show draws from it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from .browser import Scheme
from .conftest import NewPerson
from .server import Api

LIST = "Product\tCategory\tBatch\tUnit cost\tQuantity\nLinen dress\tDresses\tA1\t12.50\t10\nMules\tShoes\t7\t8\t2.5"


async def stocked(api: Api) -> dict[str, Any]:
    """The first batch of an imported list."""
    await api.call("POST", "/api/products/import", {"text": LIST})
    found: dict[str, Any] = (await api.call("GET", "/api/batches?q=a1"))["batches"][0]
    return found


async def test_a_list_is_looked_at_then_imported_then_the_stock_is_changed(api: Api, person: NewPerson) -> None:
    bea = await person()
    await bea.sign_in("/catalogue")
    await bea.page.get_by_role("link", name="Import", exact=True).click()
    await bea.page.get_by_label("Cells").fill(LIST.replace("12.50", "many"))
    await bea.page.get_by_role("button", name="Look at it").click()
    await expect(bea.page.locator(".import-faulty")).to_contain_text("unit cost must be a number from 0")
    assert await bea.violations() == []
    await bea.page.get_by_label("Cells").fill(LIST)
    await bea.page.get_by_role("button", name="Look at it").click()
    await bea.page.get_by_role("button", name="Import 2 rows").click()
    await expect(bea.page.locator(".stock small").first).to_have_text("10 of 10 available")
    await bea.page.get_by_role("link", name="Linen dress").click()
    await bea.page.get_by_role("link", name="A1").click()
    await bea.page.get_by_label("What happens").select_option("hold")
    await bea.page.get_by_label("Quantity").fill("11")
    await bea.page.get_by_label("Reason").fill("for a photo")
    await bea.page.get_by_role("button", name="Write it down").click()
    await expect(bea.page.locator(".field-fault")).to_have_text("Only 10 are left that nobody has a claim on.")
    await bea.page.get_by_label("Quantity").fill("2,5")
    await bea.page.get_by_role("button", name="Write it down").click()
    await expect(bea.page.get_by_text("7.5 of 10 available · 2.5 on hold")).to_be_visible()
    await expect(bea.page.locator("tbody tr").first).to_contain_text("Put aside")


async def test_an_item_comes_from_stock_and_gives_back_at_the_end(api: Api, person: NewPerson) -> None:
    await stocked(api)
    show = await api.make_show("Friday", [], active=False)
    bea = await person()
    await bea.sign_in(f"/shows/{show}/setup")
    form = bea.page.locator("#add-item")
    await form.get_by_label("Number").fill("12")
    await form.get_by_label("From stock").fill("Linen dress · A1")
    await form.get_by_label("From stock").blur()
    await expect(form.get_by_label("Title")).to_have_value("Linen dress")
    await form.get_by_label("Quantity").fill("12")
    await form.get_by_role("button", name="Add").click()
    await expect(bea.page.get_by_label("Batch of item 12")).to_have_value("Linen dress · A1")
    await bea.open_console(show)
    await bea.page.get_by_role("button", name="Start show").click()
    await bea.page.get_by_role("dialog").get_by_role("button", name="Start show").click()
    await expect(bea.page.get_by_text("Item 12 needs 12, but only 10 of Linen dress · A1 left.")).to_be_visible()
    await bea.page.goto(f"{bea.origin}/shows/{show}/setup")
    await bea.page.get_by_label("Quantity of item 12").fill("4")
    await bea.page.get_by_label("Quantity of item 12").press("Enter")
    await expect(bea.page.get_by_label("Quantity of item 12")).to_have_attribute("data-state", "saved")
    await api.show("POST", "/activate")
    assert (await stocked_now(api))["reserved"] == "4.0000"
    await bea.page.get_by_label("Batch of item 12").fill("nonsense")
    await bea.page.get_by_label("Batch of item 12").blur()
    await expect(bea.page.locator(".toast")).to_contain_text("Choose a batch of the list")
    await bea.page.get_by_label("Batch of item 12").fill("")
    await bea.page.get_by_label("Batch of item 12").blur()
    await expect(bea.page.get_by_label("Batch of item 12")).to_have_attribute("data-state", "saved")
    assert (await stocked_now(api))["reserved"] == "0.0000"


async def stocked_now(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = (await api.call("GET", "/api/batches?q=a1"))["batches"][0]
    return found


async def test_a_buyer_is_linked_to_a_customer(api: Api, person: NewPerson) -> None:
    await api.make_show("Friday", [{"item_number": "12", "title": "Dress", "quantity": 2}])
    await api.say(("Ann", "sold 12"))
    bea = await person(width=390, height=844)
    await bea.sign_in("/customers")
    await bea.page.get_by_role("button", name="Add a customer…").click()
    await bea.page.get_by_role("dialog").get_by_label("Name").fill("Ann Baker")
    await bea.page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    await bea.page.get_by_label("Find a buyer to link").fill("ann")
    await bea.page.keyboard.press("Enter")
    await bea.page.get_by_role("button", name="Link Ann").click()
    await expect(bea.page.get_by_role("button", name="Unlink Ann")).to_be_visible()
    assert await bea.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_violation_on_the_pages_of_the_catalogue(api: Api, person: NewPerson, scheme: Scheme) -> None:
    batch = await stocked(api)
    await api.call(
        "POST", f"/api/batches/{batch['batch_id']}/movements", {"kind": "hold", "quantity": "1", "reason": "x"}
    )
    new = {"item_number": "12", "title": "Dress", "quantity": 3, "batch_id": batch["batch_id"]}
    show = await api.make_show("Friday", [new])
    customer = await api.call("POST", "/api/customers", {"name": "Ann Baker", "contact": "ann@example.com"})
    ident = batch["batch_id"]
    bea = await person(width=360 if scheme == "dark" else 1440, height=800, scheme=scheme)
    await bea.sign_in("/shows")
    for path in (
        "/catalogue", "/catalogue?q=zzz", f"/catalogue/{batch['product_id']}", f"/catalogue/batches/{ident}",
        "/catalogue/import", "/customers", f"/customers/{customer['customer_id']}?buyer=x", f"/shows/{show}/setup",
    ):  # fmt: skip
        await bea.page.goto(bea.origin + path)
        assert await bea.violations() == [], path
        wide = await bea.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
