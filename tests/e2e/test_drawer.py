"""The drawer of an item, the order of the list, and what narrows the feed down."""

from typing import Any

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api
from .test_operator import claims_of, drawer, open_item, start


async def items_of(api: Api) -> list[Any]:
    rows: list[Any] = (await api.snapshot())["items"]
    return rows


async def test_a_claim_gets_another_quantity_and_another_item(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await open_item(bea)
    await drawer(bea).get_by_role("button", name="Change the claim of Cleo").click()
    await drawer(bea).get_by_label("Move to item").select_option(label="102 – Denim jacket (1 left)")
    await drawer(bea).get_by_role("button", name="Move", exact=True).click()
    await expect(drawer(bea).locator("ol .person")).to_have_count(1)
    await expect(bea.page.locator(".claim", has_text="Cleo").first).to_contain_text("won")
    await drawer(bea).get_by_role("button", name="Change the claim of Dan").click()
    assert await bea.violations() == []
    await drawer(bea).get_by_label("Quantity of the claim").fill("3")
    await drawer(bea).get_by_role("button", name="Change quantity").click()
    await expect(drawer(bea).locator("ol .person")).to_contain_text(["×3"])
    await expect(bea.page.locator(".claim", has_text="Dan").first).to_contain_text("waits, no. 1")
    assert await claims_of(api) == {
        "Ana": ("winner", None), "Ben": ("winner", None), "Cleo": ("winner", None), "Dan": ("waitlist", 1),
    }  # fmt: skip


async def test_an_item_is_edited_moved_and_deleted(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await api.show(
        "POST", "/items", {"items": [{"item_number": "103", "title": "Hat", "quantity": 1, "price": "5.00"}]}
    )
    page = bea.page
    await open_item(bea)
    await drawer(bea).get_by_text("Edit item").click()
    await expect(drawer(bea)).to_contain_text("it can't be deleted any more")
    await drawer(bea).get_by_label("Title").fill("Linen dress, sand")
    await api.say(("Eve", "sold 101"))
    await expect(drawer(bea).locator("ol .person")).to_have_count(3)
    await expect(drawer(bea).get_by_label("Title")).to_have_value("Linen dress, sand")
    await drawer(bea).get_by_label("Price").fill("")
    await drawer(bea).get_by_role("button", name="Save").click()
    await expect(page.locator(".item").first).to_contain_text("Linen dress, sand")
    await expect(page.locator(".item").first).not_to_contain_text("34.90")
    await drawer(bea).get_by_role("button", name="To the end").click()
    await expect(page.locator(".item-number").nth(2)).to_contain_text("101")
    await page.keyboard.press("Escape")
    await page.locator(".item", has_text="Hat").focus()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator('[data-at="0"]')).to_contain_text("Hat")
    await page.locator(".item", has_text="Hat").click()
    await drawer(bea).get_by_text("Edit item").click()
    await drawer(bea).get_by_role("button", name="Delete item 103", exact=True).click()
    await drawer(bea).get_by_role("button", name="Yes, delete item 103").click()
    await expect(drawer(bea)).to_have_count(0)
    found = await items_of(api)
    assert [(row["item_number"], row["price"]) for row in found] == [("102", None), ("101", None)]


async def test_the_feed_is_narrowed_to_an_item_a_buyer_a_word_and_a_status(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await api.say(("Ana", "sold 102"), ("Eve", "pass 101"), ("Ben", "pass 101"))
    page, rows = bea.page, bea.page.locator(".claim")
    await page.locator(".item", has_text="Denim").click()
    await drawer(bea).get_by_role("button", name="Its claims").click()
    await expect(page.locator(".only")).to_contain_text("Only 102")
    await expect(rows).to_have_count(1)
    await page.get_by_role("button", name="Show all").click()
    await rows.filter(has_text="Ana").first.get_by_role("button", name="Ana", exact=True).click()
    await page.get_by_role("button", name="Only their claims").click()
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Show all").click()
    await page.get_by_role("button", name="Given back").click()
    await expect(rows.filter(has_text="Ben")).to_have_count(2)
    await page.get_by_role("button", name="Winners").click()
    await expect(rows).to_have_count(3)
    await page.get_by_label("Find a buyer or item").fill("cle")
    await expect(rows).to_have_count(1)


async def test_search_finds_what_the_page_has_not_loaded(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", [{"item_number": "500", "title": "Bag", "quantity": 9000}])
    await api.say(("Olive", "sold 500"), ("Olive", "a rare word"), *[(f"Buyer {n}", "sold 500") for n in range(520)])
    bea = await person()
    await bea.open_console(show)
    await bea.page.get_by_label("Find a buyer or item").fill("olive")
    await expect(bea.page.locator(".claim")).to_have_count(1)
    await bea.page.get_by_label("Find in comments").fill("rare word")
    await expect(bea.page.locator(".comment")).to_have_count(1)
    await bea.page.get_by_label("Find in comments").fill("olive")
    await bea.page.get_by_role("button", name="Claims", exact=True).click()
    await expect(bea.page.locator(".comment")).to_have_count(1)
    await bea.page.get_by_role("button", name="Questions & others").click()
    await expect(bea.page.locator(".comment")).to_contain_text(["a rare word"])
    await bea.page.get_by_label("Find in comments").fill("nobody wrote this")
    await expect(bea.page.locator(".panel-comments .empty")).to_have_text("No comment matches the filter.")
