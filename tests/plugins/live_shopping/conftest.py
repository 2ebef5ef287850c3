"""A shop with customers, stock and sessions, by the API of a real application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.app import DibsQuart
from dibs.audit_log import Actor
from dibs.models.events import EventContext
from dibs.models.jobs import JobContext
from dibs.stock.audit import audit_stock
from dibs.workspace_data import PooledData
from dibs_live_shopping.settings import LiveSettings

from ...core.api.conftest import Person, SignUp, app, sign_up

__all__ = ["app", "sign_up"]
LIVE = "/api/live-sessions"


@attrs.define(eq=False)
class Shop:
    """Somebody's workspace."""

    app: DibsQuart
    person: Person

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.person.workspace_id)

    async def call(self, method: str, path: str, expect: int = 200, **body: Any) -> Any:
        """What the API answers; the status is checked."""
        more = {"json": body} if method in ("POST", "PUT", "PATCH", "DELETE") else {"query_string": body}
        status, told = await self.person.call(method, path, **more)
        assert status == expect, (status, told)
        return told

    async def batch(self, quantity: str = "10", cost: str | None = "6.00", **product: Any) -> dict[str, Any]:
        """A product with a batch of it in stock."""
        name = product.pop("name", f"Silk {id(object())}-{quantity}")
        made = await self.call("POST", "/api/products", 201, name=name, **product)
        body: dict[str, Any] = {"product_id": made["product_id"], "code": "L1", "quantity": quantity}
        if cost is not None:
            body["unit_cost"] = cost
        batch: dict[str, Any] = await self.call("POST", "/api/batches", 201, **body)
        return batch

    async def stock(self, batch_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.call("GET", f"/api/batches/{batch_id}")
        return found

    async def customer(self, name: str = "Anna", **more: Any) -> str:
        made = await self.call("POST", "/api/customers", 201, name=name, **more)
        return str(made["customer_id"])

    async def session(self, customer_id: str | None = None, *, start: bool = True, **more: Any) -> dict[str, Any]:
        customer_id = customer_id or await self.customer()
        made: dict[str, Any] = await self.call("POST", LIVE, 201, customer_id=customer_id, start=start, **more)
        return made

    async def add(self, session_id: str, batch_id: str, quantity: str = "1", expect: int = 201, **more: Any) -> Any:
        path = f"{LIVE}/{session_id}/lines"
        return await self.call("POST", path, expect, batch_id=batch_id, quantity=quantity, **more)

    async def act(self, session_id: str, verb: str, expect: int = 200, **body: Any) -> Any:
        return await self.call("POST", f"{LIVE}/{session_id}/{verb}", expect, **body)

    async def get(self, session_id: str) -> dict[str, Any]:
        found = await self.call("GET", f"{LIVE}/{session_id}")
        return dict(found["session"])

    async def fetch(self, sql: str, *args: Any) -> Any:
        return await self.app.runtime.db.hot_fetch(sql, *args)

    async def events(self, topic: str) -> list[dict[str, Any]]:
        """The payloads of a topic, each with its type."""
        rows = await self.fetch(
            "SELECT type, payload::text AS payload FROM outbox WHERE workspace_id = $1 AND topic = $2 ORDER BY seq",
            self.workspace_id,
            topic,
        )
        return [{"type": row["type"], **orjson.loads(row["payload"])} for row in rows]

    @asynccontextmanager
    async def transaction(self, name: str = "Hugo") -> AsyncIterator[EventContext]:
        """A transaction of the plugin, as a route opens one."""
        parts = self.app.runtime.transactions
        async with parts.open(self.workspace_id, "live_shopping", Actor(None, name)) as context:
            yield context

    async def audit(self) -> None:
        """The stock adds up."""
        async for report in audit_stock(self.app.runtime.db, self.workspace_id):
            assert not report.problems, report

    def job_context(self) -> JobContext:
        """What a job of the plugin gets."""
        runtime, parts = self.app.runtime, self.app.runtime.transactions
        data = PooledData(self.workspace_id, runtime.db)
        none: Any = None
        return JobContext(
            self.workspace_id, data, none, none, LiveSettings(), 1,
            lambda: parts.open(self.workspace_id, "live_shopping", Actor.system()),
        )  # fmt: skip

    async def margin(self, percent: str = "40") -> None:
        """The margin of the workspace."""
        await self.call("PUT", "/api/pricing/margins", scope="default", margin=percent)

    async def in_carts(self, batch_id: str) -> Decimal:
        return Decimal((await self.stock(batch_id))["in_carts"])

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(seconds):
            while not await condition():
                await asyncio.sleep(0.05)

    async def set(self, **values: Any) -> None:
        """Settings of the plugin."""
        body = {"settings": {"rules": {"plugins": {"live_shopping": values}}}}
        await self.call("PATCH", f"/api/workspaces/{self.workspace_id}", **body)
        await asyncio.sleep(0)


@pytest.fixture
async def shop(app: DibsQuart, sign_up: SignUp) -> Shop:
    return Shop(app, await sign_up("Hugo"))
