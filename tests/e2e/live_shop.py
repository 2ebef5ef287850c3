"""A shop for the tests of live sessions: stock with prices, a customer, a session on the desk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
from playwright.async_api import Page, expect

from .browser import Person
from .server import Api

SESSIONS = "/api/live-sessions"
STOCK = (
    ("Silk scarf", "Scarves", "24", "18.00"),
    ("Linen dress", "Dresses", "6", "32.50"),
    ("Cashmere wool", "Fabrics", "40.5", "21.40"),
    ("Straw hat", None, "3", "9.90"),
)


@attrs.define(eq=False)
class Shop:
    """What the tests have made, by name."""

    api: Api
    customer_id: str = ""
    batches: dict[str, str] = attrs.field(factory=dict)
    products: dict[str, str] = attrs.field(factory=dict)

    @classmethod
    async def open(cls, api: Api, limit: str | None = "900.00") -> Shop:
        """Half the price is margin; Anna may owe so much."""
        shop = cls(api)
        for name, category, quantity, cost in STOCK:
            made = await api.call("POST", "/api/products", {"name": name, "category": category})
            body = {"product_id": made["product_id"], "code": "L1", "quantity": quantity, "unit_cost": cost}
            shop.products[name] = made["product_id"]
            shop.batches[name] = (await api.call("POST", "/api/batches", body))["batch_id"]
        await api.call("PUT", "/api/pricing/margins", {"scope": "default", "margin": "50"})
        anna = {"name": "Anna Lindqvist", "contact": "anna@example.com", "credit_limit": limit, "portal": True}
        shop.customer_id = (await api.call("POST", "/api/customers", anna))["customer_id"]
        return shop

    async def session(self, **more: Any) -> str:
        """A session with Anna that is open."""
        body = {"customer_id": self.customer_id, "title": "Autumn selection", "start": True, **more}
        return str((await self.api.call("POST", SESSIONS, body))["session_id"])

    async def add(self, session_id: str, name: str, quantity: str = "1", **more: Any) -> Any:
        """Put something into the cart."""
        body = {"batch_id": self.batches[name], "quantity": quantity, **more}
        return await self.api.call("POST", f"{SESSIONS}/{session_id}/lines", body)

    async def read(self, session_id: str) -> Any:
        """The session as the server has it."""
        return (await self.api.call("GET", f"{SESSIONS}/{session_id}"))["session"]

    async def override(self, session_id: str, name: str, price: str) -> None:
        """Give something another price."""
        body = {"product_id": self.products[name], "price": price, "sure": True}
        await self.api.call("PUT", f"{SESSIONS}/{session_id}/override", body)

    async def bring(self, anna: Person, session_id: str) -> None:
        """Let the customer in, by a link that staff made, and on to the session."""
        made = await self.api.call("POST", f"/api/customers/{self.customer_id}/access", {})
        await anna.page.goto(made["link"])
        await anna.page.get_by_role("button", name="Come in").click()
        await anna.page.wait_for_url(f"{anna.origin}/portal")
        await enter(anna, (await self.read(session_id))["room_code"])


async def enter(anna: Person, room_code: str) -> None:
    """Find the session by its room code."""
    await anna.page.get_by_label("Room code").fill(room_code)
    await anna.page.get_by_role("button", name="Enter").click()
    await here(anna)


async def here(anna: Person, timeout: float = 20_000) -> None:
    """Wait until the customer's page is live."""
    await expect(anna.page.locator("#connection")).to_have_text("Live", timeout=timeout)


def line(page: Page, name: str) -> Any:
    """A line on the desk."""
    return page.locator(".line").filter(has_text=name)


async def add_by_keys(page: Page, text: str, quantity: str = "", intent: str = "To purchase") -> None:
    """Add what is found first, without a mouse."""
    await page.get_by_role("group", name="Add as").get_by_role("button", name=intent).click()
    await page.keyboard.press("/")
    await page.keyboard.type(text)
    await expect(page.locator(".offer-chosen")).to_contain_text(text.capitalize())
    await expect(page.locator(".offer")).to_have_count(1)
    if quantity:
        await page.get_by_label("How many").fill(quantity)
    await page.keyboard.press("Enter")
    await expect(line(page, text.capitalize())).to_be_visible()


async def milliseconds(act: Callable[[], Awaitable[None]], seen: list[Awaitable[Any]]) -> list[float]:
    """How long after the beginning of an act each of these was seen."""
    began = time.perf_counter()

    async def since(one: Awaitable[Any]) -> float:
        await one
        return (time.perf_counter() - began) * 1000

    waiting = [asyncio.create_task(since(one)) for one in seen]
    await act()
    return [await one for one in waiting]


async def picture(person: Person, folder: Path | None, name: str) -> None:
    """Keep a picture, if somebody wants it."""
    if folder is not None:
        await person.page.screenshot(path=folder / f"{name}.png")
