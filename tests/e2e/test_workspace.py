"""Settings, plugins, audit log and rule tester in a real browser."""

from __future__ import annotations

import re

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api, LiveServer

PATHS = ("/settings", "/plugins", "/plugins/keywords", "/audit", "/tester")
ITEM = {"item_number": "12", "title": "Scarf", "quantity": 5}


async def verdicts(api: Api) -> dict[str, str]:
    """What became of each comment so far."""
    found = await api.show("GET", "/comments")
    return {one["text"]: one["verdict"] for one in found["comments"]}


async def test_a_show_that_runs_obeys_a_word_saved_on_the_settings_page(api: Api, person: NewPerson) -> None:
    await api.make_show("Now", [ITEM])
    await api.say(("ana", "zap 12"))
    bea = await person()
    await bea.sign_in("/settings")
    await bea.page.get_by_label("Words that claim").fill("sold\nzap")
    await expect(bea.page.locator("#results .try-row").first).to_be_visible()
    await bea.page.get_by_role("button", name="Save settings").click()
    await expect(bea.page.get_by_text("Saved.")).to_be_visible()
    await api.say(("ben", "zap 12!"))
    assert await verdicts(api) == {"zap 12": "ignored", "zap 12!": "claim"}
    await bea.page.goto(f"{bea.origin}/audit")
    row = bea.page.locator(".audit tr", has_text="changed the settings")
    await expect(row.locator("ins")).to_have_text("sold, zap")


async def test_the_tester_answers_while_somebody_types(api: Api, person: NewPerson) -> None:
    show_id = await api.make_show("Now", [ITEM])
    bea = await person()
    await bea.sign_in(f"/tester?show_id={show_id}")
    page = bea.page
    box, rows = page.get_by_label("One comment on each line"), page.locator("#results .try-row")
    await box.fill("sold 12")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("Scarf")
    await expect(rows.first).to_contain_text("5 of 5 left")
    await box.press_sequentially("\nso pretty")
    await expect(rows).to_have_count(2)
    await page.get_by_label("Words that claim").fill("dibs")
    await expect(rows.first.locator(".try-verdict")).to_have_text("No claim")
    await page.get_by_role("button", name="Save for this show").click()
    await expect(page.get_by_text("Saved for the show.")).to_be_visible()
    await expect(page.get_by_text("This show only")).to_be_visible()
    await expect(rows.first.locator(".try-verdict")).to_have_text("No claim")
    assert await verdicts(api) == {}
    await page.get_by_text("Examples to add").click()
    await page.get_by_role("button", name="Filipino").click()
    await expect(rows).not_to_have_count(2)


async def test_a_plugin_that_is_switched_off_takes_its_routes_along(
    api: Api, person: NewPerson, server: LiveServer
) -> None:
    show_id = await api.make_show("Now", [ITEM])
    bea = await person()
    await bea.sign_in("/plugins")
    export = f"{bea.origin}/api/shows/{show_id}/export?type=claims&format=csv"
    assert (await bea.page.request.get(export)).status == 200
    card = bea.page.locator("#plugin-export")
    await card.get_by_role("button", name="Switch off").click()
    await bea.page.locator("dialog[open]").get_by_role("button", name="Switch off").click()
    await expect(card.locator(".card-head .badge")).to_have_text("Off")
    assert (await bea.page.request.get(export)).status == 404
    await card.get_by_role("button", name=re.compile("Switch on")).click()
    await expect(card.locator(".card-head .badge")).to_have_text("On")
    assert (await bea.page.request.get(export)).status == 200


async def test_the_pages_can_be_used_by_everybody_at_every_width(api: Api, person: NewPerson) -> None:
    show_id = await api.make_show("Now", [ITEM])
    for how in ({"width": 360, "height": 800}, {"width": 1600, "scheme": "dark"}):
        bea = await person(**how)
        await bea.sign_in("/settings")
        for path in (*PATHS, f"/tester?show_id={show_id}"):
            await bea.page.goto(bea.origin + path)
            await bea.page.wait_for_load_state("networkidle")
            assert await bea.violations() == [], path
            wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await bea.page.evaluate(wider) == 0, path
