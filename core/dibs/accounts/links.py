"""One-time sign-in links, for the person who can read the terminal of the server."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import attrs

from dibs.accounts.secrets import new_token, token_hash
from dibs.db import Database
from dibs.errors import FieldFault, InvalidInputError

LIFETIME = timedelta(minutes=15)
_CREATE = """
INSERT INTO sign_in_links (token_hash, user_id, workspace_id, target, expires_at)
VALUES ($1, $2, $3, $4, now() + $5)
"""
_REDEEM = """
UPDATE sign_in_links l SET used_at = now() FROM users u
WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > now()
  AND u.id = l.user_id AND u.disabled_at IS NULL
RETURNING l.user_id, l.workspace_id, l.target
"""
_SWEEP = "DELETE FROM sign_in_links WHERE expires_at < now()"


@attrs.frozen
class Redeemed:
    """Whom a link signs in, where, and which page it leads to."""

    user_id: UUID
    workspace_id: UUID | None
    target: str


def local_path(target: str) -> bool:
    """Whether a redirect to this stays on this server: a path, no other host, no control characters."""
    return (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and "\\" not in target
        and target.isascii()
        and target.isprintable()
    )


@attrs.frozen
class SignInLinks:
    """The links that were made and not used yet."""

    db: Database

    async def create(self, user_id: UUID, workspace_id: UUID | None, target: str = "/") -> str:
        """The token of a new link, good once, for 15 minutes.

        Raises:
            InvalidInputError: the target would leave this server.
        """
        if not local_path(target):
            fault = FieldFault("target", "must be a path of this server")
            raise InvalidInputError("The link has 1 faulty field(s).", [fault])
        token = new_token()
        await self.db.hot_fetch(_CREATE, token_hash(token), user_id, workspace_id, target, LIFETIME)
        return token

    async def redeem(self, token: str) -> Redeemed | None:
        """Use a link up. None if there is none, it was used, or it is too old."""
        rows = await self.db.hot_fetch(_REDEEM, token_hash(token))
        return Redeemed(*rows[0]) if rows else None

    async def sweep(self) -> None:
        """Forget links that are too old."""
        await self.db.hot_fetch(_SWEEP)
