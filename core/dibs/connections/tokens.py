"""Tokens at rest: sealed, and bound to the row that they stand in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import structlog

from dibs.accounts.keys import Sealer, UnsealError
from dibs.models.platform import Account, RefusedError, Token

SEALED_FOR = "platform token"
log = structlog.get_logger("dibs.connections")


def belongs_to(workspace_id: UUID, connection_id: UUID, platform: str, account_id: str) -> bytes:
    """What a sealed token is bound to: in another row, or for another account, it does not open."""
    return b"\0".join((workspace_id.bytes, connection_id.bytes, platform.encode(), account_id.encode()))


def seal_token(sealer: Sealer, workspace_id: UUID, connection_id: UUID, account: Account) -> bytes:
    """The token of an account as its row keeps it."""
    bound = belongs_to(workspace_id, connection_id, account.platform, account.account_id)
    return sealer.seal(account.token.value.encode(), bound)


def open_account(sealer: Sealer, workspace_id: UUID, connection_id: UUID, row: Any) -> Account:
    """The account of a row that has a token.

    Raises:
        RefusedError: `configuration`: the token was sealed with a key that this process does not have, or was changed.
    """
    bound = belongs_to(workspace_id, connection_id, row["platform"], row["account_id"])
    try:
        value = sealer.open(row["token"], bound).decode()
    except UnsealError as error:
        log.error("token_unreadable", connection_id=str(connection_id), problem=str(error))
        raise RefusedError(
            "The stored access can't be read with the keys of this server. Whoever runs it must put the key back "
            "with which it was stored, or the account must be connected again.",
            "configuration",
        ) from None
    return Account(
        platform=row["platform"],
        account_id=row["account_id"],
        name=row["name"],
        token=Token(value, row["token_expires_at"], row["data_access_until"]),
        user_id=row["user_id"],
        scopes=tuple(row["scopes"]),
        missing=tuple(row["missing"]),
        details=orjson.loads(row["details"]),
    )
