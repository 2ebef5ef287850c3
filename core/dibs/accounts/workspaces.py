"""Workspaces of a user."""

from __future__ import annotations

from uuid import UUID

import attrs

from dibs.accounts.model import Workspace
from dibs.accounts.permissions import Role
from dibs.db import Database
from dibs.errors import NotFoundError
from dibs.ids import uuid7

_LIST = """
SELECT w.id, w.name, m.role, w.created_at FROM members m JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = $1 ORDER BY w.created_at, w.id
"""
_CREATE = """
WITH made AS (INSERT INTO workspaces (id, name) VALUES ($1, $2) RETURNING id, name, created_at),
     owner AS (INSERT INTO members (workspace_id, user_id, role) SELECT id, $3, 'owner' FROM made)
SELECT id, name, 'owner', created_at FROM made
"""
_GET = "SELECT id, name, created_at FROM workspaces WHERE id = $1"
_RENAME = "UPDATE workspaces SET name = $2 WHERE id = $1 RETURNING id, name, created_at"


@attrs.frozen
class Workspaces:
    """The workspaces of everybody; who may see one is decided before these functions are called."""

    db: Database

    async def of_user(self, user_id: UUID) -> list[Workspace]:
        """Every workspace that the user is a member of, the oldest first."""
        return [Workspace(*row) for row in await self.db.hot_fetch(_LIST, user_id)]

    async def create(self, user_id: UUID, name: str) -> Workspace:
        """A new workspace that the user owns."""
        rows = await self.db.hot_fetch(_CREATE, uuid7(), name.strip(), user_id)
        return Workspace(*rows[0])

    async def get(self, workspace_id: UUID, role: Role) -> Workspace:
        """One workspace, as seen by a member with this role. Raises `NotFoundError`."""
        return _one(await self.db.hot_fetch(_GET, workspace_id), role)

    async def rename(self, workspace_id: UUID, name: str, role: Role) -> Workspace:
        """Give the workspace another name. Raises `NotFoundError`."""
        return _one(await self.db.hot_fetch(_RENAME, workspace_id, name.strip()), role)


def _one(rows: object, role: Role) -> Workspace:
    if not isinstance(rows, list) or not rows:
        raise NotFoundError("There is no such workspace.")
    return Workspace(rows[0]["id"], rows[0]["name"], role, rows[0]["created_at"])
