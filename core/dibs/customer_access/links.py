"""Ways in: each is good once, for a while, and dies after a few wrong codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import attrs

from dibs.accounts.secrets import new_token, token_hash
from dibs.audit_log import Actor
from dibs.customer_access.codes import Code
from dibs.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dibs.db import RawConnection

WRONG_CODES: Final = 5
"""After so many wrong codes a way in is closed: the half that is guessed has 28 million values."""
_TRIES = 5
# Whoever asks for a new way in has lost the one before: it is void.
_VOID = "UPDATE customer_links SET used_at = now() WHERE workspace_id = $1 AND customer_id = $2 AND used_at IS NULL"
_CREATE = """
INSERT INTO customer_links (workspace_id, id, customer_id, token_hash, code_name, code_hash, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8) ON CONFLICT (code_name) DO NOTHING RETURNING expires_at
"""
_GOOD = f"""
c.workspace_id = l.workspace_id AND c.id = l.customer_id AND c.portal
AND l.used_at IS NULL AND l.expires_at > now() AND l.wrong_codes < {WRONG_CODES}
"""
_BY_TOKEN = f"""
UPDATE customer_links l SET used_at = now() FROM customers c WHERE l.token_hash = $1 AND {_GOOD}
RETURNING l.workspace_id, l.customer_id, c.name
"""
# One statement looks, counts and uses up: of two who try at once each sees what the other did.
_BY_CODE = f"""
UPDATE customer_links l
SET wrong_codes = l.wrong_codes + CASE WHEN l.code_hash = ANY($2::bytea[]) THEN 0 ELSE 1 END,
    used_at = CASE WHEN l.code_hash = ANY($2::bytea[]) THEN now() END
FROM customers c WHERE l.code_name = $1 AND {_GOOD}
RETURNING l.workspace_id, l.customer_id, c.name, l.used_at IS NOT NULL AS opened
"""
_LOOK = f"""
SELECT c.name, w.name AS seller FROM customer_links l, customers c, workspaces w
WHERE l.token_hash = $1 AND {_GOOD} AND w.id = l.workspace_id
"""
SWEEP = "DELETE FROM customer_links WHERE expires_at < now() - interval '1 day'"


@attrs.frozen
class Invited:
    """Whom a way in lets in: a customer of a workspace, by name."""

    workspace_id: UUID
    customer_id: UUID
    name: str


async def create(
    connection: RawConnection,
    workspace_id: UUID,
    customer_id: UUID,
    actor: Actor,
    lifetime: timedelta,
    key: bytes,
) -> tuple[str, Code, datetime]:
    """A new way in for a customer, in place of one that was not used: token, code, and until when it is good."""
    await void(connection, workspace_id, customer_id)
    token = new_token()
    for _ in range(_TRIES):
        code = Code.new()
        expires_at = await connection.fetchval(
            _CREATE,
            workspace_id,
            uuid7(),
            customer_id,
            token_hash(token),
            code.name,
            code.hashes([key])[0],
            actor.id,
            lifetime,
        )
        if expires_at is not None:
            return token, code, expires_at
    raise RuntimeError("every code that was tried is taken")


async def void(connection: RawConnection, workspace_id: UUID, customer_id: UUID) -> None:
    """Close every way in of a customer that was not used yet."""
    await connection.execute(_VOID, workspace_id, customer_id)


async def by_token(connection: RawConnection, token: str) -> Invited | None:
    """Use a way in up by its token. None if there is none that is good."""
    row = await connection.fetchrow(_BY_TOKEN, token_hash(token))
    return _invited(row) if row else None


async def by_code(connection: RawConnection, code: Code, keys: Sequence[bytes]) -> Invited | None:
    """Use a way in up by its code. None if none is good, or the code is wrong, which is counted."""
    row = await connection.fetchrow(_BY_CODE, code.name, code.hashes(keys))
    return _invited(row) if row and row["opened"] else None


async def look(connection: RawConnection, token: str) -> tuple[str, str] | None:
    """The names of customer and seller behind a token that is good; it stays good."""
    row = await connection.fetchrow(_LOOK, token_hash(token))
    return (row["name"], row["seller"]) if row else None


def _invited(row: Any) -> Invited:
    return Invited(UUID(bytes=row["workspace_id"].bytes), UUID(bytes=row["customer_id"].bytes), row["name"])
