"""Disconnecting an account: the access is given back where the platform can do that, then the token is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.audit_log import Actor
from dibs.connections import sql
from dibs.connections.asking import ask
from dibs.connections.tokens import open_account
from dibs.errors import NotFoundError
from dibs.models.platform import PlatformError

if TYPE_CHECKING:
    from dibs.connections.service import Connections


@attrs.frozen
class Disconnected:
    """What became of a connection.

    Attributes:
        revoked: the platform took the access back.
        shared: it was not asked to, because other connected accounts came by the same person's sign-in.
        kept: the row stays, without a token, because streams of shows refer to it.
        problem: why the platform did not take it back; "" if it did, or knows no way.
    """

    revoked: bool
    shared: bool
    kept: bool
    problem: str = ""


async def disconnect(connections: Connections, workspace_id: UUID, connection_id: UUID, actor: Actor) -> Disconnected:
    """Give the access back if nobody else needs it, and destroy the token whatever the platform says.

    Raises:
        NotFoundError: there is no such connection.
    """
    rows = await connections.db.hot_fetch(sql.SHARED, workspace_id, connection_id)
    shared, revoked, problem = bool(rows[0]["shared"]), False, ""
    if not shared:
        try:
            revoked = await _revoke(connections, workspace_id, connection_id)
        except PlatformError as error:
            problem = error.message
    kept = await connections.remove(workspace_id, connection_id, actor)
    return Disconnected(revoked, shared, kept, problem)


async def _revoke(connections: Connections, workspace_id: UUID, connection_id: UUID) -> bool:
    rows = await connections.db.hot_fetch(sql.ACCOUNT, workspace_id, connection_id)
    if not rows or rows[0]["token"] is None:
        return False
    try:
        platform = connections.platforms.named(rows[0]["platform"])
    except NotFoundError:  # its plugin is not installed any more
        return False
    account = open_account(connections.sealer, workspace_id, connection_id, rows[0])
    try:
        return await ask(platform, platform.revoke(account))
    except PlatformError as error:
        error.message = error.message.replace(account.token.value, "(token)")
        raise
