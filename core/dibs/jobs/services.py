"""What jobs may do at platforms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.errors import NotFoundError

if TYPE_CHECKING:
    from dibs.models.platform import Account, Platform
    from dibs.platforms.registry import Platforms

AccountOf = Callable[[UUID, UUID], Awaitable["Account"]]


async def no_accounts(workspace_id: UUID, connection_id: UUID) -> Account:
    """The accounts of an application that keeps none."""
    raise NotFoundError("There is no such connection.", connection_id=str(connection_id))


@attrs.frozen(eq=False)
class WorkspaceServices:
    """`Services` of one workspace. `account_of` finds an account by workspace and connection."""

    workspace_id: UUID
    platforms: Platforms
    account_of: AccountOf

    async def platform(self, name: str) -> Platform:
        """An adapter that the workspace has."""
        return await self.platforms.of(self.workspace_id, name)

    async def account(self, connection_id: UUID) -> Account:
        """The account behind a connection, with its token."""
        return await self.account_of(self.workspace_id, connection_id)
