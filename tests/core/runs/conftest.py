"""An application with a plugin whose job reports runs, and somebody who looks at them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import orjson
import pytest

from dibs.app import DibsQuart, create_app
from dibs.audit_log import Actor
from dibs.models.runs import NewRun, RunView
from dibs.settings import Settings

from ..api.conftest import Person, SignUp, sign_up
from . import toy

__all__ = ["sign_up"]


@attrs.define(eq=False)
class Works:
    """Somebody's workspace with long work in it."""

    app: DibsQuart
    person: Person
    folder: Path

    @property
    def workspace_id(self) -> UUID:
        return UUID(self.person.workspace_id)

    async def begin(self, name: str = "one", **payload: Any) -> RunView:
        new = NewRun(
            "toy.work", f"{name}.csv", toy.STAGES, "toy.work",
            {"file": str(self.folder / name), "lines": 8, **payload}, "/catalogue", "catalogue:write",
        )  # fmt: skip
        return await self.app.runtime.runs.begin(self.workspace_id, new, Actor.system())

    async def get(self, run_id: UUID) -> dict[str, Any]:
        status, told = await self.person.call("GET", f"/api/runs/{run_id}")
        assert status == 200, told
        return dict(told["run"])

    async def until(self, run_id: UUID, state: str, seconds: float = 60) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while (found := await self.get(run_id))["state"] != state:
                await asyncio.sleep(0.05)
        return found

    async def events(self, run_id: UUID) -> list[tuple[str, dict[str, Any]]]:
        """What was told of a run, in order, with the time of each."""
        rows = await self.app.runtime.db.plain_fetch(
            "SELECT type, payload, created_at FROM outbox WHERE workspace_id = $1 AND topic = $2 ORDER BY seq",
            self.workspace_id, f"workspace:{self.workspace_id}",
        )  # fmt: skip
        told = [(row["type"], {**orjson.loads(row["payload"]), "at": row["created_at"]}) for row in rows]
        return [(kind, data) for kind, data in told if data.get("run_id") == str(run_id)]


@pytest.fixture
async def app(database_url: str, tmp_path: Path) -> AsyncIterator[DibsQuart]:
    settings = Settings(database_url=database_url, data_dir=tmp_path, attempts_per_minute=10_000, registration="open")
    made = create_app(settings)
    assert made.runtime.plugins.add(toy, "toy"), made.runtime.plugins.refused
    made.runtime.jobs.first_seconds = 0.0
    made.runtime.jobs.look_seconds = 1.0
    async with made.test_app():
        yield made


@pytest.fixture
async def works(app: DibsQuart, sign_up: SignUp, tmp_path: Path) -> Works:
    return Works(app, await sign_up(), tmp_path)
