"""Recovery codes: ten, shown once, each good once, for whoever lost their second factor."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.db import Database

if TYPE_CHECKING:
    from dibs.db import RawConnection

COUNT = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_DROP = "DELETE FROM recovery_codes WHERE user_id = $1"
_ADD = "INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, unnest($2::bytea[])"
_USE = "UPDATE recovery_codes SET used_at = now() WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL RETURNING 1"
_LEFT = "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL"


def new_code() -> str:
    """Sixteen characters, of 79 random bits: too many to guess back from the hash."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def code_hash(user_id: UUID, code: str) -> bytes:
    """What is stored of a code, however it is written."""
    plain = "".join(character for character in code.casefold() if character.isalnum())
    return hashlib.sha256(user_id.bytes + plain.encode("utf-8", "replace")).digest()


@attrs.frozen
class RecoveryCodes:
    """The recovery codes of all users."""

    db: Database

    async def replace(self, connection: RawConnection, user_id: UUID) -> list[str]:
        """New codes; the old ones are void."""
        codes = [new_code() for _ in range(COUNT)]
        await connection.execute(_DROP, user_id)
        await connection.execute(_ADD, user_id, [code_hash(user_id, code) for code in codes])
        return codes

    async def drop(self, connection: RawConnection, user_id: UUID) -> None:
        """Take all codes of a user away."""
        await connection.execute(_DROP, user_id)

    async def use(self, connection: RawConnection, user_id: UUID, code: str) -> bool:
        """Whether the code is one of the user's that was not used yet. It is used up by that."""
        return await connection.fetchval(_USE, user_id, code_hash(user_id, code)) is not None

    async def left(self, user_id: UUID) -> int:
        """How many codes are left."""
        rows = await self.db.hot_fetch(_LEFT, user_id)
        return int(rows[0][0])
