"""Writing a change of a run together with its event, and ringing it after the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.events.workspace import tell_workspace
from dibs.models.runs import RunView
from dibs.runs.shapes import run_view, told

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.events.hub import Hub

STAGE, PROGRESS, COMPLETION, ERROR = "run.stage", "run.progress", "run.completion", "run.error"


async def change(db: Database, hub: Hub | None, workspace_id: UUID, kind: str, sql: str, *args: Any) -> RunView | None:
    """Carry a statement out that returns the run, and tell of it; None if it changed nothing.

    On a connection of its own: whoever reports may be in a transaction, whose locks must not hold the topic.
    """
    async with db.hot_connection() as connection, connection.transaction():
        row = await connection.fetchrow(sql, workspace_id, *args)
        if row is None:
            return None
        run = run_view(row)
        event = await tell_workspace(connection, workspace_id, kind, told(run))
    if hub is not None:
        event.publish(hub)
    return run
