"""The queries on `flags` and `flag_overrides`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import asyncpg
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert

from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.flags.model import Snapshot, StoredFlag
from dibs.tables import flag_overrides, flags

_FLAGS = "SELECT 'flag' AS kind, key, enabled, rollout::int AS rollout FROM flags"
_OF_WORKSPACE = f"""
{_FLAGS}
UNION ALL SELECT 'override', key, enabled, NULL FROM flag_overrides WHERE workspace_id = $1
UNION ALL SELECT 'failing', plugin, false, NULL FROM plugin_health
          WHERE workspace_id = $1 AND disabled_at IS NOT NULL
"""
_OVERRIDE = "SELECT enabled FROM flag_overrides WHERE workspace_id = $1 AND key = $2 FOR UPDATE"


async def read_snapshot(db: Database, workspace_id: UUID | None) -> Snapshot:
    """Everything that decides the flags of a workspace, in one statement."""
    rows = await (db.hot_fetch(_OF_WORKSPACE, workspace_id) if workspace_id else db.hot_fetch(_FLAGS))
    return Snapshot(
        flags={row["key"]: StoredFlag(row["enabled"], row["rollout"]) for row in _of(rows, "flag")},
        overrides={row["key"]: row["enabled"] for row in _of(rows, "override")},
        failing=frozenset(row["key"] for row in _of(rows, "failing")),
    )


async def require_workspace(db: Database, workspace_id: UUID) -> None:
    """Raise `NotFoundError` if there is no such workspace."""
    if not await db.hot_fetch("SELECT 1 FROM workspaces WHERE id = $1", workspace_id):
        raise _no_workspace(workspace_id)


def _no_workspace(workspace_id: UUID) -> NotFoundError:
    return NotFoundError("There is no such workspace.", workspace_id=str(workspace_id))


def _of(rows: Iterable[asyncpg.Record], kind: str) -> list[asyncpg.Record]:
    return [row for row in rows if row["kind"] == kind]


async def read_flag(db: Database, key: str) -> StoredFlag | None:
    """What is set for all workspaces."""
    rows = await db.plain_fetch("SELECT enabled, rollout::int AS rollout FROM flags WHERE key = $1 FOR UPDATE", key)
    return StoredFlag(rows[0]["enabled"], rows[0]["rollout"]) if rows else None


async def read_override(db: Database, workspace_id: UUID, key: str) -> bool | None:
    """What is set for one workspace."""
    rows = await db.plain_fetch(_OVERRIDE, workspace_id, key)
    return bool(rows[0]["enabled"]) if rows else None


async def write_flag(db: Database, key: str, flag: StoredFlag) -> None:
    """Set a flag for all workspaces."""
    values = {"enabled": flag.enabled, "rollout": flag.rollout, "updated_at": func.now()}
    statement = insert(flags).values(key=key, **values)
    await db.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))


async def delete_flag(db: Database, key: str) -> None:
    """Forget what was set for all workspaces."""
    await db.execute(delete(flags).where(flags.c.key == key))


async def write_override(db: Database, workspace_id: UUID, key: str, enabled: bool) -> None:
    """Set a flag for one workspace. Raises `NotFoundError` if there is no such workspace."""
    values = {"enabled": enabled, "updated_at": func.now()}
    keys = ["workspace_id", "key"]
    statement = insert(flag_overrides).values(workspace_id=workspace_id, key=key, **values)
    try:
        await db.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
    except asyncpg.ForeignKeyViolationError:
        raise _no_workspace(workspace_id) from None


async def delete_override(db: Database, workspace_id: UUID, key: str) -> None:
    """Forget what was set for one workspace."""
    await db.execute(
        delete(flag_overrides).where(flag_overrides.c.workspace_id == workspace_id, flag_overrides.c.key == key)
    )
