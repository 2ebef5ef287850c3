"""Asking platforms how tokens stand: on demand, and each connection once a day. Tokens are renewed in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import attrs
import structlog

from dibs.audit_log import Actor
from dibs.clock import utc_now
from dibs.connections import sql
from dibs.connections.asking import ask
from dibs.connections.model import Connection
from dibs.connections.telling import EVENT, note
from dibs.connections.tokens import open_account, seal_token
from dibs.errors import DibsError, NotFoundError
from dibs.events.workspace import tell_workspace
from dibs.models.platform import Account, Platform, PlatformError, TokenHealth, TryAgainError

if TYPE_CHECKING:
    from dibs.connections.service import Connections
    from dibs.db import RawConnection

_LAST_PART: Final = 3
log = structlog.get_logger("dibs.connections")


@attrs.frozen(eq=False)
class Checks:
    """Looks after the tokens of all workspaces."""

    connections: Connections

    async def check(self, workspace_id: UUID, connection_id: UUID, actor: Actor | None = None) -> Connection:
        """Ask the platform now; a connection that works after all is `connected` again.

        Raises:
            NotFoundError: there is no such connection, or the workspace does not have its platform.
            RefusedError: it has no token, or the platform could not be asked.
            TryAgainError: the platform does not answer.
        """
        account = await self._account(workspace_id, connection_id)
        platform = await self.connections.platforms.of(workspace_id, account.platform)
        try:
            health = await ask(platform, platform.check(account))
        except PlatformError as error:
            await self.connections.noted_failure(workspace_id, connection_id, error, account=account)
            raise
        if health.problem is not None:
            await self.connections.noted_failure(workspace_id, connection_id, health.problem, account=account)
            await self.connections.db.hot_fetch(sql.LOOKED, workspace_id, connection_id)
        else:
            health = await self._refreshed(workspace_id, connection_id, platform, account, health)
            await self._keep(workspace_id, connection_id, actor or Actor.system(), account, health)
            await self._warn(workspace_id, connection_id)
        return await self.connections.get(workspace_id, connection_id)

    async def check_due(self) -> int:
        """Check every connection that was not checked for a day; how many were. Safe in several processes at once.

        A platform that does not answer is left for the next time.
        """
        known, away, checked = list(self.connections.platforms.everywhere), list[str](), 0
        while rows := await self.connections.db.hot_fetch(sql.TAKE_DUE, away, known):
            workspace_id, connection_id = UUID(bytes=rows[0]["workspace_id"].bytes), UUID(bytes=rows[0]["id"].bytes)
            try:
                await self.check(workspace_id, connection_id)
                checked += 1
            except TryAgainError as error:
                if error.scope != "account":
                    away.append(rows[0]["platform"])
            except NotFoundError:  # the workspace has switched the platform off
                await self.connections.db.hot_fetch(sql.LOOKED, workspace_id, connection_id)
            except DibsError as error:
                log.warning("check_failed", connection_id=str(connection_id), problem=error.message)
        return checked

    async def _account(self, workspace_id: UUID, connection_id: UUID) -> Account:
        rows = await self.connections.db.hot_fetch(sql.ACCOUNT, workspace_id, connection_id)
        if rows and rows[0]["token"] is not None:
            return open_account(self.connections.sealer, workspace_id, connection_id, rows[0])
        return await self.connections.account(workspace_id, connection_id)  # says why there is none

    async def _refreshed(
        self, workspace_id: UUID, connection_id: UUID, platform: Platform, account: Account, health: TokenHealth
    ) -> TokenHealth:
        """With a token that lasts longer, if this one is in the last third of its life."""
        rows = await self.connections.db.hot_fetch(sql.ONE, workspace_id, connection_id)
        ends = health.token.expires_at
        since = rows[0]["refreshed_at"] or rows[0]["created_at"] if rows else None
        if since is None or ends is None or utc_now() < ends - (ends - since) / _LAST_PART:
            return health
        try:
            token = await ask(platform, platform.refresh(attrs.evolve(account, token=health.token)))
        except PlatformError as error:
            log.warning("refresh_failed", connection_id=str(connection_id), problem=error.message)
            return health
        return health if token is None else attrs.evolve(health, token=token)

    async def _keep(
        self, workspace_id: UUID, connection_id: UUID, actor: Actor, account: Account, health: TokenHealth
    ) -> None:
        """Write down what was found, unless the account was connected again meanwhile."""
        told = None
        async with self.connections.db.transaction(), self.connections.db.raw() as connection:
            row = await connection.fetchrow(sql.LOCK, workspace_id, connection_id)
            if (
                row is None
                or row["token"] is None
                or self.connections.is_newer(workspace_id, connection_id, row, account)
            ):
                return
            await self._write(connection, workspace_id, connection_id, account, health)
            if row["status"] != "connected" or set(row["missing"]) != set(health.missing):
                after = {"status": "connected", "missing": sorted(health.missing)}
                told = await note(connection, workspace_id, connection_id, actor, "checked", row, after)
        if told is not None:
            self.connections.tell(told)

    async def _write(
        self,
        connection: RawConnection,
        workspace_id: UUID,
        connection_id: UUID,
        account: Account,
        health: TokenHealth,
    ) -> None:
        token = health.token
        await connection.execute(
            sql.CHECKED,
            workspace_id,
            connection_id,
            seal_token(self.connections.sealer, workspace_id, connection_id, attrs.evolve(account, token=token)),
            token.expires_at,
            token.data_access_until,
            sorted(health.scopes),
            sorted(health.missing),
            token.value != account.token.value,
        )

    async def _warn(self, workspace_id: UUID, connection_id: UUID) -> None:
        """Once for each token that dies within a week: tell the workspace."""
        async with self.connections.db.transaction(), self.connections.db.raw() as connection:
            row = await connection.fetchrow(sql.WARN, workspace_id, connection_id)
            if row is None:
                return
            told = await tell_workspace(connection, workspace_id, EVENT, _expiring(connection_id, row))
        self.connections.tell(told)


def _expiring(connection_id: UUID, row: Any) -> dict[str, Any]:
    named = {"platform": row["platform"], "name": row["name"], "status": "connected", "ends_at": row["ends_at"]}
    return {"connection_id": str(connection_id), "change": "expiring", **named}
