"""Browser sessions: a random token in a cookie, everything else in the table, so that they can be ended
here."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from dibs.accounts.secrets import new_token, token_hash
from dibs.accounts.sign_ins import Opening
from dibs.clock import utc_now
from dibs.db import Database

_OPEN = """
INSERT INTO web_sessions (token_hash, user_id, workspace_id, expires_at, opened_by, device)
VALUES ($1, $2, $3, now() + $4, $5, $6)
"""
_SEEN = """
UPDATE web_sessions s SET last_seen_at = t.at
FROM unnest($1::bytea[], $2::timestamptz[]) AS t (token_hash, at)
WHERE s.token_hash = t.token_hash AND s.revoked_at IS NULL
"""
_MOST_SEEN = 10_000
_CLOSE = "UPDATE web_sessions SET revoked_at = now() WHERE token_hash = $1 AND revoked_at IS NULL"
_MOVE = "UPDATE web_sessions SET workspace_id = $2 WHERE token_hash = $1 AND revoked_at IS NULL"
_SWEEP = "DELETE FROM web_sessions WHERE expires_at < now()"


def csrf_token(session_token: str) -> str:
    """What unsafe requests of this browser session must carry beside the cookie; another site can't know
    it."""
    return hmac.new(session_token.encode("utf-8", "replace"), b"dibs csrf", "sha256").hexdigest()


@attrs.frozen
class WebSessions:
    """The browser sessions of all users."""

    db: Database
    lifetime: timedelta
    _seen: dict[bytes, datetime] = attrs.field(factory=dict, init=False, repr=False)

    async def open(self, user_id: UUID, workspace_id: UUID | None, opening: Opening | None = None) -> str:
        """A new session; returns the token for the cookie."""
        token, began = new_token(), opening or Opening()
        values = (token_hash(token), user_id, workspace_id, self.lifetime, began.by, began.device)
        await self.db.hot_fetch(_OPEN, *values)
        return token

    def seen(self, token: str) -> None:
        """The session is in use now. Only remembered here: a page that is looked at writes nothing."""
        if len(self._seen) < _MOST_SEEN:
            self._seen[token_hash(token)] = utc_now()

    async def write_seen(self) -> None:
        """Write down which sessions were in use since the last time, in one statement."""
        seen = dict(self._seen)
        self._seen.clear()
        if seen:
            await self.db.hot_fetch(_SEEN, list(seen), list(seen.values()))

    async def close(self, token: str) -> None:
        """End a session; an unknown one is no error."""
        await self.db.hot_fetch(_CLOSE, token_hash(token))

    async def move(self, token: str, workspace_id: UUID) -> None:
        """Let a session work in another workspace."""
        await self.db.hot_fetch(_MOVE, token_hash(token), workspace_id)

    async def sweep(self) -> None:
        """Forget expired sessions."""
        await self.db.hot_fetch(_SWEEP)
