"""A sale on Facebook and Instagram in a real browser, with the real adapters: from the consent dialog to the first
claims, to access that ends in mid-show, and on from where it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from dibs.clock import monotonic
from dibs.replay.setup import DEMO, ensure_owner
from dibs.streams.parts import Pace
from dibs_meta_simulator.model.tokens import Death

from ..faults.platforms.hall import Hall, open_hall
from .browser import Person

ITEMS = [
    {"item_number": "12", "title": "Linen wrap dress", "quantity": 2},
    {"item_number": "13", "title": "Silk scarf", "quantity": 1},
]


@pytest.fixture
async def hall(database_url: str, tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(database_url, tmp_path, Pace()) as made:
        yield made


async def sit_down(browser: Browser, hall: Hall) -> Person:
    """Whoever sells, signed in."""
    runtime = hall.app.runtime
    person = await Person.new(browser, runtime.settings.origin)
    user_id, _ = await ensure_owner(runtime, *DEMO)
    token = await runtime.accounts.open_session(user_id)
    await person.context.add_cookies([{"name": "dibs_session", "value": token, "url": person.origin}])
    return person


async def consent(page: Page, hall: Hall) -> None:
    """At the platform: agree to everything."""
    await page.wait_for_url(f"{hall.meta.address}/**")
    await page.get_by_role("button", name="Continue as Marta Lima").click()


async def connect(seller: Person, hall: Hall) -> None:
    page = seller.page
    await page.goto(f"{seller.origin}/connections")
    assert await seller.violations() == []
    await page.get_by_role("link", name="Connect Facebook").first.click()
    await consent(page, hall)
    await expect(page.locator("main")).to_contain_text("Which accounts?")
    assert await seller.violations() == []
    await page.get_by_role("button", name="Connect these").click()
    await page.goto(f"{seller.origin}/connections")
    for name in ("Loja Demo", "loja_demo"):
        await expect(page.locator(".conn-list")).to_contain_text(name)
    assert await seller.violations() == []


async def detect(seller: Person, hall: Hall) -> None:
    """Both broadcasts run; the show is told to listen to them."""
    lives, seed, page = hall.meta.world.lives, hall.meta.seed, seller.page
    hall.lives = {"facebook": lives.start(seed.page.id).id, "instagram": lives.start_instagram(seed.account.id).id}
    made = await hall.seller.browser.call("POST", "/api/shows", {"title": "Friday finds"})
    hall.show_id = made["id"]
    await hall.call("POST", "/items", {"items": ITEMS})
    await page.goto(f"{seller.origin}/shows/{hall.show_id}/setup")
    for name, live in (("Loja Demo", "Bazar de sexta"), ("loja_demo", "@loja_demo")):
        account = page.get_by_label("Account", exact=True)
        label = await account.locator("option", has_text=name).first.text_content()
        await account.select_option(label=label)
        await page.get_by_role("button", name="See what runs now").click()
        await page.locator(".stream-lives").get_by_role("button").first.click()
        await expect(page.locator(".streams-list")).to_contain_text(live)
    await expect(page.locator(".stream-row")).to_have_count(2)
    assert await seller.violations() == []


async def activate(seller: Person, hall: Hall) -> None:
    page = seller.page
    await page.goto(f"{seller.origin}/shows/{hall.show_id}/console")
    await seller.is_live()
    await page.get_by_role("button", name="Start show").click()
    await page.get_by_role("dialog").get_by_role("button", name="Start show").click()
    await expect(page.locator(".stream[data-state=listening]")).to_have_count(2, timeout=20_000)


def say(hall: Hall, **texts: str) -> None:
    for platform, text in texts.items():
        hall.meta.world.lives.comment(hall.lives[platform], f"Viewer of {platform}", text)


async def test_a_sale_from_the_consent_to_a_dead_access_and_back(browser: Browser, hall: Hall) -> None:
    seller = await sit_down(browser, hall)
    page = seller.page
    await connect(seller, hall)
    await detect(seller, hall)
    await activate(seller, hall)
    say(hall, facebook="sold 12", instagram="12 sold")
    await expect(page.locator("#claims-title")).to_contain_text("2", timeout=15_000)
    await expect(page.locator(".comment-text")).to_have_count(2)
    hall.meta.world.faults.set("webhook_lost")
    hall.meta.world.tokens.kill(hall.meta.seed.user.id, Death.PASSWORD)
    began = monotonic()
    banners = page.locator(".banners [data-stream]")
    await expect(banners).to_have_count(2, timeout=10_000)
    print(f"both banners after {monotonic() - began:.1f} s")
    await expect(banners.first).to_contain_text("connect the account again")
    assert await seller.violations() == []
    say(hall, facebook="sold 13", instagram="still here?")
    await banners.first.get_by_role("link", name="Reconnect").click()
    await consent(page, hall)
    await page.wait_for_url(f"{seller.origin}/shows/{hall.show_id}/console**")  # Facebook adds a fragment
    await seller.is_live()
    await expect(banners).to_have_count(0, timeout=20_000)
    for text in ("sold 13", "still here?"):
        await expect(page.locator(".comment-text", has_text=text)).to_have_count(1, timeout=20_000)
    await expect(page.locator("#claims-title")).to_contain_text("3")
    await expect(page.locator(".stream[data-state=listening]")).to_have_count(2)
    assert seller.trouble == []
