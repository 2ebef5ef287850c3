"""The review lane: what no rule may decide is decided here, in the order in which it was written."""

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api
from .test_operator import claims_of

SIZES = [{"item_number": "201", "variant": size, "title": "Shirt", "quantity": 1} for size in ("S", "M")]


async def test_decisions_by_keyboard_keep_the_order_of_the_comments(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", SIZES)
    await api.say(("Uma", "sold 201"), ("Vic", "sold 201"), ("Wes", "sold 201 M"), ("Xan", "sold 201 M"))
    bea = await person()
    await bea.open_console(show)
    page, looks = bea.page, bea.page.locator(".look")
    await page.keyboard.press("4")
    await expect(looks).to_have_count(2)
    await expect(looks.nth(0)).to_be_focused()
    await expect(looks.nth(0)).to_contain_text("sold 201")
    await expect(looks.nth(0)).to_contain_text("does not say which variant")
    await expect(looks.nth(0)).to_contain_text("word, then number")
    assert await bea.violations() == []
    await page.keyboard.press("a")
    await expect(looks.nth(0).get_by_role("combobox")).to_be_focused()
    await looks.nth(0).get_by_role("combobox").select_option(label="201 · M – Shirt (0 left)")
    await looks.nth(0).focus()
    await page.keyboard.press("j")
    await expect(looks.nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("a")
    await expect(looks).to_have_count(1)
    await expect(looks.nth(0)).to_be_focused()
    await page.keyboard.press("d")
    await expect(looks).to_have_count(0)
    found = await claims_of(api)
    assert found["Uma"] == ("waitlist", 1), "the comment of Uma came before that of Xan"
    assert (found["Xan"], found["Vic"][0]) == (("waitlist", 2), "declined")
    await expect(page.locator("#panel-review .empty")).to_contain_text("Nothing to decide")


async def test_numbers_without_an_item_and_questions(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", [{"item_number": "102", "title": "Denim jacket", "quantity": 1}])
    await api.say(
        *[("Zoe", "sold 205"), ("Yan", "sold 205"), ("Uma", "is 102 sold?"), ("Tim", "sold 102?")],
        *[(None, "sold 102"), ("Vic", "nice")],
    )
    bea = await person()
    await bea.open_console(show)
    page = bea.page
    await page.get_by_role("button", name="Review 1").click()
    missing = page.locator(".look").filter(has_text="2 claims")
    await expect(missing).to_contain_text("Zoe")
    await missing.get_by_role("button", name="Create item").click()
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("Number")).to_have_value("205")
    await form.get_by_label("Title").fill("Straw hat")
    await form.get_by_role("button", name="Add item").click()
    await expect(missing).to_have_count(0)
    assert (await claims_of(api))["Zoe"] == ("winner", None)
    assert (await claims_of(api))["Yan"] == ("waitlist", 1)
    unclear = page.locator(".look")
    await expect(unclear.filter(has_text="Uma")).to_contain_text("reads like a question")
    await expect(unclear.filter(has_text="Hidden author")).to_contain_text("author is hidden")
    await unclear.filter(has_text="Uma").get_by_role("button", name="Give item").click()
    await expect(form.get_by_label("Item").locator("option").first).to_contain_text("102 – Denim jacket")
    await form.get_by_role("button", name="Give the item").click()
    await expect(form).to_have_count(0)
    assert (await claims_of(api))["Uma"] == ("winner", None)
    await unclear.filter(has_text="Hidden author").get_by_role("button", name="Give item").click()
    await form.get_by_label("Name of the buyer").fill("Tita Baby")
    await form.get_by_role("button", name="Give the item").click()
    await expect(form.get_by_role("alert")).to_contain_text("Only 0 of item 102 left")
    await form.get_by_role("button", name="Cancel").click()
    await unclear.filter(has_text="Hidden author").get_by_role("button", name="Put aside").click()
    await expect(unclear.filter(has_text="Hidden author")).to_have_count(0)
    await page.reload()
    await bea.is_live()
    await page.keyboard.press("4")
    await expect(unclear.filter(has_text="Tim")).to_have_count(1)
    await expect(unclear.filter(has_text="Hidden author")).to_have_count(0)


async def test_a_comment_shows_what_was_made_of_it(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", [{"item_number": "12", "title": "Dress", "quantity": 5}])
    bea = await person()
    await bea.open_console(show)
    await api.say(("Ana", "1 sold 12"), ("Ben", "2 sold 12"), ("Cleo", "1 sold 12"))
    marks = bea.page.locator(".comment .comment-mark")
    await expect(marks).to_have_text(["look", "look", "look"])
    ids = {claim["handle"]: claim["claim_id"] for claim in (await api.snapshot())["claims"]}
    await api.show("POST", f"/claims/{ids['Ana']}/accept", {})
    await api.show("POST", f"/claims/{ids['Ben']}/decline", {})
    await expect(marks).to_have_text(["look", "declined", "claim"])
    await bea.page.reload()
    await bea.is_live()
    await expect(marks).to_have_text(["look", "declined", "claim"])
