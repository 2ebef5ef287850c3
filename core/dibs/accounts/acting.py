"""Who changes an account, and where it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.audit_log import Actor, record

if TYPE_CHECKING:
    from dibs.db import RawConnection

_PLACES = "SELECT workspace_id FROM members WHERE user_id = $1 ORDER BY workspace_id"


@attrs.frozen
class Acting:
    """Somebody who changes their own account.

    Attributes:
        user_id: whose account it is.
        actor: the same person for the audit log.
        workspace_id: the workspace that they are signed in to, in whose audit log it is written; None if they are in
            none, and then nothing is.
    """

    user_id: UUID
    actor: Actor
    workspace_id: UUID | None

    async def note(
        self,
        connection: RawConnection,
        action: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an entry in the transaction of the change."""
        if self.workspace_id is not None:
            await record(
                connection,
                self.workspace_id,
                self.actor,
                action,
                entity="account",
                entity_id=self.user_id,
                before=before,
                after=after,
            )


async def note_everywhere(connection: RawConnection, user_id: UUID, action: str, actor: Actor) -> None:
    """Write an entry in every workspace of a user: what the command line does concerns all of them."""
    for row in await connection.fetch(_PLACES, user_id):
        await record(connection, row["workspace_id"], actor, action, entity="account", entity_id=user_id)
