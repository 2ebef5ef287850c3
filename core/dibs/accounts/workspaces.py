"""Workspaces of a user."""

from __future__ import annotations

from uuid import UUID

import attrs

from dibs.accounts.model import Workspace
from dibs.accounts.permissions import Role
from dibs.audit_log import Actor, record
from dibs.db import Database
from dibs.errors import AlreadyDoneError, NotFoundError
from dibs.ids import uuid7

_LIST = """
SELECT w.id, w.name, m.role, w.created_at FROM members m JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = $1 ORDER BY w.created_at, w.id
"""
_CREATE = (
    "INSERT INTO workspaces (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id, name, 'owner', created_at"
)
_OWN = "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, 'owner')"
_GET = "SELECT id, name, created_at FROM workspaces WHERE id = $1"


@attrs.frozen
class Workspaces:
    """The workspaces of everybody; who may see one is decided before these functions are called."""

    db: Database

    async def of_user(self, user_id: UUID) -> list[Workspace]:
        """Every workspace that the user is a member of, the oldest first."""
        return [Workspace(*row) for row in await self.db.hot_fetch(_LIST, user_id)]

    async def create(
        self, user_id: UUID, name: str, request_id: str | None = None, request_key: bytes | None = None
    ) -> Workspace:
        """A new workspace that the user owns.

        A new workspace has a log of its own, in which the key of a request could not be seen twice: so the key makes
        the id.

        Raises:
            AlreadyDoneError: the same request made it before.
        """
        workspace_id = UUID(bytes=request_key[:16], version=4) if request_key else uuid7()
        async with self.db.transaction(), self.db.raw() as connection:
            row = await connection.fetchrow(_CREATE, workspace_id, name.strip())
            if row is None:
                raise AlreadyDoneError("This workspace was made before.", entity_id=str(workspace_id))
            made = Workspace(*row)
            await connection.execute(_OWN, made.id, user_id)
            who = await connection.fetchval("SELECT name FROM users WHERE id = $1", user_id)
            actor, after = Actor(user_id, who, request_id), {"name": made.name}
            await record(
                connection, made.id, actor, "workspace.created", entity="workspace", entity_id=made.id, after=after
            )
        return made

    async def get(self, workspace_id: UUID, role: Role) -> Workspace:
        """One workspace, as seen by a member with this role. Raises `NotFoundError`."""
        return _one(await self.db.hot_fetch(_GET, workspace_id), role)


def _one(rows: object, role: Role) -> Workspace:
    if not isinstance(rows, list) or not rows:
        raise NotFoundError("There is no such workspace.")
    return Workspace(rows[0]["id"], rows[0]["name"], role, rows[0]["created_at"])
