"""A real server, a seller, and customers who are signed in to the portal."""

from __future__ import annotations

from typing import Any

import aiohttp
import attrs

from ...core.events.live import Live, Person

PORTAL = "/api/portal"


@attrs.define(eq=False)
class Customer:
    """Somebody's sign-in: a token for the header."""

    door: Door
    customer_id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Status and text of an answer."""
        return await self.door.ask(method, path, body, {**self.headers, **headers})

    async def call(self, method: str, path: str, body: Any = None, expect: int = 200) -> Any:
        """JSON of an answer below `/api/portal`; the status is checked."""
        return await self.door.json(method, f"{PORTAL}{path}", body, self.headers, expect)

    def stream(self, session_id: str, **more: Any) -> Any:
        """The stream of a session."""
        headers = {**self.headers, **more.pop("headers", {})}
        path = f"{self.door.live.base}{PORTAL}/sessions/{session_id}/stream"
        return self.door.live.http.get(path, headers=headers, **more)


@attrs.define(eq=False)
class Door:
    """The server as the seller and as customers reach it."""

    live: Live
    owner: Person

    @classmethod
    async def open(cls, live: Live) -> Door:
        """A new seller."""
        return cls(live, await live.person())

    async def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, str]:
        jar = aiohttp.DummyCookieJar()
        async with (
            aiohttp.ClientSession(cookie_jar=jar) as session,
            session.request(method, self.live.base + path, json=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.text() + str(dict(answer.headers))

    async def json(self, method: str, path: str, body: Any, headers: dict[str, str], expect: int) -> Any:
        http = self.live.http
        async with http.request(method, self.live.base + path, json=body, headers=headers) as answer:
            text = await answer.text()
            assert answer.status == expect, (method, path, answer.status, text)
            return await answer.json() if text else None

    async def staff(self, method: str, path: str, body: Any = None, expect: int = 200) -> Any:
        """What the seller is answered."""
        return await self.json(method, path, body, self.owner.headers, expect)

    async def batch(self, name: str, cost: str | None, quantity: str = "10", **more: Any) -> dict[str, Any]:
        """A product with a batch in stock."""
        code = more.pop("code", "L1")
        product = await self.staff("POST", "/api/products", {"name": name, **more}, 201)
        body = {"product_id": product["product_id"], "code": code, "quantity": quantity, "unit_cost": cost}
        made: dict[str, Any] = await self.staff("POST", "/api/batches", body, 201)
        return made

    async def customer(self, name: str, **more: Any) -> Customer:
        """Somebody who came in by a code."""
        made = await self.staff("POST", "/api/customers", {"name": name, "portal": True, **more}, 201)
        way = await self.staff("POST", f"/api/customers/{made['customer_id']}/access", {}, 201)
        body = {"code": way["code"], "bearer": True}
        answer = await self.json("POST", f"{PORTAL}/sign-in", body, {}, 200)
        return Customer(self, made["customer_id"], answer["access_token"])

    async def session(self, customer: Customer, **more: Any) -> dict[str, Any]:
        """A session that is open."""
        body = {"customer_id": customer.customer_id, "start": True, **more}
        made: dict[str, Any] = await self.staff("POST", "/api/live-sessions", body, 201)
        return made

    async def act(self, session_id: str, verb: str, body: Any = None) -> Any:
        """Something that the host does."""
        return await self.staff("POST", f"/api/live-sessions/{session_id}/{verb}", body or {})
