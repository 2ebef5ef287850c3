"""A workspace, a small real platform, and the connections of a process that can reach it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import attrs
import pytest

from dibs.accounts.model import Registration
from dibs.audit_log import Actor
from dibs.connections import Connections
from dibs.models.platform import Account, Token
from dibs.runtime import Runtime
from dibs.settings import Settings

from ...harbour import plugin
from ...harbour.server import HarbourServer, harbour_server

SECRET = "s" * 40


@attrs.define(eq=False)
class Port:
    """A runtime, the platform that it knows, and a workspace in it."""

    runtime: Runtime
    server: HarbourServer
    workspace_id: UUID
    user_id: UUID

    @property
    def connections(self) -> Connections:
        return self.runtime.connections

    @property
    def actor(self) -> Actor:
        return Actor(self.user_id, "Ana")

    async def connect(self, account_id: str = "p1", workspace_id: UUID | None = None) -> UUID:
        """Store an account with a token that the platform knows."""
        account = self.account(account_id)
        return (await self.connections.store(workspace_id or self.workspace_id, self.actor, account))[0]

    def account(self, account_id: str = "p1") -> Account:
        token = Token(self.server.new_token(account_id))
        return Account("harbour", account_id, "Anna's Closet", token, user_id="u1", scopes=("comments", "profile"))

    async def audit(self) -> list[str]:
        sql = "SELECT action FROM audit_log WHERE workspace_id = $1 AND entity = 'connection' ORDER BY id"
        return [row["action"] for row in await self.runtime.db.hot_fetch(sql, self.workspace_id)]


@pytest.fixture
async def harbour() -> AsyncIterator[HarbourServer]:
    async with harbour_server() as made:
        yield made


def settings_for(server: HarbourServer, database_url: str, data_dir: Path, **more: object) -> Settings:
    """Settings of a process that knows the platform."""
    known = {"harbour": {"url": server.url, "app_id": "app"}}
    return Settings(database_url=database_url, data_dir=data_dir, secret_key=SECRET, plugins=known, **more)  # type: ignore[arg-type]


@pytest.fixture
async def port(harbour: HarbourServer, database_url: str, tmp_path: Path) -> AsyncIterator[Port]:
    runtime = Runtime(settings_for(harbour, database_url, tmp_path), background=False)
    assert runtime.plugins.add(plugin, "harbour")  # type: ignore[arg-type]
    await runtime.start()
    user, workspace = await runtime.accounts.register(
        Registration(email="ana@example.com", password="correct horse", name="Ana"), "127.0.0.1"
    )
    yield Port(runtime, harbour, workspace.id, user.id)
    await runtime.close()
