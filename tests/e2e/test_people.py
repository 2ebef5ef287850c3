"""Buyers and the summary in a browser: a text for each buyer, a merge that is looked at first, figures that follow."""

import json
from typing import Any

import pytest
from playwright.async_api import expect

from .browser import Scheme
from .conftest import NewPerson
from .server import Api

ITEMS: list[dict[str, Any]] = [
    {"item_number": "12", "title": "Dress", "quantity": 2, "price": "12.50"},
    {"item_number": "A1", "title": "Mug", "quantity": 3},
]


async def a_show(api: Api) -> str:
    show = await api.make_show("Friday", ITEMS)
    await api.say(("Ann", "sold 12"), ("Bob", "sold A1"), ("Ann Second", "sold A1"), ("Eve", "hello"))
    return show


async def test_two_names_of_one_person_are_merged_after_a_look_and_the_toast_takes_it_back(
    api: Api, person: NewPerson
) -> None:
    await a_show(api)
    bea = await person()
    await bea.sign_in("/buyers")
    await bea.page.get_by_label("Search").fill("second")
    await bea.page.keyboard.press("Enter")
    await bea.page.get_by_role("link", name="Ann Second").click()
    await bea.page.get_by_role("link", name="Merge with another").click()
    await bea.page.get_by_label("Search").fill("ann")
    await bea.page.keyboard.press("Enter")
    await bea.page.get_by_role("link", name="Look at a merge with Ann").click()
    await expect(bea.page.get_by_text("Together they have won 2 units.")).to_be_visible()
    assert await bea.violations() == []
    await bea.page.get_by_role("button", name="Merge", exact=True).click()
    await expect(bea.page.get_by_role("heading", level=1)).to_have_text("Ann")
    await expect(bea.page.get_by_role("button", name="Undo merge…")).to_be_visible()
    await bea.page.get_by_role("button", name="Undo", exact=True).click()
    await expect(bea.page.get_by_text("They are two buyers again.")).to_be_visible()


async def test_somebody_is_blocked_with_a_reason(api: Api, person: NewPerson) -> None:
    await a_show(api)
    bea = await person(width=390, height=800)
    await bea.sign_in("/buyers")
    await bea.page.get_by_role("link", name="Bob").click()
    await bea.page.get_by_role("button", name="Block…").click()
    await bea.page.get_by_label("Reason, for your team only").fill("did not pay")
    assert await bea.violations() == []
    await bea.page.get_by_role("button", name="Block", exact=True).click()
    await expect(bea.page.locator(".notice-bad")).to_contain_text("did not pay")
    await api.say(("Bob", "sold 12"))
    snapshot = await api.snapshot()
    assert [claim["reason"] for claim in snapshot["claims"] if claim["handle"] == "Bob"] == ["buyer_blocked", None]


async def test_each_buyer_gets_a_text_that_is_changed_remembered_and_copied(api: Api, person: NewPerson) -> None:
    show = await a_show(api)
    bea = await person()
    await bea.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await bea.sign_in(f"/shows/{show}/summary")
    rows = bea.page.locator(".person")
    await expect(rows).to_have_count(3)
    usual = "Hi Ann! Thank you for shopping with us. You have: 1 × 12 Dress. Total: $12.50"
    await expect(rows.first).to_contain_text(usual)
    await bea.page.get_by_text("Message text").click()
    await bea.page.get_by_label("What each buyer is told").fill("{handle}:\n{list}\n= {total}, {nonsense}")
    await bea.page.reload()
    await expect(rows.first.locator(".person-text")).to_have_text("Ann:\n- 1 × 12 Dress\n= $12.50, {nonsense}")
    await bea.page.get_by_label("Search among these buyers").fill("mug")
    await expect(rows).to_have_count(2)
    await bea.page.get_by_role("button", name="Copy all").click()
    await expect(bea.page.locator(".toast")).to_have_text("Copied.")
    copied = await bea.page.evaluate("navigator.clipboard.readText()")
    assert copied == "Ann Second:\n- 1 × A1 Mug\n= –, {nonsense}\n\nBob:\n- 1 × A1 Mug\n= –, {nonsense}"


async def test_the_figures_and_the_chart_follow_the_sale(api: Api, person: NewPerson) -> None:
    show = await a_show(api)
    bea = await person()
    await bea.sign_in(f"/shows/{show}/summary")
    await expect(bea.page.locator("#figures canvas")).to_be_visible()
    await expect(bea.page.locator(".figures-grid dd").first).to_have_text("3 of 5")
    await api.say(("Cleo", "sold 12"))
    await expect(bea.page.locator(".figures-grid dd").first).to_have_text("4 of 5", timeout=15_000)
    await expect(bea.page.locator("#figures canvas")).to_be_visible()
    chart = json.loads(await bea.page.locator("[data-chart]").get_attribute("data-chart") or "")
    assert sum(chart["comments"]) == 5
    await bea.page.get_by_role("button", name="Who got item 12").click()
    dialog = bea.page.get_by_role("dialog")
    await expect(dialog.get_by_text("Cleo")).to_be_visible()
    assert await bea.violations() == []
    await bea.page.keyboard.press("Escape")
    await api.say(("Dan", "sold A1"))
    await expect(bea.page.locator(".figures-grid dd").first).to_have_text("5 of 5", timeout=15_000)
    await expect(bea.page.get_by_role("button", name="Who got item 12")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_violation_on_the_pages_of_buyers_and_the_summary(api: Api, person: NewPerson, scheme: Scheme) -> None:
    show = await a_show(api)
    found = (await api.call("GET", "/api/buyers"))["buyers"]
    who = {buyer["handle"]: buyer["buyer_id"] for buyer in found}
    await api.call("PATCH", f"/api/buyers/{who['Ann']}", {"version": 1, "note": "Pays late", "tags": ["regular"]})
    await api.call("POST", f"/api/buyers/{who['Eve']}/block", {"reason": "spam"})
    await api.call("POST", f"/api/buyers/{who['Ann Second']}/merge", {"into": who["Ann"]})
    bea = await person(width=360 if scheme == "dark" else 1600, height=800, scheme=scheme)
    await bea.sign_in("/shows")
    paths = ["/buyers", "/buyers?q=zzz", f"/buyers/{who['Ann']}", f"/buyers/{who['Eve']}", f"/shows/{show}/summary"]
    shown = paths[2::2] if scheme == "dark" else [*paths, f"/buyers/{who['Bob']}/merge?q="]
    for path in shown:
        await bea.page.goto(bea.origin + path)
        await bea.page.wait_for_load_state("networkidle")
        assert (path, await bea.violations()) == (path, [])
        assert await bea.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_who_is_erased_leaves_the_console_that_is_open(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Friday", ITEMS)
    await api.say(("Kanarienvogel", "sold 12 kanarienwort"), ("Ann", "sold 12"))
    bea = await person()
    await bea.sign_in(f"/shows/{show}/console")
    await expect(bea.page.locator("body")).to_contain_text("kanarienwort")
    await expect(bea.page.locator("body")).to_contain_text("Kanarienvogel")
    admin = await person(width=390, height=800)
    await admin.sign_in("/buyers")
    await admin.page.get_by_role("link", name="Kanarienvogel").click()
    await admin.page.get_by_role("button", name="Erase…").click()
    assert await admin.violations() == []
    await admin.page.get_by_role("button", name="Erase for good").click()
    await expect(admin.page.get_by_role("heading", level=1)).to_have_text("Erased buyer")
    assert await admin.violations() == []
    await expect(bea.page.locator("body")).not_to_contain_text("kanarienwort")
    await expect(bea.page.locator("body")).not_to_contain_text("Kanarienvogel")
    await expect(bea.page.locator("body")).to_contain_text("Hidden author")
    await expect(bea.page.locator("body")).to_contain_text("Ann")
