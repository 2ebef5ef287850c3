"""Setting second factors up and taking them away; each change stands in the audit log."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.accounts.acting import Acting, note_everywhere
from dibs.accounts.keys import from_text, to_text
from dibs.accounts.model import User
from dibs.accounts.passkeys import MOST, Passkey
from dibs.accounts.second_factors import SecondFactors
from dibs.accounts.totp import Enrolment
from dibs.audit_log import Actor
from dibs.errors import ConflictError, FieldFault, InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from dibs.db import RawConnection

PURPOSE = "new_passkey"
_NO_TOTP = """
UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL
WHERE id = $1 AND totp_confirmed_at IS NOT NULL RETURNING 1
"""
_BARE = """
UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL WHERE id = $1
"""
_FACTORS_LEFT = """
SELECT EXISTS (SELECT 1 FROM passkeys WHERE user_id = $1)
    OR EXISTS (SELECT 1 FROM users WHERE id = $1 AND totp_confirmed_at IS NOT NULL)
"""
_CODES = "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL"
_LOCK = "SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE"


@attrs.frozen
class FactorSetup:
    """What a user changes about their own second factors. Whoever calls it checks that the sign-in is fresh."""

    factors: SecondFactors

    async def begin_totp(self, acting: Acting) -> Enrolment:
        """A secret for an authenticator app. Raises `ConflictError` if one is set up already."""
        return await self.factors.totp.begin(acting.user_id)

    async def confirm_totp(self, acting: Acting, code: str) -> list[str]:
        """Turn the authenticator app on with its first code; new recovery codes if the user had none.

        Raises:
            InvalidInputError: the code is not right.
            NotFoundError: none is being set up.
        """
        await self.factors.take_attempt(acting.user_id)
        async with self._locked(acting) as connection:
            if not await self.factors.totp.confirm(acting.user_id, code):
                fault = FieldFault("code", "is not right; check the clock of the device and use a new code")
                raise InvalidInputError("The code is not right.", [fault])
            await acting.note(connection, "account.totp_added")
            return await self._first_codes(connection, acting.user_id)

    async def remove_totp(self, acting: Acting) -> None:
        """Take the authenticator app away. Raises `NotFoundError`."""
        async with self._locked(acting) as connection:
            if await connection.fetchval(_NO_TOTP, acting.user_id) is None:
                raise NotFoundError("No authenticator app is set up.")
            await acting.note(connection, "account.totp_removed")
            await self._drop_useless_codes(connection, acting.user_id)

    async def renew_codes(self, acting: Acting) -> list[str]:
        """New recovery codes instead of the old ones. Raises `ConflictError` without a second factor."""
        async with self._locked(acting) as connection:
            if not await connection.fetchval(_FACTORS_LEFT, acting.user_id):
                raise ConflictError("Set up an authenticator app or a passkey first.")
            await acting.note(connection, "account.recovery_codes_renewed")
            return await self.factors.recovery.replace(connection, acting.user_id)

    async def begin_passkey(self, user: User) -> tuple[str, dict[str, Any]]:
        """A token, and what the browser needs to make a passkey."""
        known, challenge = await self.factors.passkeys.of_user(user.id), os.urandom(32)
        if len(known) >= MOST:
            raise ConflictError(f"There are {MOST} passkeys already; remove one first.")
        options = self.factors.passkeys.creation_options(user, known, challenge)
        data = {"challenge": to_text(challenge)}
        return await self.factors.challenges.open(user.id, PURPOSE, data), options

    async def add_passkey(
        self, acting: Acting, token: str, name: str, answer: Mapping[str, Any]
    ) -> tuple[Passkey, list[str]]:
        """Keep the passkey that the browser made; with it, recovery codes if the user had none.

        Raises:
            UnauthenticatedError: it took too long, or was done already.
            InvalidInputError: the answer does not belong to the challenge.
        """
        challenge = await self.factors.challenges.attempt(token, PURPOSE)
        if challenge.user_id != acting.user_id:
            raise NotFoundError("There is no such step.")
        await self.factors.challenges.close(token)
        expected = from_text(challenge.data["challenge"])
        async with self._locked(acting) as connection:
            made = await self.factors.passkeys.add(connection, acting.user_id, expected, answer, name.strip())
            await acting.note(connection, "account.passkey_added", after={"name": made.name})
            return made, await self._first_codes(connection, acting.user_id)

    async def rename_passkey(self, acting: Acting, passkey_id: str, name: str) -> Passkey:
        """Give a passkey another name. Raises `NotFoundError`."""
        async with self._locked(acting) as connection:
            found = await self.factors.passkeys.rename(connection, acting.user_id, passkey_id, name.strip())
            if found is None:
                raise NotFoundError("There is no such passkey.")
            await acting.note(connection, "account.passkey_renamed", after={"name": found.name})
        return found

    async def remove_passkey(self, acting: Acting, passkey_id: str) -> None:
        """Forget a passkey. Raises `NotFoundError`."""
        async with self._locked(acting) as connection:
            name = await self.factors.passkeys.remove(connection, acting.user_id, passkey_id)
            if name is None:
                raise NotFoundError("There is no such passkey.")
            await acting.note(connection, "account.passkey_removed", before={"name": name})
            await self._drop_useless_codes(connection, acting.user_id)

    async def reset(self, user_id: UUID) -> None:
        """Take every second factor away, for somebody who lost theirs; only the command line does that."""
        async with self.factors.db.transaction(), self.factors.db.raw() as connection:
            await connection.execute(_BARE, user_id)
            await connection.execute("DELETE FROM passkeys WHERE user_id = $1", user_id)
            await self.factors.recovery.drop(connection, user_id)
            await note_everywhere(connection, user_id, "account.second_factor_reset", Actor.system("Command line"))

    async def _first_codes(self, connection: RawConnection, user_id: UUID) -> list[str]:
        if await connection.fetchval(_CODES, user_id):
            return []
        return await self.factors.recovery.replace(connection, user_id)

    async def _drop_useless_codes(self, connection: RawConnection, user_id: UUID) -> None:
        if not await connection.fetchval(_FACTORS_LEFT, user_id):
            await self.factors.recovery.drop(connection, user_id)

    @asynccontextmanager
    async def _locked(self, acting: Acting) -> AsyncIterator[RawConnection]:
        """The user's row is held, so that of two changes at once the second sees the first."""
        async with self.factors.db.transaction(), self.factors.db.raw() as connection:
            await connection.execute(_LOCK, acting.user_id)
            yield connection
