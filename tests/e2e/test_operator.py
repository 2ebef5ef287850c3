"""What an operator does on the console, seen on the page and in the database."""

from typing import Any

from playwright.async_api import Locator, expect

from .browser import Person
from .conftest import NewPerson
from .server import Api

ITEMS = [
    {"item_number": "101", "title": "Linen dress", "quantity": 2, "price": "34.90"},
    {"item_number": "102", "title": "Denim jacket", "quantity": 1},
]


async def claims_of(api: Api) -> dict[str, tuple[str, int | None]]:
    """Status and place of each buyer's claim."""
    rows: list[Any] = (await api.snapshot())["claims"]
    return {row["handle"]: (row["status"], row["waitlist_position"]) for row in reversed(rows)}


async def start(api: Api, person: NewPerson) -> Person:
    show = await api.make_show("Sale", ITEMS)
    await api.say(("Ana", "sold 101"), ("Ben", "sold 101"), ("Cleo", "sold 101"), ("Dan", "sold 101"))
    bea = await person()
    await bea.open_console(show)
    return bea


def drawer(bea: Person) -> Locator:
    return bea.page.locator("dialog.drawer")


async def open_item(bea: Person, title: str = "Linen dress") -> None:
    await bea.page.locator(".item", has_text=title).click()
    await expect(drawer(bea).get_by_role("heading", name="Winners")).to_be_visible()


async def test_pause_resume_and_stop(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await bea.page.get_by_role("button", name="Pause").click()
    await bea.page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    await expect(bea.page.locator(".show-status")).to_have_text("Paused")
    await api.say(("Eve", "sold 102"))
    row = bea.page.locator(".comment", has_text="Eve")
    await expect(row).to_contain_text("show was paused")
    await bea.page.get_by_role("button", name="Resume").click()
    await bea.page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    await expect(bea.page.locator(".show-status")).to_have_text("Live")
    await api.say(("Fay", "sold 102"))
    await expect(bea.page.locator(".claim", has_text="Fay")).to_contain_text("won")
    assert "Eve" not in await claims_of(api)
    await bea.page.get_by_role("button", name="Stop").click()
    await bea.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(bea.page.locator(".show-status")).to_have_text("Live")
    await bea.page.get_by_role("button", name="Stop").click()
    await bea.page.get_by_role("dialog").get_by_role("button", name="Stop the show").click()
    await expect(bea.page.locator(".show-status")).to_have_text("Ended")
    await api.say(("Gus", "sold 101"))
    await expect(bea.page.locator(".comment", has_text="Gus")).to_contain_text("late")


async def test_release_promotes_the_next_in_line(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    assert await claims_of(api) == {
        "Ana": ("winner", None),
        "Ben": ("winner", None),
        "Cleo": ("waitlist", 1),
        "Dan": ("waitlist", 2),
    }
    await open_item(bea)
    await drawer(bea).get_by_role("button", name="Release the claim of Ana").click()
    await drawer(bea).get_by_role("button", name="Yes, release the claim of Ana").click()
    await expect(drawer(bea).locator(".person").nth(1)).to_contain_text("Cleo")
    await expect(drawer(bea).locator("ol .person")).to_contain_text(["Dan"])
    await expect(bea.page.locator(".claim", has_text="Ana")).to_contain_text("released")
    await expect(bea.page.locator(".claim", has_text="Cleo")).to_contain_text("won")
    await expect(bea.page.locator(".claim", has_text="Dan")).to_contain_text("waits, no. 1")
    assert (await claims_of(api))["Cleo"] == ("winner", None)


async def test_award_to_a_known_buyer_and_to_a_guest(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await open_item(bea, "Denim jacket")
    await drawer(bea).get_by_role("button", name="Award by hand").click()
    await drawer(bea).get_by_label("Buyer or guest name").fill("cle")
    await drawer(bea).get_by_role("button", name="Cleo facebook").click()
    await drawer(bea).get_by_role("button", name="Award", exact=True).click()
    await expect(drawer(bea).locator("ul.people .person")).to_contain_text("Cleo")
    await drawer(bea).get_by_label("Buyer or guest name").fill("Tita Baby")
    await drawer(bea).get_by_role("button", name="New guest Tita Baby").click()
    await drawer(bea).get_by_role("button", name="Award", exact=True).click()
    await expect(drawer(bea).get_by_role("alert")).to_contain_text("Only 0 of item 102 left")
    await drawer(bea).get_by_label("Total quantity").fill("2")
    await drawer(bea).get_by_role("button", name="Change", exact=True).click()
    await expect(drawer(bea).locator(".drawer-sum")).to_contain_text("1 of 2 units won")
    await drawer(bea).get_by_role("button", name="Award", exact=True).click()
    await expect(drawer(bea).locator("ul.people .person")).to_have_count(2)
    assert (await claims_of(api))["Tita Baby"] == ("winner", None)


async def test_a_quantity_below_what_is_won_is_refused_with_the_names(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await open_item(bea)
    await drawer(bea).get_by_label("Total quantity").fill("1")
    await drawer(bea).get_by_role("button", name="Change", exact=True).click()
    await expect(drawer(bea).get_by_role("alert")).to_contain_text("Ana, Ben")
    assert (await api.snapshot())["items"][0]["total_quantity"] == 2


async def test_the_drawer_pins_explains_and_gives_the_focus_back(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await bea.page.locator(".item").first.focus()
    await bea.page.keyboard.press("Enter")
    await drawer(bea).get_by_role("button", name="Put on now").click()
    await expect(bea.page.locator(".on-now")).to_contain_text("Linen dress")
    await drawer(bea).get_by_role("button", name="Why Dan?").click()
    why = bea.page.locator("dialog.sheet")
    await expect(why).to_contain_text("sold 101")
    await expect(why).to_contain_text("word, then number")
    await expect(why).to_contain_text("0 units, 1 waiting")
    await expect(why.locator(".before li")).to_have_count(3)
    await bea.page.keyboard.press("Escape")
    await expect(why).to_have_count(0)
    await bea.page.keyboard.press("Escape")
    await expect(drawer(bea)).to_have_count(0)
    await expect(bea.page.locator(".item:focus")).to_have_count(1)
