"""A customer with the portal on, and browsers to come in with."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from quart.typing import TestClientProtocol

from dibs.app import DibsQuart

from ..api.conftest import Person, SignUp, app, sign_up

__all__ = ["Shop", "Visitor", "app", "shop", "sign_up"]


@attrs.frozen
class Visitor:
    """A browser with a cookie jar, and the token that its writes need."""

    client: TestClientProtocol
    csrf: str

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Status and JSON of a request."""
        headers = {"X-CSRF-Token": self.csrf, **more.pop("headers", {})}
        response = await self.client.open(path, method=method, headers=headers, **more)
        return response.status_code, await response.get_json(silent=True)


@attrs.frozen
class Shop:
    """An owner, and one of their customers."""

    app: DibsQuart
    owner: Person
    customer_id: str

    @property
    def path(self) -> str:
        """The customer in the API."""
        return f"/api/customers/{self.customer_id}"

    async def way_in(self, **body: Any) -> dict[str, Any]:
        """A new link and code."""
        status, made = await self.owner.call("POST", f"{self.path}/access", json=body)
        assert status == 201, made
        return dict(made)

    async def sign_in(self, **given: Any) -> tuple[int, Any, TestClientProtocol]:
        """What a new browser is answered."""
        client = self.app.test_client()
        response = await client.post("/api/portal/sign-in", json=given)
        return response.status_code, await response.get_json(), client

    async def visitor(self) -> Visitor:
        """The customer, signed in."""
        status, answer, client = await self.sign_in(code=(await self.way_in())["code"])
        assert status == 200, answer
        return Visitor(client, answer["csrf_token"])

    async def switch(self, *, on: bool) -> None:
        """Switch the portal on or off."""
        _, found = await self.owner.call("GET", self.path)
        patch = {"version": found["customer"]["version"], "portal": on}
        assert (await self.owner.call("PATCH", self.path, json=patch))[0] == 200


@pytest.fixture
async def shop(app: DibsQuart, sign_up: SignUp) -> Shop:
    """A shop with one customer, who may come in."""
    owner = await sign_up("Ana")
    status, made = await owner.call("POST", "/api/customers", json={"name": "Bea", "portal": True})
    assert status == 201, made
    return Shop(app, owner, made["customer_id"])
