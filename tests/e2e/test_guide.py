"""From nothing to the claims as a file: registration, the guide, a practice run, the end."""

import csv
import io
import re

import pytest
from playwright.async_api import expect

from .browser import Scheme
from .conftest import NewPerson
from .server import PASSWORD, LiveServer


async def test_from_registration_to_the_claims_as_a_file(server: LiveServer, person: NewPerson) -> None:
    ana = await person()
    page = ana.page
    await page.goto(f"{ana.origin}/register")
    await page.get_by_label("E-mail address").fill("ana@example.com")
    await page.get_by_label("Your name").fill("Ana")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.locator("main form button, form button.primary").first.click()
    await page.wait_for_url(f"{ana.origin}/start")
    assert await ana.violations() == []
    await page.get_by_role("button", name="Make the show").click()
    await page.get_by_role("button", name="Use sample items").click()
    await expect(page.locator("#step-items")).to_contain_text("10 items")
    await page.get_by_role("button", name="Start the practice run").click()
    await page.wait_for_url(re.compile(r"/shows/[0-9a-f-]+/console"))
    await ana.is_live()
    await expect(page.locator(".claim").first).to_be_visible(timeout=30_000)
    await page.goto(f"{ana.origin}/start")
    await expect(page.locator("#step-claims")).to_have_attribute("aria-current", "step")
    assert await ana.violations() == []
    await page.get_by_role("button", name="End the show").click()
    await expect(page.locator("#step-results")).to_have_attribute("aria-current", "step")
    assert await ana.violations() == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download the claims").click()
    found = await download.value
    assert re.fullmatch(r"My first show \d{4}-\d\d-\d\d claims\.csv", found.suggested_filename)
    content = (await found.path()).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert rows[0][:3] == ["timestamp", "item_number", "item_title"] and len(rows) > 1
    await page.get_by_role("link", name="See the summary").click()
    await page.wait_for_url(re.compile(r"/summary$"))
    await page.goto(f"{ana.origin}/start")
    await expect(page.locator('[aria-current="step"]')).to_have_count(0)
    assert await ana.violations() == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1600, "light")])
async def test_the_guide_fits_every_screen(server: LiveServer, person: NewPerson, width: int, scheme: Scheme) -> None:
    ana = await person(width=width, height=800, scheme=scheme)
    page = ana.page
    await page.goto(f"{ana.origin}/register")
    await page.get_by_label("E-mail address").fill("ana@example.com")
    await page.get_by_label("Your name").fill("Ana")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.locator("main form button, form button.primary").first.click()
    await page.wait_for_url(f"{ana.origin}/start")
    for name in ("Make the show", "Use sample items"):
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert await ana.violations() == []
        await page.get_by_role("button", name=name).click()
    await page.get_by_role("button", name="I know my way around").click()
    await page.wait_for_url(f"{ana.origin}/")
    await expect(page.get_by_role("status")).to_contain_text("put away")
