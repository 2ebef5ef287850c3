"""What users change about themselves: name, language, e-mail address, password, and where they are signed in."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import attrs
import structlog

from dibs.accounts.acting import Acting, note_everywhere
from dibs.accounts.fields import email_key
from dibs.accounts.limits import RateLimits
from dibs.accounts.model import User
from dibs.accounts.passwords import Passwords
from dibs.accounts.sign_ins import SignInKey, SignIns
from dibs.accounts.standing import Standings
from dibs.accounts.users import Users
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.errors import DuplicateError, FieldFault, InvalidInputError

_PROFILE = """
UPDATE users SET name = coalesce($2, name), language = CASE WHEN $3::text IS NULL THEN language ELSE nullif($3, '') END
WHERE id = $1
"""
_BEFORE = "SELECT name, language FROM users WHERE id = $1 FOR NO KEY UPDATE"
_EMAIL = "UPDATE users SET email = $2, email_key = $3 WHERE id = $1"
_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $3 RETURNING 1"
_SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1"
_OPERATOR = "UPDATE users SET instance_operator = $2 WHERE id = $1 AND instance_operator <> $2"
_WRONG = "is not right"
log = structlog.get_logger("dibs.accounts")


@attrs.frozen
class OwnAccount:
    """Changes of one's own account. What proves the user again is asked for here, and counted."""

    db: Database
    users: Users
    passwords: Passwords
    sign_ins: SignIns
    standings: Standings
    limits: RateLimits

    async def check_password(self, user_id: UUID, given: str | None, field: str = "password") -> str | None:
        """The stored hash, if the password is the user's.

        Raises:
            RateLimitedError: tried too often.
            InvalidInputError: it is not right; `field` names where it stands.
        """
        await self.limits.take(f"password:user:{user_id}")
        stored = await self.users.password_hash(user_id)
        if not await self.passwords.verify(stored, given or ""):
            log.warning("password_check_failed", user_id=str(user_id))
            raise InvalidInputError("The password is not right.", [FieldFault(field, _WRONG)])
        return stored

    async def confirm(self, user_id: UUID, key: SignInKey, password: str) -> None:
        """Prove again who sits there, for the next ten minutes. Errors as `check_password`."""
        await self.check_password(user_id, password)
        await self.sign_ins.confirm(key)

    async def change_profile(self, acting: Acting, name: str | None, language: str | None) -> User:
        """Another name or language; None leaves it as it is, an empty language is the browser's."""
        async with self.db.transaction(), self.db.raw() as connection:
            old = await connection.fetchrow(_BEFORE, acting.user_id)
            await connection.execute(_PROFILE, acting.user_id, name.strip() if name else None, language)
            new = await connection.fetchrow(_BEFORE, acting.user_id)
            assert old is not None
            assert new is not None
            changed = [field for field in ("name", "language") if old[field] != new[field]]
            if changed:
                before, after = ({field: row[field] for field in changed} for row in (old, new))
                await acting.note(connection, "account.edited", before=before, after=after)
        self.standings.forget()
        return await self.users.get(acting.user_id)

    async def change_email(self, acting: Acting, email: str, password: str) -> User:
        """Another e-mail address to sign in with; neither address is written down.

        Raises:
            InvalidInputError: the password is not right.
            DuplicateError: the address has an account already.
        """
        await self.check_password(acting.user_id, password)
        try:
            async with self.db.transaction(), self.db.raw() as connection:
                await connection.execute(_EMAIL, acting.user_id, email.strip(), email_key(email))
                await acting.note(connection, "account.email_changed")
        except asyncpg.UniqueViolationError:
            raise DuplicateError("There is an account with this e-mail address already.") from None
        return await self.users.get(acting.user_id)

    async def change_password(self, acting: Acting, key: SignInKey, current: str | None, new: str) -> None:
        """Another password; every other sign-in of the user ends.

        The current one must be given, except right after a sign-in by link: that is how somebody who forgot it gets
        in again.
        """
        by_link = await self.sign_ins.by_fresh_link(key)
        old = (
            await self.users.password_hash(acting.user_id)
            if by_link and current is None
            else await self.check_password(acting.user_id, current, "current_password")
        )
        password_hash = await self.passwords.hash(new)
        async with self.db.transaction(), self.db.raw() as connection:
            if not await connection.fetch(_PASSWORD, acting.user_id, password_hash, old):
                raise InvalidInputError("The password was changed meanwhile.", [FieldFault("current_password", _WRONG)])
            await self.sign_ins.end_all(acting.user_id, key)
            await acting.note(connection, "account.password_changed")
        self.standings.forget()

    async def sign_out_everywhere(self, acting: Acting, keep: SignInKey | None) -> None:
        """End every sign-in, or every other one."""
        async with self.db.transaction(), self.db.raw() as connection:
            await self.sign_ins.end_all(acting.user_id, keep)
            await acting.note(connection, "account.signed_out_everywhere")
        self.standings.forget()

    async def end_sign_in(self, acting: Acting, sign_in_id: UUID) -> None:
        """End one sign-in. Raises `NotFoundError`."""
        async with self.db.transaction(), self.db.raw() as connection:
            await self.sign_ins.end(acting.user_id, sign_in_id)
            await acting.note(connection, "account.sign_in_ended")
        self.standings.forget()

    async def set_password(self, user_id: UUID, password: str) -> None:
        """Another password from the command line; every sign-in ends."""
        password_hash = await self.passwords.hash(password)
        async with self.db.transaction(), self.db.raw() as connection:
            await connection.execute(_SET_PASSWORD, user_id, password_hash)
            await self.sign_ins.end_all(user_id)
            await note_everywhere(connection, user_id, "account.password_set", Actor.system("Command line"))
        self.standings.forget()

    async def set_operator(self, user_id: UUID, on: bool) -> None:
        """Let a user run this instance beyond all workspaces, or no longer."""
        action = "account.operator_granted" if on else "account.operator_revoked"
        async with self.db.transaction(), self.db.raw() as connection:
            if await connection.execute(_OPERATOR, user_id, on) != "UPDATE 0":
                await note_everywhere(connection, user_id, action, Actor.system("Command line"))
        self.standings.forget()
