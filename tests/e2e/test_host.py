"""The host view: what is on now in large type, and nothing that is not for the public."""

import os
from pathlib import Path

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api

ITEMS = [
    {"item_number": "101", "title": "Linen dress", "quantity": 2, "price": "34.90"},
    {"item_number": "102", "title": "Denim jacket with a rather long name, as they are", "quantity": 4},
    {"item_number": "103", "title": "Straw hat", "quantity": 1},
]


async def test_it_follows_what_is_on_now(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person(width=1600, height=900)
    await bea.sign_in(f"/shows/{show}/host")
    page = bea.page
    await expect(page.get_by_role("heading", name="Nothing is on now")).to_be_visible()
    assert await bea.violations() == []
    item = (await api.snapshot())["items"][0]["item_id"]
    await api.show("POST", "/pin", {"item_id": item})
    await expect(page.locator(".host-number")).to_have_text("101")
    await expect(page.locator(".host-left")).to_have_text("2 left of 2")
    await expect(page.locator(".host-price")).to_have_text("$34.90")
    await api.say(("Ana", "sold 101"), ("Ben", "sold 101"), ("Cleo", "sold 101"), ("Dan", "is 101 sold?"))
    await expect(page.locator(".host-left")).to_contain_text("Sold out")
    people = page.locator(".host-people")
    await expect(people.nth(0).locator("li")).to_have_text(["Ben", "Ana"])
    await expect(people.nth(1).locator("li")).to_contain_text(["Cleo"])
    await expect(page.locator(".host-foot li")).to_have_count(2)
    await expect(page.locator("body")).not_to_contain_text("question")
    for width, height in ((1600, 900), (390, 844), (360, 640)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await bea.violations() == []
        for axis in ("Width", "Height"):
            assert await page.evaluate(f"document.documentElement.scroll{axis} <= inner{axis}"), (width, axis)
        size = await page.locator(".host-number").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
        assert size > height * 0.12, "to be read from three metres"
    await bea.context.set_offline(True)
    await expect(page.locator("#connection")).to_have_text("Connection lost")
    await expect(page.get_by_role("alert")).to_contain_text("This is how it was at")


async def test_it_shows_a_claim_that_is_older_than_what_the_page_loaded(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", [ITEMS[0], {"item_number": "500", "title": "Bag", "quantity": 9000}])
    await api.say(("Ana", "sold 101"), *[(f"Buyer {n}", "sold 500") for n in range(520)])
    item = (await api.snapshot())["items"][0]["item_id"]
    await api.show("POST", "/pin", {"item_id": item})
    bea = await person()
    await bea.sign_in(f"/shows/{show}/host")
    await expect(bea.page.locator(".host-people").nth(0).locator("li")).to_have_text(["Ana"])
    await expect(bea.page.locator(".host-next-left")).to_contain_text(["8,480 left"])


async def test_an_item_from_stock_shows_the_picture_of_its_product(api: Api, person: NewPerson) -> None:
    url = "https://pictures.example/scarf.svg"
    product = await api.call("POST", "/api/products", {"name": "Silk scarf", "picture_url": url})
    lot = {"product_id": product["product_id"], "code": "A", "quantity": "5"}
    batch = await api.call("POST", "/api/batches", lot)
    drawn = {"item_number": "7", "title": "", "quantity": 2, "price": "30.00", "batch_id": batch["batch_id"]}
    show = await api.make_show("Sale", [drawn])
    bea = await person(width=1600, height=900)
    await bea.page.route(url, lambda route: route.fulfill(content_type="image/svg+xml", body=_PICTURE))
    await bea.sign_in(f"/shows/{show}/host")
    item = (await api.snapshot())["items"][0]["item_id"]
    await api.show("POST", "/pin", {"item_id": item})
    picture = bea.page.locator(".host-picture")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(e) => e.decode().then(() => e.naturalWidth)") == 80
    await expect(bea.page.locator(".host-title")).to_contain_text("Silk scarf")
    assert await bea.violations() == []
    if folder := os.environ.get("DIBS_PICTURES"):
        await bea.page.screenshot(path=str(Path(folder) / "host-picture.png"))


_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><rect width="80" height="80" fill="#b36"/></svg>'
)
