"""A connection as people and programs see it: never with its token."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import attrs

from dibs.clock import utc_now

Status = Literal["connected", "reconnect", "disconnected"]
Health = Literal["good", "trouble", "incomplete", "expiring", "reconnect", "disconnected"]
SOON: Final = 7
"""From so many days before a token dies, people are told."""
_LONGEST: Final = 500


@attrs.frozen
class Connection:
    """An account at a platform that a workspace may act for.

    Attributes:
        account_id: the platform's id of the account.
        status: `reconnect` if somebody has to sign in at the platform again, `disconnected` without a token.
        health: what to think of it: `trouble` if the last call failed, `incomplete` without all permissions,
            `expiring` if it dies within a week, `reconnect` and `disconnected` as the status.
        ends_at: when the access dies, None if never; `days_left` are whole days until then.
        scopes, missing: permissions that were granted, and those that are needed and were not.
        last_error_reason: why, as a word of the protocol of platforms; None if it may get better by itself.
        checked_at: when the platform was last asked how the token stands.
        connected_by: the name of whoever connected it last.
    """

    id: UUID
    platform: str
    account_id: str
    name: str
    status: Status
    health: Health
    ends_at: datetime | None
    days_left: int | None
    scopes: list[str]
    missing: list[str]
    last_success_at: datetime | None
    last_error_at: datetime | None
    last_error_reason: str | None
    last_error: str | None
    checked_at: datetime | None
    created_at: datetime
    connected_by: str | None
    version: int


def storable(words: str) -> str:
    """What a platform, or whoever says to come from it, said, as it can be stored."""
    return words.replace("\0", "")[:_LONGEST].encode("utf-8", "replace").decode("utf-8")


def connection_of(row: Any) -> Connection:
    """A row as people see it."""
    ends = [at for at in (row["token_expires_at"], row["data_access_until"]) if at is not None]
    ends_at = min(ends) if ends else None
    left = None if ends_at is None else max(0, (ends_at - utc_now()).days)
    return Connection(
        id=UUID(bytes=row["id"].bytes),
        platform=row["platform"],
        account_id=row["account_id"],
        name=row["name"],
        status=row["status"],
        health=_health(row, left),
        ends_at=ends_at,
        days_left=left,
        scopes=list(row["scopes"]),
        missing=list(row["missing"]),
        last_success_at=row["last_success_at"],
        last_error_at=row["last_error_at"],
        last_error_reason=row["last_error_reason"],
        last_error=row["last_error"],
        checked_at=row["checked_at"],
        created_at=row["created_at"],
        connected_by=row["connected_by"],
        version=row["version"],
    )


def _health(row: Any, left: int | None) -> Health:
    status: Status = row["status"]
    if status != "connected":
        return status
    if left is not None and left < SOON:
        return "expiring"
    if row["missing"]:
        return "incomplete"
    failed, worked = row["last_error_at"], row["last_success_at"]
    return "trouble" if failed is not None and (worked is None or failed > worked) else "good"
