"""An application with Corner, and sales in which somebody takes part who wants to be forgotten."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs.app import DibsQuart

from ..api.conftest import Person, SignUp, sign_up
from ..webhooks.conftest import Corner, app, corner, corner_settings

__all__ = ["Corner", "Sales", "SignUp", "app", "corner", "corner_settings", "sales", "sign_up"]

WHO, NAME = "kanarienvogel-7", "Kanarienvogel Bia"


@attrs.define(eq=False)
class Sales:
    """Workspaces with shows; everybody in them is a buyer at Corner."""

    app: DibsQuart
    sign_up: SignUp
    told: int = 0

    async def seller(self, **settings: Any) -> Person:
        """Somebody with a workspace of their own."""
        who = await self.sign_up()
        await self.app.runtime.flags.set_override(UUID(who.workspace_id), "corner", True)
        return who

    async def show(self, seller: Person, quantity: int = 2) -> str:
        """A show that is on, with one item."""
        _, show = await seller.call("POST", "/api/shows", json={"title": "Friday"})
        items = [{"item_number": "1", "title": "Dress", "quantity": quantity}]
        await seller.call("POST", f"/api/shows/{show['id']}/items", json={"items": items})
        await seller.call("POST", f"/api/shows/{show['id']}/activate")
        return str(show["id"])

    async def say(self, seller: Person, show_id: str, *words: tuple[str, str, str]) -> list[Any]:
        """Comments: id of the author, their name, what they wrote."""
        comments = []
        for user_id, name, text in words:
            self.told += 1
            comments.append({"id": f"c{self.told}", "message": text, "author": {"id": user_id, "name": name}})
        body = {"platform": "corner", "live_id": "live1", "comments": comments}
        status, answer = await seller.call("POST", f"/api/shows/{show_id}/comments", json=body)
        assert status == 200, answer
        found: list[Any] = answer["comments"]
        return found

    async def sale(self, seller: Person) -> str:
        """Somebody wins with a chatty comment, somebody else waits."""
        show_id = await self.show(seller)
        await self.say(
            seller,
            show_id,
            (WHO, NAME, "sold 1 kanarienvogel"),
            (WHO, NAME, "it is for my kanarienvogel"),
            ("ann", "Ann", "sold 1"),
            ("bob", "Bob", "sold 1"),
        )
        return show_id

    async def order(self, seller: Person, show_id: str) -> None:
        """Order for all winners; the item gets a price."""
        _, found = await seller.call("GET", f"/api/shows/{show_id}/items")
        item = found["items"][0]["item_id"]
        await seller.call("PATCH", f"/api/shows/{show_id}/items/{item}", json={"price": "9.00"})
        _, begun = await seller.call("POST", f"/api/shows/{show_id}/orders")
        async with asyncio.timeout(20):
            while (await seller.call("GET", f"/api/runs/{begun['run_id']}"))[1]["run"]["state"] != "done":
                await asyncio.sleep(0.05)

    async def buyer(self, seller: Person, user_id: str) -> Any:
        """A buyer by the platform's id, as the API gives them."""
        _, page = await seller.call("GET", f"/api/buyers?q={user_id}")
        return page["buyers"][0] if page["buyers"] else None

    async def everything(self, skip: tuple[str, ...] = ()) -> str:
        """All rows of all tables as one text."""
        db = self.app.runtime.db
        names = await db.hot_fetch(
            "SELECT oid::regclass::text AS name FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace"
        )
        texts = []
        for row in names:
            if row["name"] not in skip:
                found = await db.hot_fetch(f"SELECT t::text FROM {row['name']} t")
                texts += [f"{row['name']}: {each[0]}" for each in found]
        return "\n".join(texts)


@pytest.fixture
def sales(app: DibsQuart, sign_up: SignUp) -> Sales:
    return Sales(app, sign_up)
