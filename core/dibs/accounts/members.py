"""Members of a workspace. Every change holds the workspace's row, so that it never loses its last owner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import attrs

from dibs.accounts.fields import email_key
from dibs.accounts.model import Member
from dibs.accounts.permissions import Role, allows
from dibs.accounts.standing import Standings
from dibs.audit_log import Actor, record
from dibs.db import Database
from dibs.errors import ConflictError, DuplicateError, ForbiddenError, NotFoundError

if TYPE_CHECKING:
    from dibs.db import RawConnection

_LIST = """
SELECT m.user_id, u.name, u.email, m.role, m.created_at FROM members m JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = $1 ORDER BY m.created_at, m.user_id
"""
_LOCK = "SELECT 1 FROM workspaces WHERE id = $1 FOR NO KEY UPDATE"
_ROLE = "SELECT role FROM members WHERE workspace_id = $1 AND user_id = $2"
# Somebody whose account is closed can't look after a workspace.
_OTHER_OWNER = """
SELECT 1 FROM members m JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
WHERE m.workspace_id = $1 AND m.role = 'owner' AND m.user_id <> $2 LIMIT 1
"""
_USER = "SELECT id FROM users WHERE email_key = $1 AND disabled_at IS NULL"
_ADD = "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, $3)"
_CHANGE = "UPDATE members SET role = $3 WHERE workspace_id = $1 AND user_id = $2"
_REMOVE = "DELETE FROM members WHERE workspace_id = $1 AND user_id = $2"
_GET = """
SELECT m.user_id, u.name, u.email, m.role, m.created_at FROM members m JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = $1 AND m.user_id = $2
"""


@attrs.frozen
class Members:
    """Who belongs to a workspace, and with which role. `actor` is the member who makes the change."""

    db: Database
    standings: Standings

    async def list(self, workspace_id: UUID) -> list[Member]:
        """All members, the first one first."""
        return [Member(*row) for row in await self.db.hot_fetch(_LIST, workspace_id)]

    async def add(self, workspace_id: UUID, actor: Actor, email: str, role: Role) -> Member:
        """Take in a user who has an account.

        Raises:
            NotFoundError: nobody has this e-mail address.
            DuplicateError: the user is a member already.
            ForbiddenError: only owners make owners.
        """
        async with self._locked(workspace_id) as connection:
            await demand(connection, workspace_id, actor, "members:write", role)
            user_id = await connection.fetchval(_USER, email_key(email))
            if user_id is None:
                raise NotFoundError("Nobody has an account with this e-mail address.")
            try:
                await connection.execute(_ADD, workspace_id, user_id, role)
            except asyncpg.UniqueViolationError:
                raise DuplicateError("This user is a member already.") from None
            member = _member(await connection.fetchrow(_GET, workspace_id, user_id))
            after = {"role": role, "name": member.name}
            await _note(connection, workspace_id, actor, "member.added", user_id, after=after)
        return member

    async def change(self, workspace_id: UUID, actor: Actor, user_id: UUID, role: Role) -> Member:
        """Give a member another role.

        Raises:
            NotFoundError: no such member.
            ConflictError: it would leave the workspace without an owner.
            ForbiddenError: only owners make and unmake owners.
        """
        async with self._locked(workspace_id) as connection:
            before = await _role(connection, workspace_id, user_id)
            await demand(connection, workspace_id, actor, "members:write", before, role)
            if before == "owner" and role != "owner":
                await _keep_an_owner(connection, workspace_id, user_id)
            await connection.execute(_CHANGE, workspace_id, user_id, role)
            member = _member(await connection.fetchrow(_GET, workspace_id, user_id))
            if before != role:
                old, new = {"role": before, "name": member.name}, {"role": role}
                await _note(connection, workspace_id, actor, "member.role_changed", user_id, before=old, after=new)
        return member

    async def remove(self, workspace_id: UUID, actor: Actor, user_id: UUID) -> None:
        """Take a member out; everyone may leave of their own accord.

        Raises:
            NotFoundError: no such member.
            ConflictError: it would leave the workspace without an owner.
            ForbiddenError: only owners remove owners.
        """
        async with self._locked(workspace_id) as connection:
            before = await _role(connection, workspace_id, user_id)
            if user_id != actor.id:
                await demand(connection, workspace_id, actor, "members:write", before)
            if before == "owner":
                await _keep_an_owner(connection, workspace_id, user_id)
            member = _member(await connection.fetchrow(_GET, workspace_id, user_id))
            await connection.execute(_REMOVE, workspace_id, user_id)
            action = "member.left" if user_id == actor.id else "member.removed"
            gone = {"role": before, "name": member.name}
            await _note(connection, workspace_id, actor, action, user_id, before=gone)

    @asynccontextmanager
    async def _locked(self, workspace_id: UUID) -> AsyncIterator[RawConnection]:
        async with self.db.transaction(), self.db.raw() as connection:
            await connection.execute(_LOCK, workspace_id)
            yield connection
        self.standings.forget()


async def _role(connection: RawConnection, workspace_id: UUID, user_id: UUID) -> Role:
    role: Role | None = await connection.fetchval(_ROLE, workspace_id, user_id)
    if role is None:
        raise NotFoundError("There is no such member.")
    return role


async def demand(connection: RawConnection, workspace_id: UUID, actor: Actor, permission: str, *touched: Role) -> None:
    """The actor's role is read under the lock: it may have changed since the request began."""
    assert actor.id is not None
    role = await _role(connection, workspace_id, actor.id)
    needed = "owners:write" if "owner" in touched else permission
    if not allows(role, needed):
        raise ForbiddenError(f"Your role ({role}) does not allow this.", permission=needed)


async def _keep_an_owner(connection: RawConnection, workspace_id: UUID, leaving: UUID) -> None:
    if await connection.fetchval(_OTHER_OWNER, workspace_id, leaving) is None:
        raise ConflictError("A workspace needs an owner: make somebody else an owner first.")


async def _note(
    connection: RawConnection, workspace_id: UUID, actor: Actor, action: str, user_id: UUID, **change: Any
) -> None:
    await record(connection, workspace_id, actor, action, entity="member", entity_id=user_id, **change)


def _member(row: asyncpg.Record | None) -> Member:
    assert row is not None
    return Member(*row)
