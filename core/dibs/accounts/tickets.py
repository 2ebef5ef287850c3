"""Stream tickets: good for one connection within 30 seconds, so that no lasting token stands in an
address."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import attrs

from dibs.accounts.principal import Principal
from dibs.accounts.secrets import new_token, token_hash
from dibs.db import Database

SECONDS = 30
_CREATE = """
INSERT INTO stream_tickets (token_hash, user_id, workspace_id, expires_at, sign_in_id, session_hash)
VALUES ($1, $2, $3, now() + $4, $5, $6)
"""
_REDEEM = """
UPDATE stream_tickets t SET used = true FROM users u, members m
WHERE t.token_hash = $1 AND NOT t.used AND t.expires_at > now()
  AND u.id = t.user_id AND u.disabled_at IS NULL AND m.user_id = t.user_id AND m.workspace_id = t.workspace_id
RETURNING t.user_id, t.workspace_id, m.role, t.sign_in_id, t.session_hash
"""
_SWEEP = "DELETE FROM stream_tickets WHERE expires_at < now()"


@attrs.frozen
class TicketHolder:
    """Who a ticket lets in, and the sign-in that made it: an API client's, or a browser session."""

    who: Principal
    sign_in_id: UUID | None = None
    session_hash: bytes | None = None


@attrs.frozen
class StreamTickets:
    """The tickets that were handed out."""

    db: Database

    async def create(
        self, user_id: UUID, workspace_id: UUID, sign_in_id: UUID | None = None, session: str | None = None
    ) -> str:
        """A new ticket for this user in this workspace; what it opens ends with the sign-in or session named."""
        token, session_hash = new_token(), token_hash(session) if session is not None else None
        lifetime = timedelta(seconds=SECONDS)
        await self.db.hot_fetch(_CREATE, token_hash(token), user_id, workspace_id, lifetime, sign_in_id, session_hash)
        return token

    async def redeem(self, token: str) -> TicketHolder | None:
        """Use a ticket up. None if it is unknown, used, too old, or its user is no member any more."""
        rows = await self.db.hot_fetch(_REDEEM, token_hash(token))
        if not rows:
            return None
        user_id, workspace_id, role, sign_in_id, session_hash = rows[0]
        return TicketHolder(Principal(user_id, workspace_id, role, "ticket"), sign_in_id, session_hash)

    async def sweep(self) -> None:
        """Forget old tickets."""
        await self.db.hot_fetch(_SWEEP)
