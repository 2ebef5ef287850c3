"""A step of a sign-in that is under way: good for five minutes, five attempts, and once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import orjson

from dibs.accounts.secrets import new_token, token_hash
from dibs.db import Database
from dibs.errors import UnauthenticatedError

LIFETIME = timedelta(minutes=5)
ATTEMPTS = 5
_OPEN = """
INSERT INTO auth_challenges (token_hash, user_id, purpose, data, expires_at)
VALUES ($1, $2, $3, $4::jsonb, now() + $5)
"""
_LOOK = """
SELECT user_id, data, attempts FROM auth_challenges
WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now() AND attempts < $3
"""
_ATTEMPT = """
UPDATE auth_challenges SET attempts = attempts + 1
WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now() AND attempts < $3
RETURNING user_id, data, attempts
"""
_CLOSE = "UPDATE auth_challenges SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL RETURNING 1"
_END = "DELETE FROM auth_challenges WHERE user_id = $1"
_SWEEP = "DELETE FROM auth_challenges WHERE expires_at < now()"
EXPIRED = "This step took too long or was tried too often. Start again."


@attrs.frozen
class Challenge:
    """A step under way. `user_id` is None while it is not known who signs in."""

    user_id: UUID | None
    data: Mapping[str, Any] = attrs.field(repr=False)
    attempts: int = 0

    @property
    def left(self) -> int:
        """How many attempts are left."""
        return ATTEMPTS - self.attempts


@attrs.frozen
class Challenges:
    """The steps that wait for an answer; `purpose` keeps an answer to one from being taken for another."""

    db: Database

    async def open(self, user_id: UUID | None, purpose: str, data: Mapping[str, Any]) -> str:
        """The token of a new step."""
        token = new_token()
        document = orjson.dumps(data).decode()
        await self.db.hot_fetch(_OPEN, token_hash(token), user_id, purpose, document, LIFETIME)
        return token

    async def look(self, token: str, purpose: str) -> Challenge | None:
        """The step as it stands; looking is no attempt."""
        rows = await self.db.hot_fetch(_LOOK, token_hash(token), purpose, ATTEMPTS)
        return _challenge(rows[0]) if rows else None

    async def attempt(self, token: str, purpose: str) -> Challenge:
        """Count an attempt. Raises `UnauthenticatedError` if the step is over."""
        rows = await self.db.hot_fetch(_ATTEMPT, token_hash(token), purpose, ATTEMPTS)
        if not rows:
            raise UnauthenticatedError(EXPIRED)
        return _challenge(rows[0])

    async def close(self, token: str) -> None:
        """Use the step up. Raises `UnauthenticatedError` if somebody was faster."""
        if not await self.db.hot_fetch(_CLOSE, token_hash(token)):
            raise UnauthenticatedError(EXPIRED)

    async def end_all(self, user_id: UUID) -> None:
        """Drop every step of a user."""
        await self.db.hot_fetch(_END, user_id)

    async def sweep(self) -> None:
        """Forget old steps."""
        await self.db.hot_fetch(_SWEEP)


def _challenge(row: Any) -> Challenge:
    data = row["data"]
    return Challenge(row["user_id"], orjson.loads(data) if isinstance(data, str) else data, row["attempts"])
