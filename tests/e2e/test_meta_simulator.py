"""The simulator's pages: consent by clicking, and its controls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import Browser, expect

from dibs_meta_simulator.hosts import FACEBOOK, INSTAGRAM
from dibs_meta_simulator.serving import Running, running_simulator

from .browser import Person, Scheme


@pytest.fixture
async def meta() -> AsyncIterator[Running]:
    async with running_simulator() as running:
        yield running


@pytest.fixture
async def seller(browser: Browser, meta: Running, scheme: Scheme) -> AsyncIterator[Person]:
    person = await Person.new(browser, meta.address, scheme=scheme)
    yield person
    await person.context.close()
    assert person.trouble == []


def _dialog(meta: Running, host: str, client_id: str, scope: str) -> str:
    meta.seed.app.redirect_uris = [f"{meta.address}/_control/state"]  # somewhere to come back to
    params = {"client_id": client_id, "redirect_uri": meta.seed.app.redirect_uris[0], "scope": scope, "state": "s"}
    path = "/v25.0/dialog/oauth" if host == FACEBOOK else "/oauth/authorize"
    return f"{meta.hosts[host]}{path}?{urlencode(params)}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_seller_agrees_to_a_part(meta: Running, seller: Person) -> None:
    page, app = seller.page, meta.seed.app
    await page.goto(_dialog(meta, FACEBOOK, app.id, "pages_show_list,pages_messaging"))
    assert await seller.violations() == []
    await page.get_by_label("pages_messaging").uncheck()
    await page.get_by_label("Harbour & Thread").uncheck()
    await page.get_by_role("button", name="Continue as Marta Lima").click()
    await page.wait_for_url("**/_control/state?**")
    query = parse_qs(urlsplit(page.url).query)
    assert query["state"] == ["s"]
    grant = meta.world.codes[query["code"][0]].grant
    assert (grant.granted, grant.declined) == ({"pages_show_list"}, {"pages_messaging"})
    assert grant.pages == {meta.seed.page.id}
    await page.goto(_dialog(meta, INSTAGRAM, app.instagram_id, "instagram_business_basic"))
    assert await seller.violations() == []
    await page.get_by_role("button", name="Cancel").click()
    await page.wait_for_url("**/_control/state?**")
    assert parse_qs(urlsplit(page.url).query)["error"] == ["access_denied"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_controls(meta: Running, seller: Person) -> None:
    page = seller.page
    await page.goto(meta.address)
    await page.get_by_role("button", name="Facebook: Loja Demo").click()
    await expect(page.locator("#now")).to_contain_text("Facebook: Loja Demo, 0 comments")
    await page.get_by_label("Comments a second").fill("50")
    await page.get_by_role("button", name="Let them write").click()
    await expect(page.locator("#now")).not_to_contain_text("0 comments")
    await page.get_by_label("say").fill("sold 777")
    await page.get_by_role("button", name="Comment", exact=True).click()
    await page.get_by_role("button", name="webhook_late").click()
    await expect(page.get_by_role("button", name="webhook_late")).to_have_attribute("aria-pressed", "true")
    assert [fault.name for fault in meta.world.faults.listed()] == ["webhook_late"]
    assert await seller.violations() == []
    (live,) = meta.world.lives.on_air()
    assert "sold 777" in [comment.text for comment in live.thread.walk(newest_first=True)]
    await page.get_by_role("button", name="End", exact=True).click()
    await expect(page.locator("#now")).to_contain_text("Nothing is live.")
