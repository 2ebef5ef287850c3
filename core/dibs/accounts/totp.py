"""Codes of an authenticator app: the secret is sealed at rest, and each code is good once."""

from __future__ import annotations

import base64
from hmac import compare_digest
from uuid import UUID

import attrs
import pyotp
import structlog

from dibs import clock
from dibs.accounts.keys import Sealer, UnsealError
from dibs.db import Database
from dibs.errors import ConflictError, NotFoundError

STEP = 30
SEALED_FOR = "totp"
WINDOW = 1
_ISSUER = "Dibs"
_BEGIN = """
UPDATE users SET totp_secret = $2, totp_last_step = NULL WHERE id = $1 AND totp_confirmed_at IS NULL RETURNING email
"""
_READ = "SELECT email, totp_secret, totp_confirmed_at FROM users WHERE id = $1"
_TAKE = """
UPDATE users SET totp_last_step = $2
WHERE id = $1 AND totp_secret = $3 AND (totp_last_step IS NULL OR totp_last_step < $2)
RETURNING totp_confirmed_at
"""
_CONFIRM = "UPDATE users SET totp_confirmed_at = now() WHERE id = $1 AND totp_confirmed_at IS NULL RETURNING 1"
log = structlog.get_logger("dibs.accounts")


@attrs.frozen
class Enrolment:
    """What an authenticator app needs, once."""

    secret: str = attrs.field(repr=False)
    uri: str = attrs.field(repr=False)


@attrs.frozen
class Totp:
    """The authenticator apps of all users, one each."""

    db: Database
    sealer: Sealer = attrs.field(factory=lambda: Sealer(SEALED_FOR))

    async def begin(self, user_id: UUID) -> Enrolment:
        """A new secret, which does not count before a code of it was given.

        Raises:
            ConflictError: an authenticator app is set up already.
        """
        secret = pyotp.random_base32()
        sealed = self.sealer.seal(base64.b32decode(secret), user_id.bytes)
        rows = await self.db.hot_fetch(_BEGIN, user_id, sealed)
        if not rows:
            raise ConflictError("An authenticator app is set up already; remove it first.")
        uri = pyotp.TOTP(secret).provisioning_uri(name=rows[0]["email"], issuer_name=_ISSUER)
        return Enrolment(secret, uri)

    async def pending(self, user_id: UUID) -> Enrolment | None:
        """The enrolment that waits for its first code, to be shown again."""
        rows = await self.db.hot_fetch(_READ, user_id)
        if not rows or rows[0]["totp_secret"] is None or rows[0]["totp_confirmed_at"] is not None:
            return None
        try:
            secret = base64.b32encode(self.sealer.open(rows[0]["totp_secret"], user_id.bytes)).decode()
        except UnsealError:
            return None
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=rows[0]["email"], issuer_name=_ISSUER))

    async def confirm(self, user_id: UUID, code: str) -> bool:
        """Turn the enrolment on if the code is right.

        Raises:
            NotFoundError: no enrolment is under way.
        """
        rows = await self.db.plain_fetch(_READ, user_id)
        if not rows or rows[0]["totp_secret"] is None or rows[0]["totp_confirmed_at"] is not None:
            raise NotFoundError("No authenticator app is being set up.")
        if not await self._take(user_id, rows[0]["totp_secret"], code):
            return False
        return bool(await self.db.plain_fetch(_CONFIRM, user_id))

    async def check(self, user_id: UUID, code: str) -> bool:
        """Whether the code is right, and was not used before. It is used up by that."""
        rows = await self.db.plain_fetch(_READ, user_id)
        if not rows or rows[0]["totp_confirmed_at"] is None:
            return False
        return await self._take(user_id, rows[0]["totp_secret"], code)

    async def _take(self, user_id: UUID, sealed: bytes, code: str) -> bool:
        try:
            secret = base64.b32encode(self.sealer.open(sealed, user_id.bytes)).decode()
        except UnsealError as error:
            log.error("totp_unreadable", user_id=str(user_id), problem=str(error))
            return False
        step = matching_step(secret, code, int(clock.utc_now().timestamp()))
        return step is not None and bool(await self.db.plain_fetch(_TAKE, user_id, step, sealed))


def matching_step(secret: str, code: str, now: int) -> int | None:
    """The step of time that the code belongs to, if it is one of those around now."""
    given, totp = "".join(code.split()).encode("utf-8", "replace"), pyotp.TOTP(secret)
    current = now // STEP
    found = None
    for step in range(current - WINDOW, current + WINDOW + 1):
        if compare_digest(totp.at(step * STEP).encode(), given):
            found = step
    return found
