"""Several people at one show: undo, notes on what the others do, blocked buyers, who may only look."""

import re

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api
from .test_operator import ITEMS, claims_of, drawer, open_item, start


async def test_an_action_is_taken_back_from_its_toast_and_by_key(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await open_item(bea)
    await drawer(bea).get_by_role("button", name="Release the claim of Ana").click()
    await drawer(bea).get_by_role("button", name="Yes, release the claim of Ana").click()
    said = bea.page.locator("#toasts .toast")
    await expect(said).to_contain_text("Released 101 of Ana.")
    assert (await claims_of(api))["Cleo"] == ("winner", None)
    await said.get_by_role("button", name="Undo").click()
    await expect(said).to_contain_text("Undone.")
    assert (await claims_of(api))["Ana"] == ("winner", None)
    assert (await claims_of(api))["Cleo"] == ("waitlist", 1)
    await bea.page.keyboard.press("Escape")
    await bea.page.keyboard.press("p")
    await expect(bea.page.locator(".on-now")).to_contain_text("Denim jacket")
    await bea.page.keyboard.press("u")
    await expect(bea.page.locator(".on-now")).to_have_count(0)
    await expect(said).to_contain_text("Undone.")
    await bea.page.keyboard.press("Control+z")
    await expect(said).to_have_class("toast bad")


async def test_an_undo_that_is_too_late_says_why(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await open_item(bea)
    await drawer(bea).get_by_role("button", name="Release the claim of Ana").click()
    await drawer(bea).get_by_role("button", name="Yes, release the claim of Ana").click()
    said = bea.page.locator("#toasts .toast")
    await expect(said.get_by_role("button", name="Undo")).to_be_visible()
    cleo = next(row for row in (await api.snapshot())["claims"] if row["handle"] == "Cleo")
    mai = await api.colleague("Mai", "operator")
    await mai.show("POST", f"/claims/{cleo['claim_id']}/release", {})
    await said.get_by_role("button", name="Undo").click()
    await expect(said).to_have_class("toast bad")
    assert (await claims_of(api))["Ana"][0] == "released"


async def test_a_note_tells_what_another_operator_does(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await api.colleague("Mai", "operator")
    mai = await person()
    await mai.open_console(api.show_id, "mai@example.com")
    await open_item(mai)
    await drawer(mai).get_by_role("button", name="Release the claim of Ben").click()
    await drawer(mai).get_by_role("button", name="Yes, release the claim of Ben").click()
    await expect(bea.page.locator(".note")).to_have_text("Mai released 101 of Ben")
    await expect(bea.page.locator(".claim.marked", has_text="Ben")).to_contain_text("Mai")
    await expect(bea.page.locator("#announcer")).to_contain_text("Mai released 101 of Ben", timeout=12000)
    assert await bea.violations() == []
    await expect(bea.page.locator("#toasts .toast")).to_have_count(0)
    await expect(mai.page.locator(".note")).to_have_count(0)
    await expect(bea.page.locator(".claim.marked")).to_have_count(0, timeout=15000)


async def block_many(api: Api) -> None:
    await api.say(*((f"A{n:03}", "hello") for n in range(201)))
    page = await api.call("GET", "/api/buyers?limit=200")
    buyers = page["buyers"] + (await api.call("GET", f"/api/buyers?limit=200&cursor={page['next']}"))["buyers"]
    for buyer in [one for one in buyers if re.fullmatch(r"A\d{3}", one["handle"])]:
        await api.call("POST", f"/api/buyers/{buyer['buyer_id']}/block", {"reason": "a test"})


async def test_a_blocked_buyer_is_marked_and_claims_no_more(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    page, menu = bea.page, bea.page.locator("dialog.sheet")
    await page.locator(".claim", has_text="Dan").get_by_role("button", name="Dan", exact=True).click()
    await expect(menu.get_by_role("link", name="Open buyer page")).to_be_visible()
    assert await bea.violations() == []
    await menu.get_by_role("button", name="Block…").click()
    await menu.get_by_label("Why may they not claim any more?").fill("never pays")
    await menu.get_by_role("button", name="Block from claiming").click()
    await expect(menu).to_contain_text("Blocked from claiming: never pays")
    await page.keyboard.press("Escape")
    await expect(page.locator(".comment.by-blocked")).to_have_count(1)
    await api.say(("Dan", "sold 102"))
    await expect(page.locator(".claim", has_text="Dan").first).to_contain_text("buyer is blocked from claiming")
    await block_many(api)  # more than a page of the API holds, and all of them before Dan
    await page.reload()
    await bea.is_live()
    await expect(page.locator(".comment.by-blocked", has_text="A200")).to_contain_text("blocked")
    await expect(page.locator(".claim", has_text="Dan").first.locator(".blocked-mark")).to_have_text("blocked")
    await page.locator(".claim", has_text="Dan").first.get_by_role("button", name="Dan", exact=True).click()
    await menu.get_by_role("button", name="Unblock").click()
    await expect(menu.get_by_role("button", name="Block…")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".by-blocked", has_text="Dan")).to_have_count(0)


async def test_who_may_only_look_finds_nothing_to_press(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    await api.say(("Ana", "sold 101"), ("Ben", "sold 999"), ("Cy", "is 101 sold?"))
    await api.colleague("Vera", "viewer")
    vera = await person()
    await vera.open_console(show, "vera@example.com")
    page = vera.page
    await page.keyboard.press("4")
    await expect(page.locator(".look")).to_have_count(2)
    for name in ("Pause", "Stop", "Add item", "Accept", "Decline", "Create item", "Give item", "Put aside"):
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    await page.keyboard.press("n")
    await page.keyboard.press("s")
    await page.keyboard.press("p")
    await expect(page.locator("dialog")).to_have_count(0)
    await open_item(vera)
    await expect(drawer(vera).get_by_role("button", name="Release the claim of Ana")).to_have_count(0)
    await expect(drawer(vera).get_by_label("Total quantity")).to_have_count(0)
    assert (await api.snapshot())["show"]["pinned_item_id"] is None
