"""From the first account to a helper who joined by a link; second factors and passkeys, as people use them."""

from collections.abc import AsyncIterator
from typing import Any

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from .browser import Person
from .conftest import NewPerson
from .server import LiveServer

NAME, EMAIL, PASSWORD = "Ana", "ana@example.com", "four words put together"


async def register(person: Person, *, shop: str = "Corner") -> None:
    """Make the first account of the server, through the page that a stranger is led to."""
    page = person.page
    await page.goto(f"{person.origin}/")
    await expect(page.get_by_role("heading", name="Make an account")).to_be_visible()
    await fill_account(page, NAME, EMAIL)
    await page.get_by_label("Name of your shop").fill(shop)
    await page.get_by_role("button", name="Make the account").click()
    await page.wait_for_url(f"{person.origin}/start")


async def fill_account(page: Page, name: str, email: str) -> None:
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password").fill("short")
    await expect(page.locator(".strength")).to_contain_text("5 more characters are needed")
    await page.get_by_label("Password").fill(PASSWORD)
    await expect(page.locator(".strength")).to_contain_text("Good")


async def sign_in(page: Page, origin: str, target: str = "/members") -> None:
    await page.goto(f"{origin}/sign-in?next={target}")
    await page.get_by_label("E-mail address").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_somebody_registers_and_a_helper_joins_by_the_link(server: LiveServer, person: NewPerson) -> None:
    ana, bob = await person(), await person(width=390, height=844)
    await register(ana)
    await ana.page.goto(f"{ana.origin}/members")
    assert await ana.violations() == []
    await ana.page.get_by_label("Role", exact=True).select_option("operator")
    await ana.page.get_by_role("button", name="Make an invitation link").click()
    link = await ana.page.locator("#link-url").inner_text()
    assert await ana.violations() == []
    await bob.page.goto(link)
    await expect(bob.page.get_by_role("heading", name="Join Corner")).to_be_visible()
    assert await bob.violations() == []
    await bob.page.get_by_role("link", name="Make an account and join").click()
    assert await bob.violations() == []
    await fill_account(bob.page, "Bob", "bob@example.com")
    await bob.page.get_by_role("button", name="Make the account and join").click()
    await bob.page.wait_for_url(f"{bob.origin}/")
    await bob.page.goto(link)
    await expect(bob.page.get_by_text("You are a member of this workspace already.")).to_be_visible()
    await ana.page.goto(f"{ana.origin}/members")
    await ana.page.get_by_label("Role of Bob", exact=True).select_option("viewer")
    await ana.page.get_by_role("button", name="Change the role of Bob").click()
    await expect(ana.page.get_by_text("Bob has another role now.")).to_be_visible()
    await ana.page.locator("li", has_text="bob@example.com").get_by_role("button", name="Remove").click()
    await ana.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(ana.page.get_by_text("bob@example.com")).to_have_count(0)
    await bob.page.goto(f"{bob.origin}/shows")
    await expect(bob.page.get_by_role("heading", name="Workspaces")).to_be_visible()
    assert await bob.violations() == []


async def test_somebody_with_an_account_joins_after_signing_in(server: LiveServer, person: NewPerson) -> None:
    ana, bob = await person(), await person()
    await register(ana)
    await server.command(
        "user", "create", "--email", "bob@example.com", "--name", "Bob", "--password", PASSWORD, *server_options(server)
    )
    await ana.page.goto(f"{ana.origin}/members")
    await ana.page.get_by_label("E-mail address (optional)").fill("bob@example.com")
    await ana.page.get_by_role("button", name="Make an invitation link").click()
    await bob.page.goto(await ana.page.locator("#link-url").inner_text())
    await bob.page.get_by_role("link", name="I have an account").click()
    await bob.page.get_by_label("E-mail address").fill("bob@example.com")
    await bob.page.get_by_label("Password").fill(PASSWORD)
    await bob.page.get_by_role("button", name="Sign in", exact=True).click()
    await bob.page.get_by_role("button", name="Join as Bob").click()
    await expect(bob.page.get_by_text("You are a member of Corner now.")).to_be_visible()


async def test_an_authenticator_app_and_its_recovery_codes(server: LiveServer, person: NewPerson) -> None:
    ana = await person()
    await register(ana)
    page = ana.page
    await page.goto(f"{ana.origin}/account")
    assert await ana.violations() == []
    await page.get_by_role("button", name="Set up an app").click()
    secret = (await page.locator(".secret code").inner_text()).replace(" ", "")
    assert await ana.violations() == []
    await page.get_by_label("Code", exact=True).fill("000000")
    await page.get_by_role("button", name="Turn it on").click()
    await expect(page.get_by_text("The code is not right.")).to_be_visible()
    await page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    await page.get_by_role("button", name="Turn it on").click()
    codes = await page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert await ana.violations() == []
    other = await person(width=390, height=844, scheme="dark")
    await sign_in(other.page, ana.origin)
    await expect(other.page.get_by_role("heading", name="One more step")).to_be_visible()
    assert await other.violations() == []
    await other.page.get_by_label("Code of your authenticator app").fill("123")
    await other.page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(other.page.get_by_role("alert")).to_contain_text("4 attempts are left")
    await other.page.get_by_text("Lost your device?").click()
    await other.page.get_by_label("Recovery code").fill(codes[0])
    await other.page.get_by_role("button", name="Use the recovery code").click()
    await other.page.wait_for_url(f"{ana.origin}/members")
    await other.page.goto(f"{ana.origin}/account")
    await expect(other.page.get_by_text("9 are left.")).to_be_visible()
    await page.goto(f"{ana.origin}/account")
    row = page.locator("li", has_text="Recovery codes")
    await expect(row).to_be_visible()
    await page.get_by_role("button", name="Sign out everywhere").click()
    await page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert await ana.violations() == []
    await other.page.goto(f"{ana.origin}/account")
    await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.fixture
async def device(browser: Browser, server: LiveServer) -> AsyncIterator[Person]:
    """Somebody at `localhost`, with a device that keeps passkeys and says who uses it."""
    someone = await Person.new(browser, f"http://localhost:{server.port}")
    tools: Any = await someone.context.new_cdp_session(someone.page)
    await tools.send("WebAuthn.enable")
    how = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await tools.send("WebAuthn.addVirtualAuthenticator", {"options": how})
    yield someone
    assert someone.trouble == []
    await someone.context.close()


async def test_a_passkey_as_second_step_and_alone(device: Person) -> None:
    await register(device)
    page = device.page
    await page.goto(f"{device.origin}/account")
    await page.get_by_label("Name of a new passkey").fill("My laptop")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    await page.get_by_role("link", name="I have kept them").click()
    await expect(page.get_by_text("My laptop", exact=True)).to_be_visible()
    assert await device.violations() == []
    await device.context.clear_cookies()
    await sign_in(page, device.origin)
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url(f"{device.origin}/members")
    await device.context.clear_cookies()
    await page.goto(f"{device.origin}/sign-in?next=/account")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.wait_for_url(f"{device.origin}/account")
    await expect(page.get_by_text("by passkey")).to_be_visible()
    await page.locator("li", has_text="My laptop").get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.locator("#second-factor .badge")).to_have_text("Off")


def server_options(server: LiveServer) -> list[str]:
    """What lets a command work on the server's database."""
    return ["--database-url", server.database_url, "--data-dir", str(server.data_dir)]
