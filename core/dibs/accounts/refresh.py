"""Refresh tokens: one row a sign-in, its newest token's hash in it.

A token is `<sign-in id>.<secret>`. Rotation replaces the hash in one guarded statement, so of two requests
with the
same token one wins; whoever comes with another secret for a known sign-in holds an old token, and the sign-in
ends.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from dibs.accounts.secrets import new_token, token_hash
from dibs.accounts.sign_ins import Opening
from dibs.db import Database
from dibs.errors import UnauthenticatedError

_OPEN = """
INSERT INTO refresh_tokens (id, user_id, workspace_id, token_hash, expires_at, opened_by, device)
VALUES ($1, $2, $3, $4, now() + $5, $6, $7)
"""
_ROTATE = """
UPDATE refresh_tokens r SET token_hash = $3, expires_at = now() + $4, last_seen_at = now()
FROM users u
WHERE r.id = $1 AND r.token_hash = $2 AND r.revoked_at IS NULL AND r.expires_at > now()
  AND u.id = r.user_id AND u.disabled_at IS NULL
RETURNING r.user_id, r.workspace_id, r.expires_at
"""
_REVOKE = "UPDATE refresh_tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING user_id"
_MOVE = """
UPDATE refresh_tokens SET workspace_id = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
"""
_SWEEP = "DELETE FROM refresh_tokens WHERE expires_at < now()"
_REFUSED = "The refresh token is not valid; sign in again."


@attrs.frozen
class SignIn:
    """A sign-in by the API, with its newest refresh token."""

    id: UUID
    user_id: UUID
    workspace_id: UUID
    token: str = attrs.field(repr=False)
    expires_at: datetime | None = None


@attrs.frozen
class RefreshTokens:
    """The sign-ins of API clients."""

    db: Database
    lifetime: timedelta

    async def open(self, user_id: UUID, workspace_id: UUID, opening: Opening | None = None) -> SignIn:
        """A new sign-in with its first refresh token."""
        sign_in_id, secret = uuid.uuid4(), new_token()  # not time-ordered: the id must not be guessable
        began = opening or Opening()
        values = (sign_in_id, user_id, workspace_id, token_hash(secret), self.lifetime, began.by, began.device)
        await self.db.hot_fetch(_OPEN, *values)
        return SignIn(sign_in_id, user_id, workspace_id, _join(sign_in_id, secret))

    async def rotate(self, token: str) -> SignIn:
        """Exchange a refresh token for the next one.

        Raises:
            UnauthenticatedError: unknown, expired or revoked; or used before, and then the whole sign-in is
                revoked.
        """
        sign_in_id, secret = _split(token)
        fresh = new_token()
        rows = await self.db.hot_fetch(_ROTATE, sign_in_id, token_hash(secret), token_hash(fresh), self.lifetime)
        if not rows:
            await self.revoke(sign_in_id)
            raise UnauthenticatedError(_REFUSED)
        user_id, workspace_id, expires_at = rows[0]
        return SignIn(sign_in_id, user_id, workspace_id, _join(sign_in_id, fresh), expires_at)

    async def revoke(self, sign_in_id: UUID) -> None:
        """End a sign-in: its refresh token and its access tokens are refused from now on."""
        await self.db.hot_fetch(_REVOKE, sign_in_id)

    async def revoke_token(self, token: str) -> None:
        """End the sign-in that a refresh token, new or old, belongs to; an unknown one is no error."""
        try:
            sign_in_id, _ = _split(token)
        except UnauthenticatedError:
            return
        await self.revoke(sign_in_id)

    async def move(self, sign_in_id: UUID, user_id: UUID, workspace_id: UUID) -> None:
        """Let the next refresh of a sign-in give tokens for another workspace."""
        await self.db.hot_fetch(_MOVE, sign_in_id, user_id, workspace_id)

    async def sweep(self) -> None:
        """Forget expired sign-ins."""
        await self.db.hot_fetch(_SWEEP)


def _join(sign_in_id: UUID, secret: str) -> str:
    return f"{sign_in_id.hex}.{secret}"


def _split(token: str) -> tuple[UUID, str]:
    sign_in_id, _, secret = token.partition(".")
    try:
        return UUID(hex=sign_in_id), secret
    except ValueError:
        raise UnauthenticatedError(_REFUSED) from None
