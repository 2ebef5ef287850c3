"""The console while a sale runs: what the page shows in the end is what the database holds."""

import json
import random

from playwright.async_api import expect

from dibs.demo_data import demo_items_path, demo_recording_path

from .browser import Person
from .conftest import NewPerson
from .server import Api, LiveServer

ITEMS = [
    {"item_number": str(101 + n), "title": f"Item {n}", "quantity": 3 + n % 4, "price": "12.50"} for n in range(12)
]
NAMES = [f"Buyer {n}" for n in range(40)]
CHATTER = ["how much is shipping?", "so pretty", "hello from Cebu", "ang ganda", "que bonito", "not sold 101"]


def sale(number: int, seed: int) -> list[tuple[str | None, str]]:
    """Believable comments: claims, passes, chatter."""
    dice = random.Random(seed)
    comments: list[tuple[str | None, str]] = []
    for _ in range(number):
        code, name = dice.choice(ITEMS)["item_number"], dice.choice(NAMES)
        kind = dice.random()
        if kind < 0.45:
            comments.append((name, f"sold {code}"))
        elif kind < 0.5:
            comments.append((name, f"pass {code}"))
        elif kind < 0.53:
            comments.append((None, f"sold {code}"))
        elif kind < 0.56:
            comments.append((name, "sold 999"))
        else:
            comments.append((name, dice.choice(CHATTER)))
    return comments


async def same_as_database(page: Person, api: Api) -> None:
    """Wait until the page shows the server's counts, then compare items and newest claims one by one."""
    truth = await api.snapshot()
    wanted = {name: int(value) for name, value in truth["counts"].items()}
    for _ in range(150):
        if await page.figures() == wanted:
            break
        await page.page.wait_for_timeout(100)
    assert await page.figures() == wanted
    for index, item in enumerate(truth["items"]):
        row = page.page.locator(f'[data-item="{item["item_id"]}"]')
        await page.page.evaluate("top => { document.querySelector('.item-list').scrollTop = top; }", index * 58)
        await expect(row.locator(".item-figures")).to_contain_text(f"{item['claimed_count']}/{item['total_quantity']}")
        if item["waitlist_count"]:
            await expect(row).to_contain_text(f"{item['waitlist_count']} waiting")
    shown = await page.page.evaluate(
        "[...document.querySelectorAll('.claim')]"
        ".map((row) => [row.dataset.key, row.querySelector('.chip').textContent])"
    )
    chips = dict(shown)
    assert len(chips) > 5
    for claim in truth["claims"]:
        if claim["claim_id"] in chips and claim["status"] == "waitlist":
            assert chips[claim["claim_id"]] == f"waits, no. {claim['waitlist_position']}"
        elif claim["claim_id"] in chips:
            word = {
                "winner": "won",
                "declined": "declined",
                "unmatched": "no such item",
                "review": "needs a look",
                "passed": ("passed", "gave back"),
            }
            assert chips[claim["claim_id"]] in word[claim["status"]]


async def test_the_page_ends_with_the_counts_of_the_database(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person()
    await bea.open_console(show)
    for part in range(8):
        await api.say(*sale(60, part))
    await same_as_database(bea, api)
    truth = await api.snapshot()
    assert truth["counts"]["claims"] > 100
    assert any(item["waitlist_count"] for item in truth["items"])


async def test_the_page_survives_a_killed_server_by_itself(server: LiveServer, api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person()
    await bea.open_console(show)
    await api.say(*sale(200, 1), first_id="a")
    await same_as_database(bea, api)
    await server.kill()
    await expect(bea.page.locator("#connection")).to_have_text("Connection lost")
    await expect(bea.page.locator(".away")).to_contain_text("Connection lost since")
    assert (await bea.figures())["comments"] == 200
    await server.start()
    await api.say(*sale(200, 1), first_id="a")
    await api.say(*sale(150, 2), first_id="b")
    await bea.is_live()
    await same_as_database(bea, api)
    assert (await bea.figures())["comments"] == 350
    await expect(bea.page.locator(".away")).to_have_count(0)


async def test_the_page_comes_back_after_an_orderly_restart(server: LiveServer, api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person()
    await bea.open_console(show)
    await api.say(*sale(50, 1))
    await server.stop()
    await expect(bea.page.locator("#connection")).to_have_text("Connection lost")
    await server.start()
    await bea.is_live()
    await api.say(*sale(50, 2))
    await same_as_database(bea, api)


async def test_a_page_that_slept_takes_the_snapshot_and_goes_on(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person()
    await bea.open_console(show)
    await bea.context.set_offline(True)
    await expect(bea.page.locator("#connection")).to_have_text("Connection lost")
    for part in range(4):
        await api.say(*sale(500, part))
    await bea.context.set_offline(False)
    await bea.is_live()
    await same_as_database(bea, api)


async def test_a_session_that_ended_is_told_and_leads_back(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", ITEMS)
    bea = await person()
    await bea.open_console(show)
    other = await bea.context.new_page()
    await other.goto(f"{bea.origin}/shows")
    await other.locator("form[action='/sign-out']").first.evaluate("form => form.requestSubmit()")
    await expect(other).to_have_url(f"{bea.origin}/sign-in")
    await expect(bea.page.locator("#connection")).to_have_text("Signed out", timeout=40000)
    await bea.page.get_by_role("link", name="Sign in").click()
    await expect(bea.page).to_have_url(f"{bea.origin}/sign-in?next=%2Fshows%2F{show}%2Fconsole")


async def test_a_replay_by_another_process_is_seen_live(server: LiveServer, api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", [], active=False)
    bea = await person()
    await bea.open_console(show)
    outcome = await server.command(
        "replay",
        str(demo_recording_path()),
        "--items",
        str(demo_items_path()),
        "--show",
        show,
        "--speed",
        "0",
        "--json",
    )
    counts = json.loads(outcome)["comments"]
    await bea.is_live()
    await same_as_database(bea, api)
    assert (await bea.figures())["comments"] == counts["stored"] > 1500
