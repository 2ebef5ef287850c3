"""Making and finding users."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import attrs

from dibs.accounts.fields import email_key
from dibs.accounts.invitations import redeem
from dibs.accounts.model import Registration, User, Workspace
from dibs.audit_log import Actor, record
from dibs.db import Database
from dibs.errors import DuplicateError, ForbiddenError, NotFoundError
from dibs.ids import uuid7

if TYPE_CHECKING:
    from dibs.db import RawConnection

LOCAL_OWNER = "owner@dibs.local"
"""The account that `dibs replay` makes where there is none: the first who registers takes it over."""
BY_INVITATION = "Accounts are made by invitation here. Ask an owner or admin of a workspace for a link."

_FIND = "SELECT id, email, name, created_at FROM users WHERE id = $1"
_CREDENTIALS = "SELECT id, email, name, created_at, password_hash, disabled_at FROM users WHERE email_key = $1"
_FIRST_WORKSPACE = "SELECT workspace_id FROM members WHERE user_id = $1 ORDER BY created_at, workspace_id LIMIT 1"
_REHASH = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2"
_DISABLE = "UPDATE users SET disabled_at = now() WHERE id = $1 AND disabled_at IS NULL RETURNING id"
_NEW_USER = """
INSERT INTO users (id, email, email_key, name, password_hash, instance_operator)
VALUES ($1, $2, $3, $4, $5, NOT EXISTS (SELECT 1 FROM users))
RETURNING id, email, name, created_at
"""
# Nobody's yet: it has no password, and nobody ever made a link that leads into it.
_UNUSED = f"""
u.email_key = '{LOCAL_OWNER}' AND u.password_hash IS NULL AND u.disabled_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM members m JOIN audit_log a ON a.workspace_id = m.workspace_id
    WHERE m.user_id = u.id AND a.action = 'member.sign_in_link_made' AND a.entity_id = u.id::text)
"""
_TAKE_OVER = f"""
UPDATE users u SET email = $1, email_key = $2, name = $3, password_hash = $4
WHERE {_UNUSED} AND NOT EXISTS (SELECT 1 FROM users o WHERE o.id <> u.id)
RETURNING u.id, u.email, u.name, u.created_at
"""
_NEW_WORKSPACE = "INSERT INTO workspaces (id, name) VALUES ($1, $2) RETURNING id, name, created_at"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('dibs.users.create'))"
_ANYBODY = f"SELECT EXISTS (SELECT 1 FROM users u WHERE NOT ({_UNUSED}))"
_NEW_MEMBER = "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, $3)"


@attrs.frozen
class Stored:
    """A user with what decides about a sign-in."""

    user: User
    password_hash: str | None
    disabled: bool


@attrs.frozen
class Users:
    """The people with an account."""

    db: Database

    async def create(
        self,
        new: Registration,
        password_hash: str | None,
        *,
        only_first: bool = False,
        request_id: str | None = None,
    ) -> tuple[User, Workspace]:
        """A new user with a workspace: the one that they are invited to, else one that they own. All or nothing.
        The first one with a password has the workspace of a replay besides, if there was one before any account.

        `only_first`: only if nobody has an account here yet.

        Raises:
            DuplicateError: the e-mail address has an account already.
            ForbiddenError: somebody has an account already, and only the first was wanted; or the invitation is for
                somebody else.
            NotFoundError, ConflictError: the invitation can't be used.
        """
        try:
            async with self.db.transaction(), self.db.raw() as connection:
                await connection.execute(_ONE_AT_A_TIME)
                if only_first and await connection.fetchval(_ANYBODY):
                    raise ForbiddenError(BY_INVITATION, reason="registration")
                user = await self._insert(connection, new, password_hash)
                actor = Actor(user.id, user.name, request_id)
                place = await self._join(connection, new, user, actor)
                if place is None or new.workspace_name:
                    own = await _found_workspace(connection, new, actor)
                    place = place or own
        except asyncpg.UniqueViolationError:
            raise DuplicateError("There is an account with this e-mail address already.") from None
        return user, place

    async def _insert(self, connection: RawConnection, new: Registration, password_hash: str | None) -> User:
        values = (new.email.strip(), email_key(new.email), new.name.strip(), password_hash)
        row = await connection.fetchrow(_TAKE_OVER, *values) if password_hash is not None else None
        row = row or await connection.fetchrow(_NEW_USER, uuid7(), *values)
        assert row is not None
        return User(*row)

    async def _join(self, connection: RawConnection, new: Registration, user: User, actor: Actor) -> Workspace | None:
        if new.invitation is None:
            return None
        workspace_id, role = await redeem(connection, new.invitation, user, actor)
        row = await connection.fetchrow("SELECT name, created_at FROM workspaces WHERE id = $1", workspace_id)
        assert row is not None
        return Workspace(workspace_id, row["name"], role, row["created_at"])

    async def anybody(self) -> bool:
        """Whether anybody has an account here."""
        rows = await self.db.hot_fetch(_ANYBODY)
        return bool(rows[0][0])

    async def password_hash(self, user_id: UUID) -> str | None:
        """What is stored of a user's password."""
        rows = await self.db.hot_fetch("SELECT password_hash FROM users WHERE id = $1", user_id)
        return rows[0][0] if rows else None

    async def get(self, user_id: UUID) -> User:
        """The user with this id. Raises `NotFoundError`."""
        rows = await self.db.hot_fetch(_FIND, user_id)
        if not rows:
            raise NotFoundError("There is no such user.")
        return User(*rows[0])

    async def stored(self, email: str) -> Stored | None:
        """The user with this e-mail address, however it is written."""
        rows = await self.db.hot_fetch(_CREDENTIALS, email_key(email))
        if not rows:
            return None
        row = rows[0]
        user = User(row["id"], row["email"], row["name"], row["created_at"])
        return Stored(user, row["password_hash"], row["disabled_at"] is not None)

    async def language(self, user_id: UUID) -> str | None:
        """The language that the user chose, if any."""
        rows = await self.db.hot_fetch("SELECT language FROM users WHERE id = $1", user_id)
        return rows[0][0] if rows else None

    async def first_workspace(self, user_id: UUID) -> UUID | None:
        """The workspace that the user belongs to longest."""
        rows = await self.db.hot_fetch(_FIRST_WORKSPACE, user_id)
        return rows[0][0] if rows else None

    async def replace_hash(self, user_id: UUID, old: str, new: str) -> None:
        """Store a stronger hash of the same password, unless the password was changed meanwhile."""
        await self.db.hot_fetch(_REHASH, user_id, old, new)

    async def disable(self, connection: RawConnection, user_id: UUID) -> bool:
        """Refuse the user from now on, also where they are signed in; False if that was so already."""
        return await connection.fetchval(_DISABLE, user_id) is not None


async def _found_workspace(connection: RawConnection, new: Registration, actor: Actor) -> Workspace:
    name = (new.workspace_name or f"{new.name.strip()}'s workspace").strip()
    row = await connection.fetchrow(_NEW_WORKSPACE, uuid7(), name)
    assert row is not None
    await connection.execute(_NEW_MEMBER, row["id"], actor.id, "owner")
    after = {"name": name}
    await record(
        connection, row["id"], actor, "workspace.created", entity="workspace", entity_id=row["id"], after=after
    )
    return Workspace(row["id"], row["name"], "owner", row["created_at"])
