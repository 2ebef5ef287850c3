"""A shop with a customer, in a running application."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
import pytest

from dibs.app import DibsQuart
from dibs.clock import utc_now
from dibs.ids import uuid7
from dibs.models.comments import Author, IncomingComment

from ...core.api.conftest import Person, SignUp, app, sign_up
from ...core.credit.bank import ORDER

__all__ = ["app", "sign_up"]


@attrs.define(eq=False)
class Shop:
    """Somebody's workspace."""

    app: DibsQuart
    person: Person

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.person.workspace_id)

    async def get(self, path: str, status: int = 200) -> Any:
        return await self.ask("GET", path, status)

    async def ask(self, method: str, path: str, status: int = 200, body: Any = None) -> Any:
        found, told = await self.person.call(method, path, **({} if body is None else {"json": body}))
        assert found == status, told
        return told

    async def customer(self, limit: str | None, name: str = "Ana") -> UUID:
        made = await self.ask("POST", "/api/customers", 201, {"name": name, "credit_limit": limit})
        return UUID(made["customer_id"])

    async def order(self, customer_id: UUID, total: str) -> UUID:
        order_id = uuid7()
        await self.app.runtime.db.hot_fetch(ORDER, self.workspace_id, order_id, customer_id, total_of(total), "open")
        return order_id

    async def mark(self, order_id: UUID, status: str) -> None:
        await self.app.runtime.db.hot_fetch(
            "UPDATE orders SET status = $3 WHERE workspace_id = $1 AND id = $2", self.workspace_id, order_id, status
        )

    async def pay(self, customer_id: UUID, status: int = 201, **body: Any) -> Any:
        return await self.ask("POST", f"/api/credit/{customer_id}/entries", status, {"kind": "payment", **body})

    async def balance(self, customer_id: UUID) -> str:
        found: str = (await self.get(f"/api/credit/{customer_id}"))["standing"]["balance"]
        return found

    async def show(self, *items: tuple[str, int, str | None]) -> UUID:
        """A show on air: number, quantity and price of each item."""
        show_id = (await self.ask("POST", "/api/shows", 201, {"title": "Friday"}))["id"]
        new = [{"item_number": no, "title": no, "quantity": count, "price": price} for no, count, price in items]
        if new:
            await self.ask("POST", f"/api/shows/{show_id}/items", 201, {"items": new})
        await self.ask("POST", f"/api/shows/{show_id}/activate", 200, {})
        return UUID(show_id)

    async def say(self, show_id: UUID, *said: tuple[str, str]) -> None:
        """Comments, each as who and what."""
        comments = [
            IncomingComment("facebook", text, utc_now(), uuid7().hex, Author(who, who.title()), live_id="live")
            for who, text in said
        ]
        await self.app.runtime.lanes.ingest(self.workspace_id, show_id, comments)

    async def claims(self, show_id: UUID) -> list[tuple[str, str, str, str | None]]:
        """Who, item, status, reason, in order of decision."""
        rows = await self.app.runtime.db.hot_fetch(
            "SELECT b.platform_user_id, c.item_number, c.status, c.reason FROM claims c JOIN buyers b ON"
            " b.workspace_id = c.workspace_id AND b.id = c.buyer_id"
            " WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.kind = 'claim' ORDER BY c.decision_no",
            self.workspace_id, show_id,
        )  # fmt: skip
        return [tuple(row) for row in rows]

    async def link(self, customer_id: UUID, who: str) -> None:
        rows = await self.app.runtime.db.hot_fetch(
            "SELECT id FROM buyers WHERE workspace_id = $1 AND platform_user_id = $2", self.workspace_id, who
        )
        await self.ask("POST", f"/api/customers/{customer_id}/buyers", 200, {"buyer_id": str(rows[0][0])})

    async def set(self, **settings: Any) -> None:
        body = {"settings": {"rules": {"plugins": {"credit": settings}}}}
        await self.ask("PATCH", f"/api/workspaces/{self.workspace_id}", 200, body)


def total_of(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


@pytest.fixture
async def shop(app: DibsQuart, sign_up: SignUp) -> Shop:
    return Shop(app, await sign_up())
