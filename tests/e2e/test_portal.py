"""The customers' portal on a phone: the way in, the cart live, negotiating, a server that dies, and the way out."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from .browser import Person
from .conftest import NewPerson
from .server import Api, LiveServer


async def stocked(api: Api) -> dict[str, Any]:
    """Two products, the first with its batch, and prices by a rule."""
    await api.call("PUT", "/api/pricing/margins", {"scope": "default", "margin": "50"})
    head = "Product\tCategory\tBatch\tUnit cost\tQuantity\tUnit"
    rows = "Silk dress\tDresses\tA1\t30\t3\tpc\nWool scarf\tScarves\tB1\t12\t9\tpc"
    await api.call("POST", "/api/products/import", {"text": f"{head}\n{rows}"})
    found: dict[str, Any] = (await api.call("GET", "/api/batches?q=a1"))["batches"][0]
    return found


async def let_in(bea: Person, customer_id: str) -> str:
    """Staff switch the portal on and make a way in: its link."""
    await bea.sign_in(f"/customers/{customer_id}")
    await bea.page.get_by_role("button", name="Switch the portal on").click()
    await bea.page.get_by_role("button", name="Make a way in").click()
    await expect(bea.page.get_by_alt_text("The link as a QR code")).to_be_visible()
    assert await bea.violations() == []
    return await bea.page.locator(".link-box code").inner_text()


async def come_in(anna: Person, link: str) -> None:
    """Open the link, twice, as a scanner of mails may have done before; the button uses it up."""
    await anna.page.goto(link)
    await anna.page.goto(link)
    assert await anna.violations() == []
    await anna.page.get_by_role("button", name="Come in").click()
    await anna.page.wait_for_url(f"{anna.origin}/portal")


async def enter(anna: Person, room_code: str) -> None:
    """Find the session by its room code, after another that is nobody's."""
    page = anna.page
    await page.get_by_label("Room code").fill("ABCDEFGHJKMN")
    await page.get_by_role("button", name="Enter").click()
    await expect(page.locator(".field-fault")).to_contain_text("There is no session with this room code")
    assert await anna.violations() == []
    await page.get_by_label("Room code").fill(room_code.lower())
    await page.get_by_role("button", name="Enter").click()
    await expect(page.locator("#connection")).to_have_text("Live")


async def choose(anna: Person) -> None:
    """Search what is on offer, put it into the cart, and take two."""
    page = anna.page
    await page.get_by_role("button", name="On offer").click()
    await page.get_by_placeholder("Search").fill("silk")
    await expect(page.locator(".portal-offer")).to_have_count(1)
    assert await anna.violations() == []
    await page.get_by_role("button", name="Put Silk dress into the cart").click()
    await page.get_by_label("Panels").get_by_role("button", name="Cart").click()
    await expect(page.locator("#total")).to_have_text("$60.00")
    await page.get_by_role("button", name="One more").click()
    await expect(page.locator("#total")).to_have_text("$120.00")


async def watch_the_host(anna: Person, api: Api, live: str, product_id: str) -> None:
    """A price that falls, something held up, a break: seen at once."""
    page, line = anna.page, (await api.call("GET", live))["session"]["lines"][0]
    await api.call("PUT", f"{live}/override", {"product_id": product_id, "price": "50.00"})
    await expect(page.locator(".portal-down")).to_contain_text("$60.00")
    await api.call("PATCH", f"{live}/lines/{line['line_id']}", {"highlighted": True})
    await expect(page.locator(".portal-now h3")).to_have_text("Silk dress")
    await api.call("POST", f"{live}/pause", {})
    await expect(page.get_by_text("A short break")).to_be_visible()
    await api.call("POST", f"{live}/resume", {})
    await expect(page.get_by_text("A short break")).to_have_count(0)


async def negotiate(anna: Person, api: Api, live: str) -> None:
    """To and fro, until both agree."""
    page = anna.page
    await page.get_by_role("button", name="Propose a price").click()
    await page.get_by_role("dialog").get_by_label("Price of one pc").fill("40")
    assert await anna.violations() == []
    await page.get_by_role("dialog").get_by_role("button", name="Propose").click()
    await expect(page.get_by_text("You propose 2 pc at $40.00")).to_be_visible()
    proposal = (await api.call("GET", live))["session"]["proposals"][0]["proposal_id"]
    counter = {"price": "45", "quantity": "2", "message": "because it is you"}
    await api.call("POST", f"{live}/proposals/{proposal}/counter", counter)
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator("#total")).to_have_text("$90.00")


async def survive(anna: Person, api: Api, live: str, server: LiveServer) -> None:
    """The server dies: the page says so, and comes back by itself with the right cart."""
    page = anna.page
    await server.kill()
    await expect(page.locator("#connection")).to_have_text("Connection lost", timeout=20000)
    await server.start()
    await expect(page.locator("#connection")).to_have_text("Live", timeout=30000)
    wool = (await api.call("GET", "/api/batches?q=b1"))["batches"][0]
    await api.call("POST", f"{live}/lines", {"batch_id": wool["batch_id"], "quantity": "1"})
    await expect(page.locator("#total")).to_have_text("$114.00")
    assert await anna.violations() == []
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


async def test_a_customer_shops_on_the_phone(api: Api, person: NewPerson, server: LiveServer) -> None:
    silk = await stocked(api)
    customer = await api.call("POST", "/api/customers", {"name": "Anna Lind"})
    anna = await person(width=390, height=844)
    await come_in(anna, await let_in(await person(), customer["customer_id"]))
    page = anna.page
    await expect(page.get_by_text("No session is open for you now")).to_be_visible()
    new = {"customer_id": customer["customer_id"], "title": "Spring for Anna", "start": True}
    session = await api.call("POST", "/api/live-sessions", new)
    live = f"/api/live-sessions/{session['session_id']}"
    await enter(anna, session["room_code"])
    await choose(anna)
    await watch_the_host(anna, api, live, silk["product_id"])
    await negotiate(anna, api, live)
    await survive(anna, api, live, server)
    await page.get_by_role("button", name="Confirm the cart").click()
    await expect(page.get_by_text("Your host was told and makes your order.")).to_be_visible()
    await api.call("POST", f"{live}/kick", {"reason": "We go on tomorrow"})
    await expect(page.get_by_role("heading", name="Your host has ended your visit")).to_be_visible()
    await expect(page.get_by_text("We go on tomorrow")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("We go on tomorrow")).to_be_visible()
    assert await anna.violations() == []
    await page.goto(f"{anna.origin}/shows")
    assert page.url.startswith(f"{anna.origin}/sign-in")
