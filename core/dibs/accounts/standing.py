"""Whether a sign-in still stands, and with which role in which workspace; remembered for at most two
seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs

from dibs.accounts.access import AccessClaims
from dibs.accounts.permissions import Role
from dibs.accounts.secrets import token_hash
from dibs.accounts.tickets import TicketHolder
from dibs.clock import monotonic
from dibs.db import Database

SECONDS = 2.0
_MOST = 10_000
_BEARER = """
SELECT u.id AS user_id, coalesce($3, r.workspace_id) AS workspace_id, m.role, u.name, u.instance_operator
FROM refresh_tokens r
JOIN users u ON u.id = r.user_id AND u.disabled_at IS NULL
LEFT JOIN members m ON m.user_id = u.id AND m.workspace_id = coalesce($3, r.workspace_id)
WHERE r.id = $1 AND r.user_id = $2 AND r.revoked_at IS NULL AND r.expires_at > now()
"""
_COOKIE = """
SELECT u.id AS user_id, coalesce($2, s.workspace_id) AS workspace_id, m.role, u.name, u.instance_operator
FROM web_sessions s
JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL
LEFT JOIN members m ON m.user_id = u.id AND m.workspace_id = coalesce($2, s.workspace_id)
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
"""
_MEMBER = """
SELECT u.id AS user_id, $2::uuid AS workspace_id, m.role, u.name, u.instance_operator
FROM users u LEFT JOIN members m ON m.user_id = u.id AND m.workspace_id = $2
WHERE u.id = $1 AND u.disabled_at IS NULL
"""


@attrs.frozen
class Standing:
    """A sign-in that is valid now. `role` is None when the user is no member of the workspace."""

    user_id: UUID
    workspace_id: UUID | None
    role: Role | None
    name: str = ""
    instance_operator: bool = False


@attrs.define(eq=False)
class Standings:
    """Looks sign-ins up for every request. A change made by this process counts at once, elsewhere in two
    seconds."""

    db: Database
    _known: dict[tuple[Any, ...], tuple[float, Standing | None]] = attrs.field(factory=dict, init=False)
    _generation: int = attrs.field(default=0, init=False)

    async def of_bearer(self, claims: AccessClaims, workspace_id: UUID | None = None) -> Standing | None:
        """The standing of an access token in its workspace, or in the one named. None: signed out or
        disabled."""
        place = workspace_id or claims.workspace_id
        return await self._look_up(_BEARER, claims.sign_in_id, claims.user_id, place)

    async def of_cookie(self, token: str, workspace_id: UUID | None = None) -> Standing | None:
        """The standing of a browser session in its workspace, or in the one named. None: signed out or
        disabled."""
        return await self._look_up(_COOKIE, token_hash(token), workspace_id)

    async def of_ticket(self, ticket: TicketHolder, workspace_id: UUID | None = None) -> Standing | None:
        """The standing of the sign-in that made a stream ticket. None: signed out or disabled since."""
        place = workspace_id or ticket.who.workspace_id
        if ticket.sign_in_id is not None:
            return await self._look_up(_BEARER, ticket.sign_in_id, ticket.who.user_id, place)
        if ticket.session_hash is not None:
            return await self._look_up(_COOKIE, ticket.session_hash, place)
        return await self.of_member(ticket.who.user_id, place)

    async def of_member(self, user_id: UUID, workspace_id: UUID) -> Standing | None:
        """The standing of a user without looking at a sign-in. None: the account is closed."""
        return await self._look_up(_MEMBER, user_id, workspace_id)

    def forget(self) -> None:
        """Look everything up anew: members, sessions or users changed."""
        self._known.clear()
        self._generation += 1

    async def _look_up(self, sql: str, *key: Any) -> Standing | None:
        known = self._known.get((sql, *key))
        if known is not None and known[0] > monotonic():
            return known[1]
        generation, until = self._generation, monotonic() + SECONDS
        rows: Sequence[Any] = await self.db.hot_fetch(sql, *key)
        found = Standing(*rows[0]) if rows else None
        if generation == self._generation:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[(sql, *key)] = (until, found)
        return found
