"""Connecting an account in a real browser, losing it in mid-show, and connecting it again from the banner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from ..harbour.server import HarbourServer, harbour_server
from ..harbour.site import START, HarbourSite, harbour_site
from .browser import Person, Scheme


@pytest.fixture
async def platform() -> AsyncIterator[HarbourServer]:
    async with harbour_server() as made:
        yield made


@pytest.fixture
async def site(platform: HarbourServer, database_url: str, tmp_path: Path) -> AsyncIterator[HarbourSite]:
    async with harbour_site(platform, database_url, tmp_path) as made:
        yield made


async def somebody(browser: Browser, site: HarbourSite, **screen: object) -> Person:
    """Bea, signed in, in front of a screen of her own."""
    person = await Person.new(browser, site.app.runtime.settings.origin, **screen)  # type: ignore[arg-type]
    token = await site.app.runtime.accounts.open_session(site.user_id)
    await person.context.add_cookies([{"name": "dibs_session", "value": token, "url": person.origin}])
    return person


async def test_from_the_first_account_to_the_banner_in_a_show(browser: Browser, site: HarbourSite) -> None:
    bea = await somebody(browser, site)
    page = bea.page
    site.platform.accounts |= {"p2": "Private"}
    await page.goto(f"{bea.origin}/connections")
    await page.get_by_role("link", name="Connect Harbour").first.click()
    await page.get_by_label("Private").uncheck()
    await page.get_by_role("button", name="Connect these").click()
    await expect(page.locator(".rows")).to_contain_text("Anna's Closet")
    [one] = await site.connections.all_of(site.workspace_id)
    await site.show_with(one.id)
    await page.goto(f"{bea.origin}/buyers")
    await expect(page.locator("#broken")).to_be_empty()
    site.platform.kill("p1")
    await site.connections.checks.check(site.workspace_id, one.id)
    await expect(page.locator("#broken")).to_contain_text("Friday finds is live", timeout=10_000)
    assert await bea.violations() == []
    await page.locator("#broken").get_by_role("link", name="Reconnect").click()
    await page.wait_for_url(f"{bea.origin}/buyers")
    await expect(page.locator("#broken")).to_be_empty()
    await page.goto(f"{bea.origin}/connections")
    await page.get_by_role("button", name="Disconnect").click()
    await page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    await expect(page.locator(".badge")).to_have_text("Disconnected")
    assert bea.trouble == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1360), ("dark", 1360), ("light", 390)])
async def test_no_violation_on_the_pages_of_connections(
    browser: Browser, site: HarbourSite, scheme: Scheme, width: int
) -> None:
    bea = await somebody(browser, site, scheme=scheme, width=width)

    async def fine(path: str, words: str) -> None:
        await bea.page.goto(f"{bea.origin}{path}")
        await expect(bea.page.locator("main")).to_contain_text(words)
        assert await bea.violations() == []
        assert await bea.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    await fine("/connections", "No account is connected yet")
    for outcome in ("unknown", "expired", "foreign", "signed_out", "forbidden"):
        await fine(f"/connections/result?outcome={outcome}&platform=harbour", "onnect")
    site.platform.declined = ("comments",)
    await fine(START, "Not granted")
    site.platform.accounts = {"p2": "Bea's Bags", "p3": "Cid's Caps"}
    await fine(START, "Which accounts?")
    site.platform.consent = False
    await fine(START, "Nothing was connected")
    [one] = await site.connections.all_of(site.workspace_id)
    await site.show_with(one.id)
    site.platform.refused = "permission"
    await site.connections.checks.check(site.workspace_id, one.id)
    await fine("/connections", "The access has ended")
    assert bea.trouble == []
