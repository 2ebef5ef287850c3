"""The second step of a sign-in: which factors a user has, and whether an answer proves one of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import attrs
import structlog

from dibs.accounts.acting import note_everywhere
from dibs.accounts.challenges import Challenge, Challenges
from dibs.accounts.keys import from_text, to_text
from dibs.accounts.limits import RateLimits
from dibs.accounts.passkeys import Passkeys
from dibs.accounts.recovery import RecoveryCodes
from dibs.accounts.sign_ins import OpenedBy
from dibs.accounts.totp import Totp
from dibs.audit_log import Actor
from dibs.db import Database
from dibs.errors import BadCredentialsError

Method = Literal["totp", "passkey", "recovery_code"]
PURPOSE, ALONE = "second_factor", "passkey_sign_in"
_STATE = """
SELECT u.totp_confirmed_at IS NOT NULL AS totp,
       (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id) AS passkeys,
       (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id AND r.used_at IS NULL) AS recovery_codes
FROM users u WHERE u.id = $1
"""
_WRONG = "That is not right. Check it, or use another way."
log = structlog.get_logger("dibs.accounts")


@attrs.frozen
class Factors:
    """The second factors of a user."""

    totp: bool
    passkeys: int
    recovery_codes: int

    @property
    def on(self) -> bool:
        """Whether signing in takes a second step."""
        return self.totp or self.passkeys > 0


@attrs.frozen
class Proof:
    """An answer to the second step; one of the three."""

    code: str | None = attrs.field(default=None, repr=False)
    recovery_code: str | None = attrs.field(default=None, repr=False)
    passkey: Mapping[str, Any] | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Pending:
    """A sign-in that waits for its second step."""

    token: str = attrs.field(repr=False)
    methods: tuple[Method, ...]
    passkey_options: Mapping[str, Any] | None = None


@attrs.frozen
class Passed:
    """A sign-in with all its steps taken: who, where to, and what it began with."""

    user_id: UUID
    workspace_id: UUID | None
    opened_by: OpenedBy
    target: str = "/"


@attrs.frozen
class SecondFactors:
    """Asks for the second step, and checks the answer."""

    db: Database
    totp: Totp
    recovery: RecoveryCodes
    passkeys: Passkeys
    challenges: Challenges
    limits: RateLimits
    daily: RateLimits

    async def of_user(self, user_id: UUID) -> Factors:
        """What the user has set up."""
        rows = await self.db.hot_fetch(_STATE, user_id)
        return Factors(*rows[0]) if rows else Factors(False, 0, 0)

    async def ask(
        self, user_id: UUID, workspace_id: UUID | None, opened_by: OpenedBy, target: str = "/"
    ) -> Pending | None:
        """Begin the second step; None if the user has no second factor, so that the sign-in is complete."""
        if not (await self.of_user(user_id)).on:
            return None
        data = {
            "workspace_id": str(workspace_id) if workspace_id else None,
            "opened_by": opened_by,
            "target": target,
            "challenge": to_text(os.urandom(32)),
        }
        token = await self.challenges.open(user_id, PURPOSE, data)
        return await self.look(token)

    async def look(self, token: str) -> Pending | None:
        """The step as a page shows it; None if it is over."""
        challenge = await self.challenges.look(token, PURPOSE)
        if challenge is None or challenge.user_id is None:
            return None
        factors, options = await self.of_user(challenge.user_id), None
        if factors.passkeys and self.passkeys.party is not None:
            known = await self.passkeys.of_user(challenge.user_id)
            options = self.passkeys.request_options(known, _bytes(challenge))
        offered: tuple[tuple[Method, bool], ...] = (
            ("totp", factors.totp),
            ("passkey", options is not None),
            ("recovery_code", factors.recovery_codes > 0),
        )
        return Pending(token, tuple(method for method, there in offered if there), options)

    async def answer(self, token: str, proof: Proof, address: str) -> Passed:
        """Take the second step.

        Raises:
            RateLimitedError: too many attempts from this address, or for this user.
            UnauthenticatedError: the step took too long, was tried too often, or was taken already.
            BadCredentialsError: the answer is wrong; `data["attempts_left"]` says how many are left.
        """
        await self.limits.take(f"second_factor:address:{address}")
        challenge = await self.challenges.attempt(token, PURPOSE)
        assert challenge.user_id is not None
        await self.take_attempt(challenge.user_id)
        if not await self._proves(challenge.user_id, challenge, proof):
            log.warning("second_factor_failed", user_id=str(challenge.user_id), address=address)
            raise BadCredentialsError(_WRONG, attempts_left=challenge.left)
        await self.challenges.close(token)
        place = challenge.data.get("workspace_id")
        return Passed(
            challenge.user_id, UUID(place) if place else None, challenge.data["opened_by"], challenge.data["target"]
        )

    async def take_attempt(self, user_id: UUID) -> None:
        """Count an attempt at a user's second factor: few in a minute, and few enough in a day that guessing is
        hopeless. Raises `RateLimitedError`."""
        await self.limits.take(f"second_factor:user:{user_id}")
        await self.daily.take(f"second_factor:day:{user_id}")

    async def ask_passkey(self, address: str) -> Pending:
        """Begin a sign-in with nothing but a passkey."""
        await self.limits.take(f"passkey:address:{address}")
        challenge = os.urandom(32)
        options = self.passkeys.request_options([], challenge)
        token = await self.challenges.open(None, ALONE, {"challenge": to_text(challenge)})
        return Pending(token, ("passkey",), options)

    async def answer_passkey(self, token: str, answer: Mapping[str, Any], address: str) -> UUID:
        """Who signs in with a passkey alone; their device has checked that it is them. Errors as `answer`."""
        await self.limits.take(f"second_factor:address:{address}")
        challenge = await self.challenges.attempt(token, ALONE)
        user_id = await self.passkeys.check(_bytes(challenge), answer, alone=True)
        if user_id is None:
            log.warning("sign_in_failed", address=address, by="passkey")
            raise BadCredentialsError("This passkey is not known here.", attempts_left=challenge.left)
        await self.challenges.close(token)
        return user_id

    async def _proves(self, user_id: UUID, challenge: Challenge, proof: Proof) -> bool:
        if proof.code is not None:
            return await self.totp.check(user_id, proof.code)
        if proof.passkey is not None:
            return await self.passkeys.check(_bytes(challenge), proof.passkey, alone=False) == user_id
        return proof.recovery_code is not None and await self._use_code(user_id, proof.recovery_code)

    async def _use_code(self, user_id: UUID, code: str) -> bool:
        async with self.db.transaction(), self.db.raw() as connection:
            if not await self.recovery.use(connection, user_id, code):
                return False
            name = await connection.fetchval("SELECT name FROM users WHERE id = $1", user_id)
            await note_everywhere(connection, user_id, "account.recovery_code_used", Actor(user_id, name))
        return True


def _bytes(challenge: Challenge) -> bytes:
    return from_text(challenge.data["challenge"])
