"""Sealing stored secrets with the current key: those of connections, and those of authenticator apps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import attrs

from dibs.accounts.keys import Sealer, UnsealError, key_id
from dibs.connections.tokens import belongs_to
from dibs.db import Database

BATCH: Final = 200
_TOKENS = """
SELECT workspace_id, id, platform, account_id, token AS sealed, version FROM connections
WHERE token IS NOT NULL AND (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT $3
"""
# Whoever connects the account again meanwhile has sealed it with the current key: the version tells.
_KEEP_TOKENS = """
UPDATE connections c SET token = n.sealed FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[], $5::bytea[])
    AS n (workspace_id, id, version, before, sealed)
WHERE c.workspace_id = n.workspace_id AND c.id = n.id AND c.version = n.version AND c.token = n.before RETURNING 1
"""
_APPS = """
SELECT id, totp_secret AS sealed FROM users WHERE totp_secret IS NOT NULL AND id > $1 ORDER BY id LIMIT $2
"""
_KEEP_APPS = """
UPDATE users u SET totp_secret = n.sealed FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n (id, before, sealed)
WHERE u.id = n.id AND u.totp_secret = n.before RETURNING 1
"""
_COUNT = """
SELECT (SELECT count(*) FROM connections WHERE token IS NOT NULL)
    + (SELECT count(*) FROM users WHERE totp_secret IS NOT NULL) AS total
"""
_NOBODY = UUID(int=0)


@attrs.frozen
class KeyUse:
    """How many secrets stand under a key; `known` if this process can open them."""

    key_id: str
    current: bool
    known: bool
    tokens: int
    authenticators: int


@attrs.define
class Rotated:
    """What a rotation did.

    Attributes:
        sealed: secrets that are sealed with the current key now and were not before.
        current: those that were already.
        unreadable: those that no known key opens, or that were changed; they are left as they are.
    """

    sealed: int = 0
    current: int = 0
    unreadable: int = 0

    @property
    def seen(self) -> int:
        """All that was looked at."""
        return self.sealed + self.current + self.unreadable


@attrs.frozen(eq=False)
class Rotation:
    """The sealed secrets of a database. May be stopped and begun again at any time: what is done stays done."""

    db: Database
    tokens: Sealer
    authenticators: Sealer

    async def total(self) -> int:
        """How many there are."""
        return int((await self.db.hot_fetch(_COUNT))[0]["total"])

    async def uses(self) -> list[KeyUse]:
        """Which keys seal how many, the current one first."""
        tokens, apps = Counter[bytes](), Counter[bytes]()
        at = (_NOBODY, _NOBODY)
        while rows := await self.db.hot_fetch(_TOKENS, *at, BATCH):
            tokens.update(key_id(row["sealed"]) for row in rows)
            at = (rows[-1]["workspace_id"], rows[-1]["id"])
        last = _NOBODY
        while rows := await self.db.hot_fetch(_APPS, last, BATCH):
            apps.update(key_id(row["sealed"]) for row in rows)
            last = rows[-1]["id"]
        return _uses(self.tokens, self.authenticators, tokens, apps)

    async def rotate(self, moved: Callable[[int], None] = lambda _: None) -> Rotated:
        """Seal everything with the current key, batch by batch; `moved` is told how many were looked at."""
        done, at, last = Rotated(), (_NOBODY, _NOBODY), _NOBODY
        while rows := await self.db.hot_fetch(_TOKENS, *at, BATCH):
            again = _again(self.tokens, rows, _of_connection, done)
            columns = [[row[name] for row, _ in again] for name in ("workspace_id", "id", "version", "sealed")]
            done.sealed += len(await self.db.hot_fetch(_KEEP_TOKENS, *columns, [sealed for _, sealed in again]))
            at = (rows[-1]["workspace_id"], rows[-1]["id"])
            moved(len(rows))
        while rows := await self.db.hot_fetch(_APPS, last, BATCH):
            again = _again(self.authenticators, rows, lambda row: UUID(bytes=row["id"].bytes).bytes, done)
            columns = [[row[name] for row, _ in again] for name in ("id", "sealed")]
            done.sealed += len(await self.db.hot_fetch(_KEEP_APPS, *columns, [sealed for _, sealed in again]))
            last = rows[-1]["id"]
            moved(len(rows))
        return done


def _again(sealer: Sealer, rows: Any, bound: Callable[[Any], bytes], done: Rotated) -> list[tuple[Any, bytes]]:
    """Those that another key seals, with their new text."""
    found = []
    for row in rows:
        if key_id(row["sealed"]) == sealer.current:
            done.current += 1
            continue
        try:
            plain = sealer.open(row["sealed"], bound(row))
        except UnsealError:
            done.unreadable += 1
            continue
        found.append((row, sealer.seal(plain, bound(row))))
    return found


def _of_connection(row: Any) -> bytes:
    workspace_id, connection_id = UUID(bytes=row["workspace_id"].bytes), UUID(bytes=row["id"].bytes)
    return belongs_to(workspace_id, connection_id, row["platform"], row["account_id"])


def _uses(tokens: Sealer, apps: Sealer, by_token: Counter[bytes], by_app: Counter[bytes]) -> list[KeyUse]:
    """Each key has an id for each purpose: those of one secret are one line, named by its id for tokens."""
    found = [
        KeyUse(one.hex(), position == 0, True, by_token.pop(one, 0), by_app.pop(other, 0))
        for position, (one, other) in enumerate(zip(tokens.key_ids, apps.key_ids, strict=True))
    ]
    strange = {**dict.fromkeys(by_token, None), **dict.fromkeys(by_app, None)}
    return found + [KeyUse(one.hex(), False, False, by_token[one], by_app[one]) for one in strange]
