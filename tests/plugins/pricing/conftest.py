"""A shop with two products in stock, and a customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.app import DibsQuart

from ...core.api.conftest import Person, SignUp, app, sign_up
from ...core.api.test_catalogue import batch, join, product

__all__ = ["app", "sign_up"]


@attrs.frozen
class Shop:
    """Somebody's workspace with a dress for 10 and a hat whose cost nobody knows."""

    app: DibsQuart
    owner: Person
    dress: str
    hat: str
    customer: str

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.owner.workspace_id)

    async def member(self, sign_up: SignUp, role: str) -> Person:
        return await join(self.owner, await sign_up(role.title()), role)

    async def put(self, margin: str, status: int = 200, **place: Any) -> dict[str, Any]:
        body = {"scope": "default", **place, "margin": margin}
        found, told = await self.owner.call("PUT", "/api/pricing/margins", json=body)
        assert found == status, told
        return dict(told)

    async def quote(self, who: Person | None = None, **query: Any) -> dict[str, Any]:
        asked = {"batch_id": self.dress, **query}
        status, told = await (who or self.owner).call("GET", "/api/pricing/quote", query_string=asked)
        assert status == 200, told
        return dict(told)

    async def set(self, **settings: Any) -> None:
        """Settings of the plugin."""
        body = {"settings": {"rules": {"plugins": {"pricing": settings}}}}
        status, told = await self.owner.call("PATCH", f"/api/workspaces/{self.workspace_id}", json=body)
        assert status == 200, told

    async def events(self) -> list[dict[str, Any]]:
        """What open carts were told."""
        rows = await self.app.runtime.db.plain_fetch(
            "SELECT payload FROM outbox WHERE workspace_id = $1 AND type = 'pricing.changed' ORDER BY seq",
            self.workspace_id,
        )
        return [orjson.loads(row["payload"]) for row in rows]


@pytest.fixture
async def shop(app: DibsQuart, sign_up: SignUp) -> Shop:
    owner = await sign_up()
    dress, hat = await product(owner, category="Dresses"), await product(owner, "Straw hat")
    made = await batch(owner, dress["product_id"], unit_cost="10.00"), await batch(owner, hat["product_id"], "H1")
    _, customer = await owner.call("POST", "/api/customers", json={"name": "Anna"})
    return Shop(app, owner, made[0]["batch_id"], made[1]["batch_id"], customer["customer_id"])
