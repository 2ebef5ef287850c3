"""A private session in browsers: the desk, the pick list, the customer's phone, up to the order."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import expect

from .browser import Person
from .conftest import NewPerson
from .live_shop import SESSIONS, Shop, add_by_keys, enter, here, line, milliseconds, picture
from .server import Api, LiveServer

PICTURES = Path(os.environ["DIBS_PICTURES"]) if "DIBS_PICTURES" in os.environ else None
SOON = 15_000
"""Milliseconds; on a machine that is busy with other things."""


async def test_from_a_new_session_to_the_order(api: Api, person: NewPerson) -> None:
    shop = await Shop.open(api)
    bea, wes, anna = await person(), await person(width=1280, height=800), await person(width=390, height=844)
    await wes.sign_in("/pick-list")
    await expect(wes.page.get_by_role("heading", name="Nothing to fetch")).to_be_visible()
    await start_session(bea)
    session = bea.page.url.rsplit("/", 1)[1]
    await let_in(bea, anna)
    await fill(bea, wes, anna)
    await override(bea, anna)
    await negotiate(bea, anna)
    await order(bea, wes, anna)
    made = (await shop.read(session))["order_id"]
    await expect(bea.page.get_by_role("link", name="Open the order")).to_have_attribute("href", f"/orders/{made}")
    await bea.page.get_by_role("button", name="Stay here").click()
    for one in (bea, wes, anna):
        assert await one.violations() == []


async def start_session(bea: Person) -> None:
    """From the list of sessions, for a customer who is looked for."""
    page = bea.page
    await bea.sign_in("/live")
    assert await bea.violations() == []
    await page.get_by_role("button", name="New session").first.click()
    await page.get_by_label("Customer", exact=True).fill("anna")
    await page.get_by_role("button", name="Anna Lindqvist").click()
    await page.get_by_label("Title optional").fill("Autumn selection")
    assert await bea.violations() == []
    await page.get_by_role("button", name="Start session").click()
    await expect(page.get_by_role("heading", name="Anna Lindqvist")).to_be_visible(timeout=SOON)
    await bea.is_live()


async def let_in(bea: Person, anna: Person) -> None:
    """The host sends a way in; the customer takes it, and finds the room."""
    page, phone = bea.page, anna.page
    await page.get_by_role("button", name="Send access").click()
    await expect(page.get_by_alt_text("The link as a QR code")).to_be_visible()
    assert await bea.violations() == []
    await phone.goto(await page.locator(".access-link").inner_text())
    await page.get_by_role("button", name="Done").click()
    await phone.get_by_role("button", name="Come in").click()
    await enter(anna, await page.locator(".room-code").inner_text())
    await expect(page.locator(".desk-name")).to_contain_text("here now")


async def fill(bea: Person, wes: Person, anna: Person) -> None:
    """Both fill the cart, and the warehouse fetches."""
    page, picks, phone = bea.page, wes.page, anna.page
    await add_by_keys(page, "silk", "2")
    await expect(phone.locator("#total")).to_have_text("$72.00")
    await phone.locator(".portal-tabs").get_by_role("button", name="On offer").click()
    await phone.get_by_role("button", name="Put Linen dress into the cart").click()
    await phone.get_by_role("button", name="Ask for a sample of Cashmere wool").click()
    await phone.locator(".portal-tabs").get_by_role("button", name="Cart").click()
    await expect(line(page, "Linen dress")).to_contain_text("Added by Anna Lindqvist")
    await expect(page.locator("#desk-total")).to_have_text("$137.00")
    await expect(page.locator(".group-sample_request .line")).to_contain_text("Cashmere wool")
    await expect(line(page, "Linen dress")).to_contain_text("L1")
    await expect(picks.locator(".pick").first).to_contain_text("Cashmere wool")
    await expect(picks.locator(".pick")).to_have_count(3)
    assert await wes.violations() == []
    await picture(wes, PICTURES, "pick-list")
    await picks.locator(".pick").first.get_by_role("checkbox").click()
    await expect(line(page, "Cashmere wool")).to_contain_text("Fetched")


async def override(bea: Person, anna: Person) -> None:
    """A price of this session: what looks like a slip is asked about, the customer sees the new one."""
    page = bea.page
    await page.get_by_role("button", name="Price of Silk scarf: $36.00").click()
    price = page.get_by_label("Price of one, in this session")
    await price.fill("3,00")
    await expect(page.get_by_text("below the cost of $18.00")).to_be_visible()
    await page.get_by_role("button", name="Set price").click()
    await expect(page.get_by_text("Are you sure?")).to_be_visible(timeout=SOON)
    assert await bea.violations() == []
    await price.fill("30")
    await page.get_by_label("Reason").fill("first visit")
    await page.get_by_role("button", name="Set price").click()
    await expect(line(page, "Silk scarf")).to_contain_text("Price of this session")
    await expect(anna.page.locator("#total")).to_have_text("$125.00")


async def negotiate(bea: Person, anna: Person) -> None:
    """The customer proposes, the host counters, the customer agrees."""
    page, phone = bea.page, anna.page
    await (
        phone.locator("article, li")
        .filter(has_text="Linen dress")
        .get_by_role("button", name="Propose a price")
        .first.click()
    )
    await phone.get_by_role("dialog").get_by_label("Price of one").fill("50")
    await phone.get_by_role("dialog").get_by_role("button", name="Propose").click()
    asked = page.locator(".proposal-waits")
    await expect(asked).to_contain_text("Anna Lindqvist proposes 1 at $50.00")
    assert await bea.violations() == []
    await picture(bea, PICTURES, "live-desk")
    await asked.get_by_role("button", name="Counter").click()
    await asked.get_by_label("Price of one").fill("55")
    await asked.get_by_label("Message").fill("because it is you")
    await asked.get_by_role("button", name="Send proposal").click()
    await expect(phone.get_by_text("because it is you")).to_be_visible()
    await picture(anna, PICTURES, "live-phone")
    await phone.get_by_role("button", name="Accept").click()
    await expect(line(page, "Linen dress")).to_contain_text("Agreed")
    await expect(page.locator("#desk-total")).to_have_text("$115.00")


async def order(bea: Person, wes: Person, anna: Person) -> None:
    """The customer is ready, the host makes the order, everybody sees it."""
    page, phone = bea.page, anna.page
    await phone.get_by_role("button", name="Confirm the cart").click()
    banner = page.locator(".banner-checkout")
    await expect(banner).to_contain_text("Anna Lindqvist is ready to buy.")
    assert await bea.violations() == []
    await banner.get_by_role("button", name="Make order").click()
    await expect(page.get_by_role("dialog")).to_contain_text("$115.00")
    assert await bea.violations() == []
    await page.get_by_role("button", name="Make order for $115.00").click()
    await expect(page.get_by_role("heading", name="Order 1 was made")).to_be_visible(timeout=SOON)
    await expect(phone.get_by_text("Ordered: number 1")).to_be_visible()
    await expect(phone.get_by_label("Your order")).to_contain_text("Linen dress")
    await expect(phone.locator("#connection, .portal-now, .portal-acts")).to_have_count(0)
    await expect(page.locator(".banner-checkout a")).to_have_text("Go to order 1")
    await expect(page.locator(".room")).to_have_count(0)
    await expect(wes.page.locator(".pick:not(.pick-done)")).to_have_count(2)


async def test_refusals_say_what_is_left_and_what_to_do(api: Api, person: NewPerson) -> None:
    shop = await Shop.open(api, limit="100.00")
    session = await shop.session()
    bea = await person()
    page = bea.page
    await bea.sign_in(f"/live/{session}")
    await bea.is_live()
    await page.keyboard.press("/")
    await page.keyboard.type("hat")
    await expect(page.locator(".offer")).to_have_count(1)
    await page.get_by_label("How many").fill("4")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Add the 3 that are left").click()
    await expect(line(page, "Straw hat")).to_contain_text("That was the last")
    await page.get_by_role("button", name="One more of Straw hat").click()
    await expect(line(page, "Straw hat").get_by_role("alert")).to_be_visible()
    await expect(line(page, "Straw hat").get_by_label("Quantity", exact=True)).to_have_value("3")
    assert await bea.violations() == []
    await page.get_by_role("button", name="Remove Straw hat").click()
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(line(page, "Straw hat")).to_be_visible()
    await page.get_by_label("Notes, never shown to the customer").fill("Likes blue.")
    await expect(page.locator(".desk-side")).to_contain_text("Saved")
    assert (await shop.read(session))["notes"] == "Likes blue."
    await over_the_limit(bea)
    await page.locator(".desk-more summary").click()
    await page.get_by_role("button", name="End session").click()
    await page.get_by_label("Reason").fill("called away")
    await page.get_by_role("dialog").get_by_role("button", name="End session").click()
    await expect(page.get_by_role("button", name="Make order late")).to_be_visible()
    await page.get_by_role("button", name="Open again").click()
    await page.wait_for_url(lambda url: session not in url)
    await bea.is_live()
    await expect(line(page, "Straw hat")).to_be_visible()


async def over_the_limit(bea: Person) -> None:
    """More than the customer may owe: refused, or taken with a reason."""
    page = bea.page
    await add_by_keys(page, "linen", "2", intent="Interested")
    choice = page.get_by_label("What Linen dress is for")
    await choice.select_option("to_purchase")
    await expect(page.get_by_role("heading", name="Over the credit limit")).to_be_visible()
    assert await bea.violations() == []
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".toast.bad")).to_be_visible()
    await expect(choice).to_have_value("interested")
    await choice.select_option("to_purchase")
    await page.get_by_label("Reason").fill("pays tomorrow")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(".group-to_purchase")).to_contain_text("Linen dress")
    await expect(page.locator(".credit")).to_contain_text("Over the limit")
    assert await bea.violations() == []


async def test_a_price_reaches_every_page_at_once(api: Api, person: NewPerson) -> None:
    shop = await Shop.open(api)
    session = await shop.session()
    await shop.add(session, "Silk scarf")
    bea, anna = await person(), await person(width=390, height=844)
    await bea.sign_in(f"/live/{session}")
    await shop.bring(anna, session)
    await bea.is_live()
    taken = []
    for price in ("31.00", "29.50", "28.00"):
        totals = (bea.page.locator("#desk-total"), anna.page.locator("#total"))
        seen = [total.filter(has_text=price).wait_for(timeout=SOON) for total in totals]
        taken += await milliseconds(lambda price=price: shop.override(session, "Silk scarf", price), seen)  # type: ignore[misc]
    print(f"a price was seen after {min(taken):.0f}-{max(taken):.0f} ms on the desk and on the phone")
    assert max(taken) < SOON


async def test_both_pages_come_back_by_themselves_after_a_kill(api: Api, server: LiveServer, person: NewPerson) -> None:
    shop = await Shop.open(api)
    session = await shop.session()
    await shop.add(session, "Silk scarf", "2")
    bea, wes, anna = await person(), await person(width=390, height=844), await person(width=390, height=844)
    await bea.sign_in(f"/live/{session}")
    await wes.sign_in("/pick-list")
    await shop.bring(anna, session)
    await bea.is_live()
    await server.kill()
    for one in (bea, wes, anna):
        await expect(one.page.locator("#connection")).to_have_text("Connection lost", timeout=SOON)
    assert await bea.violations() == [] and await wes.violations() == []
    await expect(line(bea.page, "Silk scarf")).to_be_visible()
    await server.start()
    await shop.add(session, "Cashmere wool", "3.5", intent="sample_request")
    await shop.override(session, "Silk scarf", "33.00")
    await bea.is_live(timeout=30)
    await wes.is_live(timeout=30)
    await here(anna, timeout=30_000)
    await expect(bea.page.locator("#desk-total")).to_have_text("$66.00")
    await expect(anna.page.locator("#total")).to_have_text("$66.00")
    await expect(line(bea.page, "Cashmere wool")).to_be_visible()
    await expect(wes.page.locator(".pick").first).to_contain_text("Cashmere wool")
    await api.call("POST", f"{SESSIONS}/{session}/pause", {})
    await expect(bea.page.locator(".desk-name")).to_contain_text("Paused")
    await expect(anna.page.get_by_text("A short break")).to_be_visible()
