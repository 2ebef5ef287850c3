"""The database as a plugin gets it: for one workspace, and for statements that say so."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import attrs

from dibs.errors import PluginError

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

_ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.S)
_NAMES = re.compile(r"\bworkspace_id\b")
_FIRST = re.compile(r"\$1(?![0-9])")


def check_statement(sql: str) -> None:
    """Refuse a statement that is not about one workspace. Raises `PluginError`."""
    bare = _ASIDE.sub(" ", sql)
    if not _NAMES.search(bare) or not _FIRST.search(bare):
        raise PluginError("A statement of a plugin names workspace_id, and $1 is its value.", statement=sql[:200])


@attrs.frozen(eq=False)
class TransactionData:
    """`WorkspaceData` in the transaction of a connection; `begin` is awaited before each statement."""

    workspace_id: UUID
    connection: RawConnection = attrs.field(repr=False)
    begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def fetch(self, sql: str, *args: Any) -> Sequence[Mapping[str, Any]]:
        """The rows of a statement."""
        check_statement(sql)
        if self.begin is not None:
            await self.begin()
        rows = await self.connection.fetch(sql, self.workspace_id, *args)
        return cast(Sequence[Mapping[str, Any]], rows)

    async def execute(self, sql: str, *args: Any) -> None:
        """Carry a statement out."""
        await self.fetch(sql, *args)


@attrs.frozen(eq=False)
class PooledData:
    """`WorkspaceData` where each statement is its own transaction."""

    workspace_id: UUID
    db: Database = attrs.field(repr=False)

    async def fetch(self, sql: str, *args: Any) -> Sequence[Mapping[str, Any]]:
        """The rows of a statement."""
        check_statement(sql)
        return await self.db.plain_fetch(sql, self.workspace_id, *args)

    async def execute(self, sql: str, *args: Any) -> None:
        """Carry a statement out."""
        await self.fetch(sql, *args)
