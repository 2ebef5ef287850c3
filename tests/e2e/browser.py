"""The console in a real browser, as a person uses it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Literal

import attrs
from playwright.async_api import Browser, BrowserContext, Page, expect

from .server import EMAIL, PASSWORD

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Scheme = Literal["light", "dark"]


def find_chromium() -> str | None:
    """The browser: `DIBS_CHROMIUM`, else what is on the path."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("DIBS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@attrs.define(eq=False, slots=False)
class Person:
    """One browser profile with one page; notes everything that a page must not do."""

    origin: str
    context: BrowserContext
    page: Page
    trouble: list[str] = attrs.field(factory=list)

    @classmethod
    async def new(
        cls, browser: Browser, origin: str, *, width: int = 1440, height: int = 900, scheme: Scheme = "light"
    ) -> Person:
        """Somebody at a screen of this size."""
        context = await browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        person = cls(origin, context, await context.new_page())
        person.page.on("pageerror", lambda error: person.trouble.append(f"error: {error}"))
        person.page.on("dialog", lambda dialog: person.trouble.append(f"dialog: {dialog.message}"))
        person.page.on("console", person.heard)
        return person

    def heard(self, message: Any) -> None:
        """Note an error that the page wrote to the console."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.trouble.append(f"console: {message.text}")

    async def sign_in(self, target: str = "/shows", email: str = EMAIL) -> None:
        """Sign in through the form; whoever is signed in already is led on."""
        await self.page.goto(f"{self.origin}/sign-in?next={target}")
        if self.page.url == f"{self.origin}{target}":
            return
        await self.page.get_by_label("E-mail address").fill(email)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await self.page.wait_for_url(f"{self.origin}{target}")

    async def open_console(self, show_id: str, email: str = EMAIL) -> None:
        """Open the console of a show and wait until it is live."""
        await self.sign_in(f"/shows/{show_id}/console", email)
        await self.is_live()

    async def is_live(self, timeout: float = 20) -> None:
        """Wait until the page says that it is live."""
        await expect(self.page.locator("#connection")).to_have_text("Live updates", timeout=timeout * 1000)

    async def figures(self) -> dict[str, int]:
        """The counts that the page shows."""
        read = """() => {
          const number = (selector) => {
            const text = document.querySelector(selector)?.textContent ?? "";
            const digits = text.replace(/[^0-9/]/g, "");
            return digits;
          };
          const [won, total] = number("#figure-units dd").split("/");
          return {
            comments: number("#comments-title"), claims: number("#claims-title"),
            buyers: number("#figure-buyers dd"), units_claimed: won, units_total: total,
          };
        }"""
        return {name: int(value or -1) for name, value in (await self.page.evaluate(read)).items()}

    async def violations(self) -> list[str]:
        """What axe-core finds against WCAG level A and AA."""
        await self.page.evaluate(AXE.read_text("utf-8"))
        found = await self.page.evaluate(
            f"axe.run(document, {{runOnly: {json.dumps(_LEVELS)}}}).then((result) => result.violations)"
        )
        return [f"{entry['id']}: {node['html'][:200]}" for entry in found for node in entry["nodes"]]
