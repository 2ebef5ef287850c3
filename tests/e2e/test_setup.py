"""The set-up of a show in a real browser: items typed, pasted, changed in place, put in order."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from .browser import Person, Scheme
from .conftest import NewPerson
from .server import Api

SHEET = "Code\tName\tQty\tPrice\n007\tLinen dress\t3\t24,90\n008\tSilk scarf\tmany\t9\n009\t=SUM(A1)\t1\t12.50\n"


async def _open(bea: Person, show: str) -> Page:
    await bea.sign_in(f"/shows/{show}/setup")
    return bea.page


async def _numbers(page: Page) -> list[str]:
    return [text.strip() for text in await page.locator("#rows .cell-number").all_inner_texts()]


async def _titles(api: Api) -> list[tuple[str, str, int, str | None]]:
    items = (await api.show("GET", "/items"))["items"]
    return [(i["item_number"], i["title"], i["total_quantity"], i["price"]) for i in items]


async def test_items_are_typed_one_after_the_other_by_keyboard(api: Api, person: NewPerson) -> None:
    show, bea = await api.make_show("Sale", [], active=False), await person()
    page = await _open(bea, show)
    await page.locator("#add-item [name=item_number]").focus()
    for keys in ("101", "Tab", "Dress", "Tab", "Tab", "4", "Tab", "12,5", "Enter"):
        await (page.keyboard.press(keys) if keys in ("Tab", "Enter") else page.keyboard.type(keys))
    await expect(page.locator("#rows .cell-number")).to_have_text(["101"])
    await expect(page.locator("#add-item [name=item_number]")).to_have_value("102")
    await page.keyboard.type("Skirt")
    await page.keyboard.press("Enter")
    await expect(page.locator("#rows .cell-number")).to_have_text(["101", "102"])
    assert await _titles(api) == [("101", "Dress", 4, "12.50"), ("102", "Skirt", 1, None)]
    await page.locator("#add-item [name=item_number]").fill("101")
    await page.keyboard.press("Enter")
    await expect(page.locator("#add-fault")).to_contain_text("already")


async def test_cells_of_a_spreadsheet_are_looked_at_before_they_are_added(api: Api, person: NewPerson) -> None:
    show, bea = await api.make_show("Sale", [], active=False), await person()
    page = await _open(bea, show)
    await page.get_by_role("button", name="Paste or upload a list").click()
    await page.get_by_label("Cells").fill(SHEET)
    await expect(page.locator("#import-said")).to_contain_text("1 row is faulty")
    await expect(page.locator("#import-rows tr").first).to_contain_text("many")
    await expect(page.locator("#import-rows .is-faulty")).to_have_text(["many"])
    await expect(page.locator("#import-add")).to_be_disabled()
    assert await bea.violations() == []
    await page.get_by_label("Cells").fill(SHEET.replace("many", "2"))
    await page.get_by_role("button", name="Add 3 items").click()
    await expect(page.locator("#rows tr")).to_have_count(3)
    assert await _numbers(page) == ["007", "008", "009"]
    assert await _titles(api) == [
        ("007", "Linen dress", 3, "24.90"), ("008", "Silk scarf", 2, "9.00"), ("009", "=SUM(A1)", 1, "12.50"),
    ]  # fmt: skip
    await page.get_by_role("button", name="Paste or upload a list").click()
    await page.get_by_label("Cells").fill(SHEET.replace("many", "2") + "010\tHat\t1\t5\n")
    await expect(page.locator("#import-said")).to_contain_text("3 items are in the show already")
    await page.get_by_role("button", name="Add 1 item").click()
    await expect(page.locator("#rows tr")).to_have_count(4)


async def test_a_file_is_read_as_well(api: Api, person: NewPerson, tmp_path: Path) -> None:
    show, bea = await api.make_show("Sale", [], active=False), await person()
    page = await _open(bea, show)
    (tmp_path / "items.csv").write_text("number;title;quantity\nA1;Mug;2\n", "utf-8")
    await page.get_by_role("button", name="Paste or upload a list").click()
    await page.locator("#import-file").set_input_files(tmp_path / "items.csv")
    await page.get_by_role("button", name="Add 1 item").click()
    await expect(page.locator("#rows .cell-number")).to_have_text(["A1"])


async def test_a_cell_is_saved_where_it_stands_and_a_refusal_is_told(api: Api, person: NewPerson) -> None:
    items = [{"item_number": "1", "title": "Dress", "quantity": 2}, {"item_number": "2", "title": "Hat", "quantity": 1}]
    show, bea = await api.make_show("Sale", items), await person()
    await api.say(("Ann", "sold 1"), ("Ben", "sold 1"))
    page = await _open(bea, show)
    await page.get_by_label("Title of item 1").fill("Linen dress")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Title of item 2")).to_be_focused()
    await page.get_by_label("Price of item 1").fill("9,5")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Price of item 1")).to_have_value("9.50")
    await page.get_by_label("Quantity of item 1").fill("1")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Quantity of item 1")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator(".toast.bad")).to_be_visible()
    assert await _titles(api) == [("1", "Linen dress", 2, "9.50"), ("2", "Hat", 1, None)]
    item = (await api.show("GET", "/items"))["items"][1]
    await api.show("PATCH", f"/items/{item['item_id']}", {"title": "Theirs"})
    await page.get_by_label("Title of item 2").fill("Mine")
    await page.keyboard.press("Tab")
    await expect(page.locator(".toast")).to_contain_text("Somebody else has changed item 2")
    await expect(page.get_by_label("Title of item 2")).to_have_value("Theirs")


async def test_quick_changes_of_one_row_all_arrive(api: Api, person: NewPerson) -> None:
    show, bea = await api.make_show("Sale", [{"item_number": "1", "title": "Dress", "quantity": 2}]), await person()
    page = await _open(bea, show)
    await page.get_by_label("Title of item 1").fill("Linen dress")
    for keys in ("Tab", "7", "Tab", "19", "Tab"):
        await (page.keyboard.press(keys) if keys == "Tab" else page.keyboard.type(keys))
    await expect(page.get_by_label("Price of item 1")).to_have_value("19.00")
    await expect(page.get_by_label("Quantity of item 1")).to_have_value("7")
    assert await _titles(api) == [("1", "Linen dress", 7, "19.00")]
    assert await page.locator(".toast.bad").count() == 0


async def test_rows_are_put_in_order_by_keyboard_and_by_hand(api: Api, person: NewPerson) -> None:
    items = [{"item_number": str(n), "title": f"Piece {n}", "quantity": 1} for n in range(1, 6)]
    show, bea = await api.make_show("Sale", items, active=False), await person()
    page = await _open(bea, show)
    await page.get_by_role("button", name="Move item 1").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#said")).to_have_text("Item 1 is at place 3 of 5.")
    await expect(page.get_by_role("button", name="Move item 1")).to_be_focused()
    assert await _numbers(page) == ["2", "3", "1", "4", "5"]
    async with page.expect_response(lambda answer: answer.url.endswith("/reorder")) as sent:
        await page.keyboard.press("End")
    assert (await sent.value).status == 200
    assert [item[0] for item in await _titles(api)] == ["2", "3", "4", "5", "1"]
    start = await page.get_by_role("button", name="Move item 5").bounding_box()
    end = await page.get_by_role("button", name="Move item 2").bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 8, start["y"] + 8)
    await page.mouse.down()
    async with page.expect_response(lambda answer: answer.url.endswith("/reorder")) as sent:
        await page.mouse.move(end["x"] + 8, end["y"] + 8, steps=8)
        await page.mouse.up()
    assert (await sent.value).status == 200
    assert [item[0] for item in await _titles(api)] == ["5", "2", "3", "4", "1"]


async def test_a_deleted_item_comes_back_where_it_was(api: Api, person: NewPerson) -> None:
    items = [{"item_number": str(n), "title": f"Piece {n}", "quantity": n} for n in range(1, 4)]
    show, bea = await api.make_show("Sale", items), await person()
    await api.say(("Ann", "sold 3"))
    page = await _open(bea, show)
    await expect(page.get_by_role("button", name="Delete item 3")).to_be_disabled()
    await page.get_by_role("button", name="Delete item 2").click()
    await expect(page.locator("#rows .cell-number")).to_have_text(["1", "3"])
    async with page.expect_response(lambda answer: answer.url.endswith("/reorder")):
        await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("#rows .cell-number")).to_have_text(["1", "2", "3"])
    assert await _titles(api) == [("1", "Piece 1", 1, None), ("2", "Piece 2", 2, None), ("3", "Piece 3", 3, None)]


async def test_a_draft_is_duplicated_and_deleted_from_the_list(api: Api, person: NewPerson) -> None:
    await api.make_show("Sale", [{"item_number": "1", "title": "Dress", "quantity": 2}], active=False)
    bea = await person()
    await bea.sign_in("/shows")
    await bea.page.locator(".row-menu summary").click()
    await bea.page.get_by_role("button", name="Duplicate").click()
    await expect(bea.page.locator("#rows tr")).to_have_count(1)
    await expect(bea.page.locator(".toast")).to_contain_text("A copy was made")
    await bea.page.goto(f"{bea.origin}/shows")
    await expect(bea.page.locator(".show-row")).to_have_count(2)
    await bea.page.locator(".row-menu summary").first.click()
    await bea.page.get_by_role("button", name="Delete").first.click()
    await bea.page.get_by_role("button", name="Delete the draft").click()
    await expect(bea.page.locator(".show-row")).to_have_count(1)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)])
async def test_no_violation_and_nothing_wider_than_the_screen(
    api: Api, person: NewPerson, scheme: Scheme, width: int
) -> None:
    bea = await person(scheme=scheme, width=width)
    await bea.sign_in("/")
    assert await bea.violations() == []
    items = [{"item_number": f"A{n}", "title": f"Piece {n} " * 6, "quantity": 1, "price": "10"} for n in range(5)]
    show = await api.make_show("A title that is rather long and goes on", items)
    await api.say(("Ann", "sold A1"), ("Ben", "sold A99"), ("Cat", "is A1 sold?"))
    for path in ("/", "/shows", f"/shows/{show}/setup", "/workspaces", "/nothing-here"):
        await bea.page.goto(bea.origin + path)
        await bea.page.locator("h1").wait_for()
        assert await bea.violations() == [], path
        assert await bea.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_the_frame_by_keyboard(api: Api, person: NewPerson) -> None:
    bea = await person()
    await bea.sign_in("/shows")
    await bea.page.keyboard.press("Tab")
    await expect(bea.page.get_by_role("link", name="Skip to the page")).to_be_focused()
    await bea.page.keyboard.press("Enter")
    await expect(bea.page.locator("#main")).to_be_focused()
    await bea.page.locator(".switcher summary").focus()
    await bea.page.keyboard.press("Enter")
    await expect(bea.page.get_by_role("link", name="New workspace")).to_be_visible()
    # what an open menu covers can't be hit, whatever its size
    assert [found for found in await bea.violations() if not found.startswith("target-size")] == []
    await bea.page.keyboard.press("Escape")
    await expect(bea.page.locator(".switcher summary")).to_be_focused()
    await expect(bea.page.get_by_role("link", name="New workspace")).to_be_hidden()


async def test_the_dashboard_follows_a_show(api: Api, person: NewPerson) -> None:
    await api.make_show("Sale", [{"item_number": "1", "title": "Dress", "quantity": 9}])
    bea = await person()
    await bea.sign_in("/")
    await expect(bea.page.locator(".live-figures dd").first).to_have_text("0 / 9")
    await api.say(("Ann", "sold 1"), ("Ben", "sold 1"))
    await expect(bea.page.locator(".live-figures dd").first).to_have_text("2 / 9", timeout=15000)
    await bea.page.get_by_role("link", name="Open console").click()
    await bea.is_live()
