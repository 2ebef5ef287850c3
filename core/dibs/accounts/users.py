"""Making and finding users."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import attrs

from dibs.accounts.fields import email_key
from dibs.accounts.model import Registration, User, Workspace
from dibs.db import Database
from dibs.errors import DuplicateError, NotFoundError
from dibs.ids import uuid7

_FIND = "SELECT id, email, name, created_at FROM users WHERE id = $1"
_CREDENTIALS = "SELECT id, email, name, created_at, password_hash, disabled_at FROM users WHERE email_key = $1"
_FIRST_WORKSPACE = "SELECT workspace_id FROM members WHERE user_id = $1 ORDER BY created_at, workspace_id LIMIT 1"
_REHASH = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2"
_DISABLE = "UPDATE users SET disabled_at = now() WHERE id = $1 AND disabled_at IS NULL"
_NEW_USER = """
INSERT INTO users (id, email, email_key, name, password_hash, instance_operator)
VALUES ($1, $2, $3, $4, $5, NOT EXISTS (SELECT 1 FROM users))
RETURNING id, email, name, created_at
"""
_NEW_WORKSPACE = "INSERT INTO workspaces (id, name) VALUES ($1, $2) RETURNING id, name, created_at"
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

    async def create(self, new: Registration, password_hash: str | None) -> tuple[User, Workspace]:
        """A new user with a first workspace that they own, all or nothing.

        Raises:
            DuplicateError: the e-mail address has an account already.
        """
        try:
            async with self.db.transaction(), self.db.raw() as connection:
                user = await connection.fetchrow(
                    _NEW_USER,
                    uuid7(),
                    new.email.strip(),
                    email_key(new.email),
                    new.name.strip(),
                    password_hash,
                )
                name = (new.workspace_name or f"{new.name.strip()}'s workspace").strip()
                workspace = await connection.fetchrow(_NEW_WORKSPACE, uuid7(), name)
                assert user is not None
                assert workspace is not None
                await connection.execute(_NEW_MEMBER, workspace["id"], user["id"], "owner")
        except asyncpg.UniqueViolationError:
            raise DuplicateError("There is an account with this e-mail address already.") from None
        return User(*user), Workspace(workspace["id"], workspace["name"], "owner", workspace["created_at"])

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

    async def first_workspace(self, user_id: UUID) -> UUID | None:
        """The workspace that the user belongs to longest."""
        rows = await self.db.hot_fetch(_FIRST_WORKSPACE, user_id)
        return rows[0][0] if rows else None

    async def replace_hash(self, user_id: UUID, old: str, new: str) -> None:
        """Store a stronger hash of the same password, unless the password was changed meanwhile."""
        await self.db.hot_fetch(_REHASH, user_id, old, new)

    async def disable(self, user_id: UUID) -> None:
        """Refuse the user from now on, also where they are signed in."""
        await self.db.hot_fetch(_DISABLE, user_id)
