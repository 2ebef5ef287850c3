"""Letting people know that a connection changed: an entry in the audit log and an event in the workspace's topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.audit_log import Actor, record
from dibs.events.workspace import WorkspaceEvent, tell_workspace

if TYPE_CHECKING:
    from dibs.db import RawConnection

EVENT = "connection.changed"


async def note(
    connection: RawConnection,
    workspace_id: UUID,
    connection_id: UUID,
    actor: Actor,
    verb: str,
    row: Any,
    after: Mapping[str, Any],
    **more: Any,
) -> WorkspaceEvent:
    """In the transaction of a change, as its last step; hand the event to the hub after the commit.

    Args:
        verb: what happened, such as `reconnected`; the audit log has `connection.<verb>`.
        row: the connection before the change.
        after: what is new, of it `status`.
        more: stands in the event as well.
    """
    before = {"status": row["status"]} if row["status"] != after.get("status") else {}
    named = {"platform": row["platform"], "name": row["name"], **after}
    await record(
        connection, workspace_id, actor, f"connection.{verb}", entity="connection", entity_id=connection_id,
        before=before or None, after=named,
    )  # fmt: skip
    data = {"connection_id": str(connection_id), "change": verb, **named, **more}
    return await tell_workspace(connection, workspace_id, EVENT, data)
