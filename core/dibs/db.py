"""The gateway to PostgreSQL: everything that knows `databases` or a pool is in this file.

Plain queries go through `databases` with SQLAlchemy Core; the hot paths (claim lane, outbox) use asyncpg from a pool
of their own, so that a slow page can't hold up a live sale.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import asyncpg
import attrs
import databases
from sqlalchemy.sql import ClauseElement

from dibs.errors import UnavailableError

Row = Mapping[str, Any]
if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    RawConnection: TypeAlias = PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]

LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection broke while asyncpg was between two states
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    TimeoutError,
)
"""What a statement raises when the database is away, or could not carry it out now: trying again may help."""

_SERVER_SETTINGS = {
    "jit": "off",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "application_name": "dibs",
}


@attrs.define(eq=False)
class Database:
    """One process's access to PostgreSQL.

    `url` is a `postgresql://` address; `plain` and `hot` are the most connections of either pool. `revive` brings an
    embedded server back that has died (blocking; it is called in a thread).
    """

    url: str
    plain: int = 10
    hot: int = 10
    revive: Callable[[], object] | None = None
    _reviving: asyncio.Lock = attrs.field(factory=asyncio.Lock, init=False)
    _plain: databases.Database | None = attrs.field(default=None, init=False)
    _hot: Pool | None = attrs.field(default=None, init=False)

    async def connect(self) -> None:
        """Open both pools. Raises `UnavailableError` if the database does not answer."""
        settings = {**_SERVER_SETTINGS, "statement_timeout": "30s"}
        try:
            self._hot = await asyncpg.create_pool(
                self.url, min_size=1, max_size=self.hot, server_settings=settings, reset=_keep
            )
            plain = databases.Database(_without_options(self.url), **_options(self.url, self.plain, settings))
            await plain.connect()
            self._plain = plain
        except (OSError, asyncpg.PostgresError) as error:
            raise UnavailableError(f"The database does not answer: {error}") from error

    async def close(self) -> None:
        """Close both pools."""
        plain, self._plain = self._plain, None
        hot, self._hot = self._hot, None
        if plain is not None:
            await plain.disconnect()
        if hot is not None:
            await hot.close()

    async def recover(self) -> None:
        """After a lost connection: bring the server back if that is ours to do, then give it a moment."""
        if self.revive is not None:
            try:
                async with self._reviving:
                    await asyncio.to_thread(self.revive)
            except UnavailableError:
                await asyncio.sleep(0.5)
        await asyncio.sleep(0.1)

    async def fetch_all(self, query: ClauseElement) -> list[Row]:
        """All rows of a SQLAlchemy Core query; read columns by key."""
        return cast(list[Row], await self._core.fetch_all(query))

    async def fetch_one(self, query: ClauseElement) -> Row | None:
        """The first row of a query, or None."""
        return cast("Row | None", await self._core.fetch_one(query))

    async def fetch_value(self, query: ClauseElement) -> Any:
        """The first column of the first row, or None."""
        return await self._core.fetch_val(query)

    async def execute(self, query: ClauseElement) -> Any:
        """Run a statement that returns nothing of interest."""
        return await self._core.execute(query)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Everything inside, in the same task, is one transaction. Start no task in it: that would leave it."""
        async with self._core.transaction():
            yield

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[RawConnection]:
        """The asyncpg connection of the transaction that this task is in (or of its own)."""
        async with self._core.connection() as connection:
            yield cast("RawConnection", connection.raw_connection)

    async def plain_fetch(self, sql: str, *args: Any) -> list[Row]:
        """Rows of an SQL text on the plain pool (in this task's transaction, if it is in one)."""
        async with self.raw() as connection:
            return cast(list[Row], await connection.fetch(sql, *args))

    async def open_pool(self, size: int, name: str) -> Pool:
        """A pool of the caller's own, for work that must not be in anybody's way; the caller ends it."""
        settings = {**_SERVER_SETTINGS, "statement_timeout": "30s", "application_name": name}
        return await asyncpg.create_pool(self.url, min_size=0, max_size=size, server_settings=settings)

    @asynccontextmanager
    async def hot_connection(self) -> AsyncIterator[RawConnection]:
        """An asyncpg connection of the hot pool, for a single statement or a transaction of its own."""
        if self._hot is None:
            raise UnavailableError("The database is not connected.")
        async with self._hot.acquire() as connection:
            yield connection

    async def hot_fetch(self, sql: str, *args: Any) -> Sequence[asyncpg.Record]:
        """Rows of a prepared statement on the hot pool."""
        async with self.hot_connection() as connection:
            return await connection.fetch(sql, *args)

    @property
    def _core(self) -> databases.Database:
        if self._plain is None:
            raise UnavailableError("The database is not connected.")
        return self._plain


async def _keep(_: object) -> None:
    """Hot connections set nothing in their session, so a returned one needs no reset round trip."""


def _without_options(url: str) -> str:
    return url.split("?", 1)[0]


def _options(url: str, size: int, settings: Mapping[str, str]) -> dict[str, Any]:
    """`databases` drops unknown address parameters, so the address itself goes to asyncpg as `dsn`."""
    return {
        "dsn": url,
        "host": None,
        "port": None,
        "user": None,
        "password": None,
        "database": None,
        "min_size": 1,
        "max_size": size,
        "server_settings": dict(settings),
    }
