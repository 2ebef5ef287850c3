"""Where a user is signed in, in browsers and by the API; ending that; and how long ago they proved who they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import attrs

from dibs.accounts.secrets import token_hash
from dibs.db import Database
from dibs.errors import NotFoundError, StaleSignInError

FRESH = timedelta(minutes=10)
Kind = Literal["browser", "api"]
OpenedBy = Literal["password", "passkey", "link"]
_BOTH = """
SELECT id, 'browser' AS kind, created_at, last_seen_at, expires_at, device, opened_by,
       coalesce(token_hash = $2, false) AS current
FROM web_sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
UNION ALL
SELECT id, 'api', created_at, last_seen_at, expires_at, device, opened_by, coalesce(id = $3, false)
FROM refresh_tokens WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
ORDER BY current DESC, created_at DESC LIMIT 200
"""
_END_ONE = """
WITH browser AS (UPDATE web_sessions SET revoked_at = now()
                 WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING 1),
     api AS (UPDATE refresh_tokens SET revoked_at = now()
             WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING 1)
SELECT 1 FROM browser UNION ALL SELECT 1 FROM api
"""
_END_ALL = """
WITH browsers AS (UPDATE web_sessions SET revoked_at = now()
                  WHERE user_id = $1 AND revoked_at IS NULL AND token_hash IS DISTINCT FROM $2),
     links AS (DELETE FROM sign_in_links WHERE user_id = $1),
     steps AS (DELETE FROM auth_challenges WHERE user_id = $1)
UPDATE refresh_tokens SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3
"""
_PROVED = """
SELECT opened_by, confirmed_at > now() - $3::interval AS fresh FROM web_sessions WHERE token_hash = $1
UNION ALL
SELECT opened_by, confirmed_at > now() - $3::interval FROM refresh_tokens WHERE id = $2
"""
_CONFIRM = """
WITH browser AS (UPDATE web_sessions SET confirmed_at = now() WHERE token_hash = $1)
UPDATE refresh_tokens SET confirmed_at = now() WHERE id = $2
"""


@attrs.frozen
class Opening:
    """What a sign-in begins with."""

    by: OpenedBy = "password"
    device: str = ""


@attrs.frozen
class SignInKey:
    """The sign-in of a request: a browser session, or one of the API."""

    session_hash: bytes | None = attrs.field(default=None, repr=False)
    sign_in_id: UUID | None = None

    @classmethod
    def of(cls, session: str | None, sign_in_id: UUID | None) -> SignInKey:
        """From what a request carries."""
        return cls(token_hash(session) if session is not None else None, sign_in_id)


@attrs.frozen
class OpenSignIn:
    """A place where the user is signed in. When it was last seen is known to the minute or so, or not at all."""

    id: UUID
    kind: Kind
    created_at: datetime
    last_seen_at: datetime | None
    expires_at: datetime
    device: str
    opened_by: OpenedBy
    current: bool


@attrs.frozen
class SignIns:
    """The sign-ins of all users."""

    db: Database

    async def of_user(self, user_id: UUID, key: SignInKey) -> list[OpenSignIn]:
        """Where the user is signed in, this place first."""
        rows = await self.db.hot_fetch(_BOTH, user_id, key.session_hash, key.sign_in_id)
        return [OpenSignIn(*row) for row in rows]

    async def end(self, user_id: UUID, sign_in_id: UUID) -> None:
        """End one of the user's sign-ins, in the transaction that runs. Raises `NotFoundError`."""
        if not await self.db.plain_fetch(_END_ONE, user_id, sign_in_id):
            raise NotFoundError("There is no such sign-in.")

    async def end_all(self, user_id: UUID, keep: SignInKey | None = None) -> None:
        """End every sign-in of the user but one, and drop unused links and unfinished sign-ins."""
        kept = keep or SignInKey()
        await self.db.plain_fetch(_END_ALL, user_id, kept.session_hash, kept.sign_in_id)

    async def by_fresh_link(self, key: SignInKey) -> bool:
        """Whether the sign-in came from a link a moment ago: whoever has that may set a password."""
        rows = await self.db.hot_fetch(_PROVED, key.session_hash, key.sign_in_id, FRESH)
        return bool(rows) and rows[0]["fresh"] and rows[0]["opened_by"] == "link"

    async def is_fresh(self, key: SignInKey) -> bool:
        """Whether the user proved who they are within the last ten minutes."""
        rows = await self.db.hot_fetch(_PROVED, key.session_hash, key.sign_in_id, FRESH)
        return bool(rows) and bool(rows[0]["fresh"])

    async def demand_fresh(self, key: SignInKey) -> None:
        """Raise `StaleSignInError` unless the user proved who they are lately."""
        if not await self.is_fresh(key):
            raise StaleSignInError("Enter your password again: you signed in more than ten minutes ago.")

    async def confirm(self, key: SignInKey) -> None:
        """The user has just proved who they are."""
        await self.db.hot_fetch(_CONFIRM, key.session_hash, key.sign_in_id)
