"""Asking a database that may be away for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import asyncpg

from dibs.clock import monotonic
from dibs.errors import UnavailableError
from dibs.lane.lane import PATIENCE_SECONDS

if TYPE_CHECKING:
    from dibs.db import Database

T = TypeVar("T")
_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    UnavailableError,
)


async def patiently(db: Database, stop: asyncio.Event, ask: Callable[[], Awaitable[T]]) -> T:
    """The answer of `ask`, which only reads; asked again as long as a live sale would wait for the database.

    Raises:
        UnavailableError: the database did not come back, or `stop` was set while it was away.
    """
    deadline = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await ask()
        except _LOST as error:
            if monotonic() > deadline or stop.is_set():
                raise UnavailableError("The database does not answer.") from error
            await db.recover()
