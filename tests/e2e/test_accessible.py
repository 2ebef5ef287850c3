"""No violation of WCAG level A or AA that axe-core can find, and everything by keyboard."""

import pytest
from playwright.async_api import expect

from .browser import Person, Scheme
from .conftest import NewPerson
from .server import Api
from .test_live import ITEMS, sale


async def busy(api: Api, bea: Person) -> None:
    show = await api.make_show("Sale", ITEMS)
    await api.say(*sale(150, 4), (None, "sold 101"), ("Uma", "is 101 sold?"), ("Vic", "sold 888"))
    item = (await api.snapshot())["items"][2]["item_id"]
    await api.show("POST", "/pin", {"item_id": item})
    await bea.open_console(show)
    await expect(bea.page.locator(".claim").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_violation_on_any_page(api: Api, person: NewPerson, scheme: Scheme) -> None:
    bea = await person(scheme=scheme)
    await bea.page.goto(f"{bea.origin}/sign-in")
    assert await bea.violations() == []
    await bea.sign_in()
    assert await bea.violations() == []
    await busy(api, bea)
    assert await bea.violations() == []
    await bea.page.locator(".item").first.click()
    await expect(bea.page.get_by_role("heading", name="Winners")).to_be_visible()
    assert await bea.violations() == []
    await bea.page.keyboard.press("Escape")
    await bea.page.keyboard.press("4")
    await expect(bea.page.locator(".look", has_text="Uma")).to_be_visible()
    assert await bea.violations() == []
    await bea.page.locator(".look").get_by_role("button", name="Give item to Uma").click()
    assert await bea.violations() == []
    await bea.page.keyboard.press("Escape")
    await bea.context.set_offline(True)
    await expect(bea.page.locator("#connection")).to_have_text("Connection lost")
    assert await bea.violations() == []
    await bea.page.goto("about:blank")
    await bea.context.set_offline(False)
    await bea.page.goto(f"{bea.origin}/shows")
    assert await bea.violations() == []


async def test_no_violation_on_a_phone(api: Api, person: NewPerson) -> None:
    bea = await person(width=390, height=844)
    await busy(api, bea)
    for tab in ("Items", "Claims", "Comments", "Review"):
        await bea.page.locator(".tabs").get_by_role("button", name=tab).click()
        assert await bea.violations() == []


async def test_the_console_by_keyboard_alone(api: Api, person: NewPerson) -> None:
    bea = await person()
    await busy(api, bea)
    keys = bea.page.keyboard
    await keys.press("j")
    first = await bea.page.evaluate("document.activeElement.dataset.index")
    await keys.press("j")
    await keys.press("ArrowDown")
    assert int(await bea.page.evaluate("document.activeElement.dataset.index")) == int(first) - 2
    await keys.press("k")
    await keys.press("Enter")
    await expect(bea.page.locator("dialog.drawer")).to_be_visible()
    await keys.press("Escape")
    await bea.page.wait_for_function("index => document.activeElement.dataset.index === index", arg=str(int(first) - 1))
    await keys.press("3")
    await bea.page.wait_for_function("!!document.activeElement.closest('.panel-comments')")
    await keys.press("/")
    assert await bea.page.evaluate("document.activeElement.matches('.panel-comments .search')")
    await keys.type("uma")
    await expect(bea.page.locator(".comment")).to_have_count(1)
    await keys.press("Escape")
    await keys.press("Escape")
    await keys.press("1")
    await keys.press("?")
    await expect(bea.page.get_by_role("heading", name="Keyboard")).to_be_visible()


async def test_new_claims_are_announced_in_one_sentence(api: Api, person: NewPerson) -> None:
    bea = await person()
    await busy(api, bea)
    await bea.page.wait_for_timeout(1500)
    await api.say(("Wes", "sold 112"), ("Xan", "sold 112"), ("Yve", "sold 112"))
    await expect(bea.page.locator("#announcer")).to_have_text("3 new claims", timeout=12000)


async def test_a_comment_names_the_rule_that_matched(api: Api, person: NewPerson) -> None:
    bea = await person()
    show = await api.make_show("Sale", ITEMS)
    await api.say(("Wes", "sold 112"))
    await bea.open_console(show)
    row = bea.page.locator(".comment")
    assert await row.get_attribute("title") == "claim – matched by: word, then number"
    described = await row.get_attribute("aria-describedby")
    await expect(bea.page.locator(f"#{described}")).to_have_text("claim – matched by: word, then number")
    await row.focus()
    await expect(bea.page.locator(f"#{described}")).to_be_visible()
