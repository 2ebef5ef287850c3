"""A shop that buys: files in, batches out."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from quart.datastructures import FileStorage

from dibs.app import DibsQuart, create_app
from dibs.settings import Settings

from ...core.api.conftest import Person, SignUp, sign_up

__all__ = ["sign_up"]


@attrs.define(eq=False)
class Shop:
    """Somebody's workspace, by its API."""

    app: DibsQuart
    person: Person

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.person.workspace_id)

    async def send(self, content: bytes, name: str = "order.csv", status: int = 201) -> Any:
        """Upload a file."""
        files = {"file": FileStorage(io.BytesIO(content), name)}
        got, told = await self.person.call("POST", "/api/purchase-orders", files=files)
        assert got == status, told
        return told

    async def call(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        got, told = await self.person.call(method, f"/api{path}", **({} if method == "GET" else {"json": body}))
        assert got == status, told
        return told

    async def until(self, order_id: str, *states: str, seconds: float = 60) -> Any:
        """The order once it, or its run, is in one of these states."""
        async with asyncio.timeout(seconds):
            while True:
                found = await self.call("GET", f"/purchase-orders/{order_id}")
                ready = found["state"] in states and found["run"]["state"] != "running"
                if ready or found["run"]["state"] in states:
                    return found
                await asyncio.sleep(0.05)

    async def lines(self, order_id: str) -> list[dict[str, Any]]:
        found = (await self.call("GET", f"/purchase-orders/{order_id}/lines?limit=500"))["lines"]
        return sorted(found, key=lambda line: line["line_no"])

    async def stock(self) -> list[tuple[str, str, str, str]]:
        """Product, code, what is on hand and what it cost, of every batch."""
        rows = await self.app.runtime.db.plain_fetch(
            "SELECT p.name, b.code, b.on_hand, b.unit_cost FROM batches b JOIN products p ON p.id = b.product_id "
            "AND p.workspace_id = b.workspace_id WHERE b.workspace_id = $1 ORDER BY b.code, p.name",
            self.workspace_id,
        )
        return [(row["name"], row["code"], f"{row['on_hand']:f}", f"{row['unit_cost']}") for row in rows]


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    made = create_app(
        Settings(database_url=database_url, data_dir=tmp_path, attempts_per_minute=10_000, registration="open")
    )
    made.runtime.jobs.first_seconds = 0.0
    made.runtime.jobs.look_seconds = 1.0
    made.runtime.jobs.heartbeat_seconds = 2.0
    async with made.test_app():
        yield made


@pytest.fixture
async def shop(app: DibsQuart, sign_up: SignUp) -> Shop:
    return Shop(app, await sign_up())
