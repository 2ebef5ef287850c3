"""Keys, sound and the ways around: what an operator under pressure reaches without looking."""

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api
from .test_operator import ITEMS, start

MANY = [{"item_number": str(1000 + n), "title": f"Item {n}", "quantity": 1} for n in range(300)]


async def test_keys_act_and_never_while_somebody_types(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    page, keys = bea.page, bea.page.keyboard
    await page.get_by_label("Find an item").click()
    await keys.type("nsup?")
    await expect(page.get_by_label("Find an item")).to_have_value("nsup?")
    await expect(page.locator("dialog, .on-now")).to_have_count(0)
    await keys.press("Escape")
    await keys.press("Escape")
    await keys.press("n")
    await expect(page.get_by_role("heading", name="Add an item")).to_be_visible()
    await keys.press("Escape")
    await keys.press("s")
    await expect(page.get_by_role("heading", name="Pause the show?")).to_be_visible()
    await keys.press("Enter")
    await expect(page.locator(".show-status")).to_have_text("Paused")
    await keys.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("undo your last action")
    assert await bea.violations() == []


async def test_stopping_says_what_happens_to_those_who_wait(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    await api.say(("Zoe", "sold 205"))
    await expect(bea.page.locator(".claim", has_text="Zoe")).to_be_visible()
    await bea.page.get_by_role("button", name="Stop").click()
    dialog = bea.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("2 claims still wait")
    await expect(dialog).to_contain_text("1 decision is still open")
    assert await bea.violations() == []


async def test_sound_is_off_until_it_is_chosen_and_the_choice_is_kept(api: Api, person: NewPerson) -> None:
    bea = await start(api, person)
    page, rang = bea.page, "document.documentElement.dataset.rang"
    await api.say(("Eve", "sold 102"))
    await expect(page.locator(".claim", has_text="Eve")).to_be_visible()
    assert await page.evaluate(rang) is None
    assert await page.evaluate("document.getAnimations().length") == 0, "this browser asks for less motion"
    await page.get_by_role("button", name="Sound and vibration").click()
    await expect(page.get_by_role("switch", name="A sound for each claim")).not_to_be_checked()
    await page.get_by_role("switch", name="A sound for each claim").check()
    assert await bea.violations() == []
    await page.reload()
    await bea.is_live()
    await api.say(("Fay", "sold 102"))
    await page.wait_for_function(f"{rang} === 'wait'")
    await page.get_by_role("button", name="Sound and vibration").click()
    await expect(page.get_by_role("switch", name="A sound for each claim")).to_be_checked()


async def test_a_long_list_of_items_is_windowed_and_walked_by_keys(api: Api, person: NewPerson) -> None:
    show = await api.make_show("Sale", MANY)
    bea = await person()
    await bea.open_console(show)
    page = bea.page
    await expect(page.locator(".item").first).to_be_visible()
    assert await page.locator(".item").count() < 40
    await page.keyboard.press("1")
    await page.keyboard.press("End")
    await expect(page.locator(".item:focus")).to_contain_text("1299")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(".item:focus")).to_contain_text("1298")
    await page.get_by_label("Find an item").fill("1150")
    await expect(page.locator(".item")).to_have_count(1)


async def test_the_other_pages_of_the_show_and_a_practice_audience_are_at_hand(api: Api, person: NewPerson) -> None:
    show = await api.call("POST", "/api/shows", {"title": "Practice", "practice": True})
    api.show_id = show["id"]
    await api.show("POST", "/items", {"items": ITEMS})
    await api.show("POST", "/activate", {})
    bea = await person()
    await bea.open_console(show["id"])
    page = bea.page
    await expect(page.locator(".practice")).to_have_text("Practice")
    await page.get_by_role("button", name="Start the audience").click()
    await expect(page.get_by_role("button", name="Stop the audience")).to_be_visible()
    await expect(page.locator(".comment").first).to_be_visible(timeout=20000)
    assert await bea.violations() == []
    await page.get_by_role("button", name="Stop the audience").click()
    await expect(page.get_by_role("button", name="Start the audience")).to_be_visible()
    await page.get_by_role("navigation", name="This show").get_by_role("link", name="Host view").click()
    # Which item it shows depends on how far the audience came.
    await expect(page.get_by_role("button", name="Full screen")).to_be_visible()
    await page.get_by_role("link", name="Console").click()
    await bea.is_live()
