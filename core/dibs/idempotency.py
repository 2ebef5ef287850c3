"""Requests that are carried out once, however often they are sent: what was answered to each key, kept for a day.

Only hashes of keys stand in the table, and answers are encrypted with a key that is made of the client's key: the
table alone shows neither.
"""

from __future__ import annotations

import hmac
import os
from typing import Any, Final
from uuid import UUID

import attrs
import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dibs.clock import monotonic
from dibs.db import Database

STALE_SECONDS: Final = 60.0
KEPT_SECONDS: Final = 86_400.0
_SWEEP_SECONDS = 600.0
_NONCE = 12

# Whoever inserts the row carries the request out. A row without an answer that is older than a minute was left by a
# process that died: it is taken over, by one.
_TAKE = """
INSERT INTO idempotency_keys AS k (owner, key_hash, request_hash) VALUES ($1, $2, $3)
ON CONFLICT (owner, key_hash) DO UPDATE SET created_at = now()
WHERE k.status IS NULL AND k.request_hash = EXCLUDED.request_hash AND k.created_at < now() - make_interval(secs => $4)
RETURNING xmax <> 0 AS taken_over
"""
_FIND = "SELECT request_hash, status, answer FROM idempotency_keys WHERE owner = $1 AND key_hash = $2"
_KEEP = """
UPDATE idempotency_keys SET status = $3, answer = $4 WHERE owner = $1 AND key_hash = $2 AND status IS NULL
"""
_FREE = "DELETE FROM idempotency_keys WHERE owner = $1 AND key_hash = $2 AND status IS NULL"
_SWEEP = "DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(secs => $1)"
_DONE = "SELECT action, entity, entity_id FROM audit_log WHERE workspace_id = $1 AND request_key = $2"


@attrs.frozen
class Request:
    """A request under a key, as nobody else could have sent it.

    Attributes:
        owner: whose key it is: a user in a workspace, or an address on a public route.
        key_hash: what stands in the table of the key.
        request_hash: method, address and body; the same key with another one is a mistake.
        request_key: stands in the audit log with what the request did.
        workspace_id: where it did that; None if the sign-in is in none.
    """

    owner: str
    key_hash: bytes
    request_hash: bytes
    request_key: bytes
    workspace_id: UUID | None
    _seal: bytes = attrs.field(repr=False)

    @classmethod
    def of(cls, secret: bytes, owner: str, key: str, request_hash: bytes, workspace_id: UUID | None) -> Request:
        """The request that a client sends under `key`."""

        def derived(purpose: str, *more: bytes) -> bytes:
            words = b"\0".join([purpose.encode(), owner.encode(), key.encode(), *more])
            return hmac.digest(secret, words, "sha256")

        request_key = derived("request", request_hash)
        return cls(owner, derived("key"), request_hash, request_key, workspace_id, derived("answer"))

    def seal(self, answer: Answer) -> bytes:
        """An answer that only who has the key can read."""
        nonce = os.urandom(_NONCE)
        head = orjson.dumps([answer.status, answer.headers])
        return nonce + AESGCM(self._seal).encrypt(nonce, len(head).to_bytes(4, "big") + head + answer.body, None)

    def open(self, sealed: bytes) -> Answer | None:
        """The answer; None if another secret of this installation sealed it."""
        try:
            text = AESGCM(self._seal).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            return None
        at = 4 + int.from_bytes(text[:4], "big")
        status, headers = orjson.loads(text[4:at])
        return Answer(status, [(name, value) for name, value in headers], text[at:])


@attrs.frozen
class Answer:
    """What was answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = attrs.field(repr=False)


@attrs.frozen
class Taken:
    """This request is to be carried out; `again` says that another process began it and died."""

    again: bool


@attrs.frozen
class Known:
    """The key was used: for another request, for one that still runs (no answer yet), or for this one."""

    same: bool
    answer: Answer | None


@attrs.define(eq=False)
class IdempotencyKeys:
    """The table of keys and answers."""

    db: Database
    _swept: float = attrs.field(factory=monotonic, init=False)

    async def take(self, request: Request, stale_seconds: float = STALE_SECONDS) -> Taken | Known:
        """Make this request the one that is carried out, or say what is known of its key."""
        await self._sweep_now_and_then()
        rows = await self.db.hot_fetch(
            _TAKE, request.owner, request.key_hash, request.request_hash, float(stale_seconds)
        )
        if rows:
            return Taken(again=rows[0]["taken_over"])
        known = await self.db.hot_fetch(_FIND, request.owner, request.key_hash)
        if not known:  # it was freed meanwhile
            return Known(same=True, answer=None)
        row = known[0]
        if not hmac.compare_digest(row["request_hash"], request.request_hash):
            return Known(same=False, answer=None)
        return Known(same=True, answer=request.open(row["answer"]) if row["answer"] else None)

    async def keep(self, request: Request, answer: Answer) -> None:
        """Remember the answer."""
        sealed = request.seal(answer)
        await self.db.hot_fetch(_KEEP, request.owner, request.key_hash, answer.status, sealed)

    async def free(self, request: Request) -> None:
        """Let the request be tried again."""
        await self.db.hot_fetch(_FREE, request.owner, request.key_hash)

    async def done(self, request: Request) -> dict[str, Any] | None:
        """What the audit log says that this request did, or None."""
        if request.workspace_id is None:
            return None
        rows = await self.db.hot_fetch(_DONE, request.workspace_id, request.request_key)
        return dict(rows[0]) if rows else None

    async def sweep(self) -> None:
        """Forget the keys of yesterday."""
        await self.db.hot_fetch(_SWEEP, KEPT_SECONDS)

    async def _sweep_now_and_then(self) -> None:
        if monotonic() - self._swept > _SWEEP_SECONDS:
            self._swept = monotonic()
            await self.sweep()
