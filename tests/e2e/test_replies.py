"""The page of a show's answers in a real browser: states, filters, sending by hand, the switch, the texts."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import expect

from .browser import Person, Scheme
from .conftest import NewPerson
from .server import Api, LiveServer

ITEMS = [
    {"item_number": "101", "title": "Linen dress", "quantity": 1, "price": "39.90"},
    {"item_number": "102", "title": "Silk scarf", "quantity": 9},
]


async def answered(api: Api, server: LiveServer) -> str:
    """A show with a message in each state that somebody has to look at."""
    await api.call("PUT", "/api/flags/replies", {"enabled": True})
    show = await api.make_show("Friday finds", ITEMS)
    await api.say(
        ("Uma", "sold 101"), ("Vic", "sold 101"), ("Wes", "sold 102"), ("Xen", "sold 102"), ("Yve", "sold 102")
    )
    connection = await asyncpg.connect(server.database_url)
    async with asyncio.timeout(20):
        while await connection.fetchval("SELECT count(*) FROM replies_messages") < 5:
            await asyncio.sleep(0.1)
    states = [("refused", "token"), ("unknown", "no_answer"), ("sent", None), ("unreachable", "used")]
    for number, (state, reason) in enumerate(states):
        await connection.execute(
            "UPDATE replies_messages SET state = $2, reason = $3, connection_id = show_id WHERE id = "
            "(SELECT id FROM replies_messages ORDER BY no OFFSET $1 LIMIT 1)",
            number, state, reason,
        )  # fmt: skip
    await connection.close()
    return show


async def shown(bea: Person, name: str) -> None:
    """A picture for whoever wants to look, if `DIBS_PICTURES` names a folder."""
    folder = os.environ.get("DIBS_PICTURES")
    if folder:
        await bea.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
async def test_answers_of_a_show(api: Api, server: LiveServer, person: NewPerson, scheme: Scheme, width: int) -> None:
    show = await answered(api, server)
    bea = await person(scheme=scheme, width=width)
    await bea.sign_in(f"/shows/{show}/summary")
    await bea.page.get_by_role("navigation", name="This show").get_by_role("link", name="Replies").click()
    await expect(bea.page.get_by_role("heading", name="This show answers by itself")).to_be_visible()
    rows = bea.page.locator("tbody tr")
    await expect(rows).to_have_count(5)
    await expect(rows.filter(has_text="Uma")).to_contain_text("The account has to be connected again.")
    await expect(rows.filter(has_text="Vic")).to_contain_text("Look at the comment")
    await expect(rows.filter(has_text="Yve")).to_contain_text("Copy the text and send it by hand.")
    await shown(bea, f"replies-{scheme}")
    assert await bea.violations() == []
    await rows.filter(has_text="Vic").get_by_role("button", name="Sent by hand").click()
    await expect(bea.page.locator("[data-toast]")).to_have_text("Noted as sent by hand.")
    await expect(rows.filter(has_text="Vic").locator(".badge")).to_have_text("Sent")
    await bea.page.get_by_role("navigation", name="Answers by state").get_by_role("link", name="Refused").click()
    await expect(rows).to_have_count(1)
    await bea.page.get_by_role("button", name="Answer by hand").click()
    await expect(bea.page.get_by_role("heading", name="You answer by hand in this show")).to_be_visible()
    await bea.page.goto(f"{bea.origin}/")
    await expect(bea.page.get_by_text("answers did not reach their buyers")).to_be_visible()
    assert bea.trouble == []


async def test_the_texts_are_set_in_the_form_of_the_plugin(api: Api, server: LiveServer, person: NewPerson) -> None:
    show = await answered(api, server)
    bea = await person()
    await bea.sign_in(f"/shows/{show}/replies")
    await bea.page.get_by_role("link", name="Texts and settings").click()
    texts = bea.page.get_by_label("Texts for who won")
    await texts.fill("Hello {nam}")
    await bea.page.get_by_role("button", name="Save settings").click()
    await expect(bea.page.get_by_text("{nam} is not a placeholder")).to_be_visible()
    await shown(bea, "replies-settings")
    assert await bea.violations() == []
    await texts.fill("Hello {name}, you got {title}")
    await bea.page.get_by_role("button", name="Save settings").click()
    await bea.page.goto(f"{bea.origin}/shows/{show}/replies")
    await expect(bea.page.locator("tbody tr").filter(has_text="Uma")).to_contain_text("Hello Uma, you got Linen dress")
    await bea.page.locator(".reader summary").click()
    await bea.page.locator(".reader").get_by_role("button", name="Español").click()
    await bea.page.goto(f"{bea.origin}/shows/{show}/replies")
    await expect(bea.page.get_by_role("heading", name="Este show responde solo")).to_be_visible()
    assert bea.trouble == []
