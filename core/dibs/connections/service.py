"""The connections of all workspaces: what is stored of them, and how their state changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar
from uuid import UUID

import attrs
import orjson

from dibs.accounts.keys import Sealer
from dibs.accounts.secrets import load_secrets
from dibs.audit_log import Actor
from dibs.clock import monotonic
from dibs.connections import sql
from dibs.connections.asking import ask
from dibs.connections.checks import Checks
from dibs.connections.consents import Consents
from dibs.connections.model import Connection, Status, connection_of, storable
from dibs.connections.telling import note
from dibs.connections.tokens import SEALED_FOR, open_account, seal_token
from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.events.workspace import WorkspaceEvent
from dibs.ids import uuid7
from dibs.models.platform import Account, Platform, PlatformError, RefusedError

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.events.hub import Hub
    from dibs.platforms.registry import Platforms
    from dibs.settings import Settings

T = TypeVar("T")
_DEAD: Final[Mapping[str, Status]] = {
    "token": "reconnect",
    "login": "reconnect",
    "permission": "reconnect",
    "removed": "disconnected",
}
_WORDS: Final = {
    "reconnect": "The access to this account has ended. Connect it again.",
    "disconnected": "This account is not connected any more. Connect it again.",
}
_NOTE_SECONDS: Final = 30.0
_CLOCKS_DIFFER: Final = timedelta(minutes=1)


@attrs.frozen
class InShow:
    """A connection that a running show listens to."""

    id: UUID
    platform: str
    name: str
    status: Status
    show_id: UUID
    show_title: str


@attrs.define(eq=False)
class Connections:
    """Accounts at platforms, by workspace. Tokens leave it only inside an `Account`, for a call to their platform.

    An account may be connected in several workspaces: what its platform sends then concerns each of them.
    """

    db: Database
    platforms: Platforms
    settings: Settings
    hub: Hub | None = attrs.field(default=None, init=False)
    sealer: Sealer = attrs.field(factory=lambda: Sealer(SEALED_FOR), init=False, repr=False)
    consents: Consents = attrs.field(init=False)
    checks: Checks = attrs.field(init=False)
    _noted: dict[UUID, float] = attrs.field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.consents, self.checks = Consents(self), Checks(self)

    async def start(self) -> None:
        """Load the keys that open the tokens."""
        self.sealer.load(*await asyncio.to_thread(load_secrets, self.settings))

    async def all_of(self, workspace_id: UUID) -> list[Connection]:
        """All of a workspace, those without access last."""
        return [connection_of(row) for row in await self.db.hot_fetch(sql.LIST, workspace_id)]

    async def get(self, workspace_id: UUID, connection_id: UUID) -> Connection:
        """One. Raises `NotFoundError`."""
        rows = await self.db.hot_fetch(sql.ONE, workspace_id, connection_id)
        if not rows:
            raise _nothing(connection_id)
        return connection_of(rows[0])

    async def any(self, workspace_id: UUID) -> bool:
        """Whether a workspace has any, with access or without."""
        return bool((await self.db.hot_fetch(sql.ANY, workspace_id))[0]["found"])

    async def in_running_shows(self, workspace_id: UUID) -> dict[UUID, str]:
        """The connections that running shows listen to, with the title of the show."""
        return {one.id: one.show_title for one in await self._in_shows(workspace_id)}

    async def broken_in_shows(self, workspace_id: UUID) -> Sequence[InShow]:
        """Those of them that have lost their access."""
        return [one for one in await self._in_shows(workspace_id) if one.status != "connected"]

    async def account(self, workspace_id: UUID, connection_id: UUID) -> Account:
        """The account behind a connection, with its token, for calls to its platform.

        Raises:
            NotFoundError: there is no such connection.
            RefusedError: `token`: it has to be connected again; `configuration`: its token can't be read here.
        """
        rows = await self.db.hot_fetch(sql.ACCOUNT, workspace_id, connection_id)
        if not rows:
            raise _nothing(connection_id)
        if rows[0]["status"] != "connected":
            raise RefusedError(_WORDS[rows[0]["status"]], "token")
        return open_account(self.sealer, workspace_id, connection_id, rows[0])

    async def call(
        self, workspace_id: UUID, connection_id: UUID, work: Callable[[Platform, Account], Awaitable[T]]
    ) -> T:
        """Do something at the platform of a connection, and note how it went.

        Raises:
            NotFoundError: there is no such connection, or the workspace does not have its platform.
            TryAgainError, RefusedError: as `account`, or from the platform.
        """
        account = await self.account(workspace_id, connection_id)
        platform = await self.platforms.of(workspace_id, account.platform)
        try:
            result = await ask(platform, work(platform, account))
        except PlatformError as error:
            await self.noted_failure(workspace_id, connection_id, error, account=account, deed=True)
            raise
        await self.noted_success(workspace_id, connection_id)
        return result

    async def noted_success(self, workspace_id: UUID, connection_id: UUID) -> None:
        """A call on behalf of the account worked. May be said after each: every half minute it is written down."""
        now = monotonic()
        if now - self._noted.get(connection_id, -_NOTE_SECONDS) >= _NOTE_SECONDS:
            self._noted[connection_id] = now
            await self.db.hot_fetch(sql.SUCCESS, workspace_id, connection_id)

    async def noted_failure(
        self,
        workspace_id: UUID,
        connection_id: UUID,
        error: PlatformError,
        *,
        account: Account | None = None,
        deed: bool = False,
    ) -> bool:
        """A call failed. Some refusals end the connection until somebody connects it again; whether this one did.

        Args:
            account: what the call was made with. If it was connected again meanwhile, the failure is of the old token
                and ends nothing.
            deed: it was one deed of many, such as an answer. A permission that is missing for it ends nothing either:
                a show can listen without it.
        """
        self._noted.pop(connection_id, None)
        reason = error.reason if isinstance(error, RefusedError) else None
        async with self.db.transaction(), self.db.raw() as connection:
            row = await connection.fetchrow(sql.LOCK, workspace_id, connection_id)
            if row is None or self.is_newer(workspace_id, connection_id, row, account):
                return False
            await connection.execute(sql.FAILURE, workspace_id, connection_id, reason, _words(error, account))
            status = row["status"] if deed and reason == "permission" else _DEAD.get(reason or "", row["status"])
            if status == row["status"] or row["status"] == "disconnected":
                return False
            told = await self._end(connection, workspace_id, connection_id, Actor.system(), row, status, reason)
        self.tell(told)
        return True

    async def drop_token(
        self,
        workspace_id: UUID,
        connection_id: UUID,
        reason: str,
        actor: Actor | None = None,
        *,
        issued_at: datetime | None = None,
    ) -> bool:
        """Destroy the token of a connection, because its person took the access back; whether there was one to destroy.

        A token that is newer than `issued_at`, by more than the minute that clocks may differ, stays.
        """
        async with self.db.transaction(), self.db.raw() as connection:
            row = await connection.fetchrow(sql.LOCK, workspace_id, connection_id)
            if row is None or row["token"] is None or _is_later(row["refreshed_at"], issued_at):
                return False
            who = actor or Actor.system()
            told = await self._end(connection, workspace_id, connection_id, who, row, "disconnected", reason)
        self.tell(told)
        return True

    async def remove(self, workspace_id: UUID, connection_id: UUID, actor: Actor) -> bool:
        """Destroy the token; the row goes as well, unless streams refer to it: whether it stayed.

        Raises:
            NotFoundError: there is no such connection.
        """
        async with self.db.transaction(), self.db.raw() as connection:
            row = await connection.fetchrow(sql.LOCK, workspace_id, connection_id)
            if row is None:
                raise _nothing(connection_id)
            await connection.execute(sql.DROP_TOKEN, workspace_id, connection_id)
            kept = not await connection.fetch(sql.REMOVE, workspace_id, connection_id)
            after = {"status": "disconnected", "account_id": row["account_id"]}
            told = await note(connection, workspace_id, connection_id, actor, "disconnected", row, after)
        self.tell(told)
        return kept

    async def store(
        self, workspace_id: UUID, actor: Actor, account: Account
    ) -> tuple[UUID, Literal["connected", "reconnected"]]:
        """Keep an account that a person gave access to; one that was here before keeps its row."""
        async with self.db.transaction(), self.db.raw() as connection:
            key = (workspace_id, account.platform, account.account_id)
            new = await connection.fetchval(
                sql.CLAIM, workspace_id, uuid7(), account.platform, account.account_id, actor.id
            )
            found = new or await connection.fetchval(sql.FIND, *key)
            connection_id = UUID(bytes=found.bytes)
            verb: Literal["connected", "reconnected"] = "connected" if new else "reconnected"
            row = await connection.fetchrow(sql.LOCK, workspace_id, connection_id)
            await self._connect(connection, workspace_id, connection_id, actor, account)
            after = {"name": account.name, "status": "connected", "account_id": account.account_id}
            told = await note(connection, workspace_id, connection_id, actor, verb, row, after)
        self._noted.pop(connection_id, None)
        self.tell(told)
        return connection_id, verb

    async def by_account(self, platform: str, account_id: str) -> list[tuple[UUID, UUID]]:
        """Workspace and connection of everyone who has this account connected, also with a token that is dead."""
        return _pairs(await self.db.hot_fetch(sql.BY_ACCOUNT, platform, account_id))

    async def of_user(self, platform: str, user_id: str) -> list[tuple[UUID, UUID]]:
        """Workspace and connection of all that this person of a platform gave access to."""
        return _pairs(await self.db.hot_fetch(sql.OF_USER, platform, user_id))

    async def _in_shows(self, workspace_id: UUID) -> list[InShow]:
        rows = await self.db.hot_fetch(sql.IN_SHOWS, workspace_id)
        return [
            InShow(
                UUID(bytes=row["id"].bytes), row["platform"], row["name"], row["status"],
                UUID(bytes=row["show_id"].bytes), row["show_title"],
            )
            for row in rows
        ]  # fmt: skip

    def tell(self, told: WorkspaceEvent) -> None:
        """After a commit: ring those who listen to the workspace."""
        if self.hub is not None:
            told.publish(self.hub)

    def is_newer(self, workspace_id: UUID, connection_id: UUID, row: Any, account: Account | None) -> bool:
        """Whether a row, locked, has another token by now than the one that a call was made with."""
        if account is None or row["token"] is None:
            return False
        try:
            return open_account(self.sealer, workspace_id, connection_id, row).token.value != account.token.value
        except RefusedError:
            return False

    async def _end(
        self,
        connection: RawConnection,
        workspace_id: UUID,
        connection_id: UUID,
        actor: Actor,
        row: Any,
        status: Status,
        reason: str | None,
    ) -> WorkspaceEvent:
        if status == "disconnected":
            await connection.execute(sql.DROP_TOKEN, workspace_id, connection_id)
        else:
            await connection.execute(sql.STATUS, workspace_id, connection_id, status)
        verb = "disconnected" if status == "disconnected" else "broken"
        after = {"status": status, "reason": reason}
        return await note(connection, workspace_id, connection_id, actor, verb, row, after)

    async def _connect(
        self, connection: RawConnection, workspace_id: UUID, connection_id: UUID, actor: Actor, account: Account
    ) -> None:
        await connection.execute(
            sql.CONNECT,
            workspace_id,
            connection_id,
            storable(account.name),
            seal_token(self.sealer, workspace_id, connection_id, account),
            account.token.expires_at,
            account.token.data_access_until,
            sorted(account.scopes),
            sorted(account.missing),
            account.user_id,
            orjson.dumps(dict(account.details)).decode(),
            actor.id,
        )


def _nothing(connection_id: UUID) -> NotFoundError:
    return NotFoundError("There is no such connection.", connection_id=str(connection_id))


def _is_later(refreshed_at: datetime | None, issued_at: datetime | None) -> bool:
    """Whether the access was given again after a platform said that it was taken back."""
    return refreshed_at is not None and issued_at is not None and refreshed_at - _CLOCKS_DIFFER > issued_at


def _words(error: PlatformError, account: Account | None) -> str:
    """What a platform said, without the token that an adapter may have left in it."""
    words = error.message if account is None else error.message.replace(account.token.value, "(token)")
    return storable(words)


def _pairs(rows: Any) -> list[tuple[UUID, UUID]]:
    return [(UUID(bytes=row["workspace_id"].bytes), UUID(bytes=row["id"].bytes)) for row in rows]
