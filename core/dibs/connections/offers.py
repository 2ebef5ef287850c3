"""Accounts to choose from after a dialog: kept sealed with their tokens until somebody has chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import orjson

from dibs.accounts.keys import Sealer, UnsealError
from dibs.errors import NotFoundError
from dibs.models.platform import Account, Token


@attrs.frozen
class Offer:
    """An account that can be connected; `known` if it was connected before."""

    key: str
    platform: str
    name: str
    missing: list[str]
    known: bool

    @staticmethod
    def key_of(account: Account) -> str:
        """What a form names the account by."""
        return f"{account.platform}:{account.account_id}"


def offers_of(accounts: Sequence[Account], known: Collection[tuple[str, str]]) -> list[Offer]:
    """The accounts as a page shows them."""
    return [
        Offer(
            Offer.key_of(account), account.platform, account.name, sorted(account.missing),
            (account.platform, account.account_id) in known,
        )
        for account in accounts
    ]  # fmt: skip


def seal_offers(sealer: Sealer, workspace_id: UUID, result_id: UUID, accounts: Sequence[Account]) -> bytes:
    """The accounts as they may be stored."""
    return sealer.seal(orjson.dumps([attrs.asdict(one) for one in accounts]), _bound(workspace_id, result_id))


def open_offers(sealer: Sealer, workspace_id: UUID, result_id: UUID, sealed: bytes) -> list[Account]:
    """The accounts again. Raises `NotFoundError` if the key that sealed them is gone."""
    try:
        plain = sealer.open(sealed, _bound(workspace_id, result_id))
    except UnsealError:
        raise NotFoundError("This choice can't be read any more. Connect again.") from None
    return [_account(one) for one in orjson.loads(plain)]


def _account(one: dict[str, Any]) -> Account:
    ends = (_instant(one["token"][name]) for name in ("expires_at", "data_access_until"))
    lists = {"scopes": tuple(one["scopes"]), "missing": tuple(one["missing"])}
    return Account(**{**one, **lists, "token": Token(one["token"]["value"], *ends)})


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _bound(workspace_id: UUID, result_id: UUID) -> bytes:
    return b"accounts to choose from\0" + workspace_id.bytes + result_id.bytes
