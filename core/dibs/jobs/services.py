"""What jobs may do at platforms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import attrs

if TYPE_CHECKING:
    from dibs.connections.service import Connections
    from dibs.models.platform import Account, Platform

T = TypeVar("T")


@attrs.frozen(eq=False)
class WorkspaceServices:
    """`Services` of one workspace."""

    workspace_id: UUID
    connections: Connections

    async def platform(self, name: str) -> Platform:
        """An adapter that the workspace has."""
        return await self.connections.platforms.of(self.workspace_id, name)

    async def account(self, connection_id: UUID) -> Account:
        """The account behind a connection, with its token."""
        return await self.connections.account(self.workspace_id, connection_id)

    async def call(self, connection_id: UUID, work: Callable[[Platform, Account], Awaitable[T]]) -> T:
        """Do something at the platform of a connection, and note how it went."""
        return await self.connections.call(self.workspace_id, connection_id, work)
