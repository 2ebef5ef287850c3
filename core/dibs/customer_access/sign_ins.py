"""Sign-ins of customers: a random token, everything else in the table, so that they can be ended here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import attrs

from dibs.accounts.secrets import new_token, token_hash
from dibs.clock import monotonic, utc_now
from dibs.customer_access.links import Invited
from dibs.customer_access.model import CustomerPrincipal
from dibs.ids import uuid7

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

PREFIX: Final = "customer_"
"""How the token of a customer begins, so that nobody takes it for a member's."""
LIFETIME: Final = timedelta(days=30)
"""How long a sign-in lasts since it was last used."""
KNOWN_SECONDS: Final = 2.0
_MOST = 10_000
_OPEN = """
INSERT INTO customer_sessions (workspace_id, id, customer_id, token_hash, expires_at)
VALUES ($1, $2, $3, $4, now() + $5)
"""
_STANDING = """
SELECT s.workspace_id, s.customer_id, c.name, s.id
FROM customer_sessions s JOIN customers c ON c.workspace_id = s.workspace_id AND c.id = s.customer_id AND c.portal
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now()
"""
_SEEN = """
UPDATE customer_sessions s SET seen_at = t.at, expires_at = t.at + $3
FROM unnest($1::bytea[], $2::timestamptz[]) AS t (token_hash, at)
WHERE s.token_hash = t.token_hash AND s.ended_at IS NULL AND s.expires_at > t.at
"""
_END = "UPDATE customer_sessions SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL"
_END_ALL = """
UPDATE customer_sessions SET ended_at = now() WHERE workspace_id = $1 AND customer_id = $2 AND ended_at IS NULL
"""
_SWEEP = "DELETE FROM customer_sessions WHERE expires_at < now() OR ended_at < now() - interval '30 days'"


@attrs.define(eq=False)
class CustomerSignIns:
    """The sign-ins of all customers. One that ended in another process is refused within two seconds."""

    db: Database
    _known: dict[bytes, tuple[float, CustomerPrincipal | None]] = attrs.field(factory=dict, init=False, repr=False)
    _seen: dict[bytes, datetime] = attrs.field(factory=dict, init=False, repr=False)
    _generation: int = attrs.field(default=0, init=False)

    async def open(self, connection: RawConnection, who: Invited) -> tuple[str, CustomerPrincipal]:
        """A new sign-in; the token for the cookie or the header."""
        token, made = PREFIX + new_token(), uuid7()
        await connection.execute(_OPEN, who.workspace_id, made, who.customer_id, token_hash(token), LIFETIME)
        return token, CustomerPrincipal(who.workspace_id, who.customer_id, who.name, made)

    async def find(self, token: str) -> CustomerPrincipal | None:
        """Who is behind a token. None if the sign-in has ended, or the customer may not come in any more."""
        key = token_hash(token)
        known = self._known.get(key)
        if known is not None and known[0] > monotonic():
            return known[1]
        generation, until = self._generation, monotonic() + KNOWN_SECONDS
        rows = await self.db.hot_fetch(_STANDING, key)
        found = _principal(rows[0]) if rows else None
        if generation == self._generation:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = (until, found)
        return found

    def seen(self, token: str) -> None:
        """The sign-in is in use now. Only remembered here: a page that is looked at writes nothing."""
        if len(self._seen) < _MOST:
            self._seen[token_hash(token)] = utc_now()

    async def write_seen(self) -> None:
        """Write down which sign-ins were in use since the last time, which makes them last longer."""
        seen = dict(self._seen)
        self._seen.clear()
        if seen:
            await self.db.hot_fetch(_SEEN, list(seen), list(seen.values()), LIFETIME)

    async def end(self, token: str) -> None:
        """End one; an unknown one is no error."""
        await self.db.hot_fetch(_END, token_hash(token))
        self.forget()

    def forget(self) -> None:
        """Look everything up anew."""
        self._known.clear()
        self._generation += 1

    async def sweep(self) -> None:
        """Forget what has expired."""
        await self.db.hot_fetch(_SWEEP)


async def end_all(connection: RawConnection, workspace_id: UUID, customer_id: UUID) -> None:
    """End every sign-in of a customer."""
    await connection.execute(_END_ALL, workspace_id, customer_id)


def _principal(row: Any) -> CustomerPrincipal:
    workspace_id, customer_id, name, session_id = row
    return CustomerPrincipal(_plain(workspace_id), _plain(customer_id), name, _plain(session_id))


def _plain(value: Any) -> UUID:
    """A standard UUID: the driver's own subclass is no JSON value."""
    return UUID(bytes=value.bytes)
