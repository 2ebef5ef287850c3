"""Sign-in, list and empty console in a real browser."""

from playwright.async_api import expect

from .conftest import NewPerson
from .server import Api


async def test_from_sign_in_to_a_new_show(api: Api, person: NewPerson) -> None:
    bea = await person()
    await bea.sign_in()
    await expect(bea.page.get_by_role("heading", name="No shows yet")).to_be_visible()
    await bea.page.get_by_label("Title of a new show").fill("Friday sale")
    await bea.page.get_by_role("button", name="Create show").click()
    await expect(bea.page.get_by_role("heading", level=1)).to_have_text("Friday sale")
    await bea.page.get_by_role("navigation", name="This show").get_by_role("link", name="Console").click()
    await bea.is_live()
    await expect(bea.page.locator(".show-status")).to_have_text("Not started")
    await bea.page.get_by_role("button", name="Add item").click()
    await bea.page.get_by_label("Title").fill("Linen dress")
    await bea.page.get_by_role("dialog").get_by_role("button", name="Add item").click()
    await expect(bea.page.locator(".item")).to_contain_text("Linen dress")
    await bea.page.get_by_role("button", name="Start show").click()
    await bea.page.get_by_role("dialog").get_by_role("button", name="Start show").click()
    await expect(bea.page.locator(".show-status")).to_have_text("Live")
    await bea.page.goto(f"{bea.origin}/shows")
    await expect(bea.page.locator(".show-link")).to_contain_text("Friday sale")
    await bea.page.locator(".reader summary").click()
    await bea.page.locator(".reader").get_by_role("button", name="Sign out").click()
    await expect(bea.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_wrong_password_is_told_and_the_address_stays(api: Api, person: NewPerson) -> None:
    bea = await person()
    await bea.page.goto(f"{bea.origin}/sign-in")
    await bea.page.get_by_label("E-mail address").fill("bea@example.com")
    await bea.page.get_by_label("Password").fill("not this one")
    await bea.page.get_by_role("button", name="Sign in").click()
    await expect(bea.page.get_by_role("alert")).to_contain_text("is wrong")
    await expect(bea.page.get_by_label("E-mail address")).to_have_value("bea@example.com")
