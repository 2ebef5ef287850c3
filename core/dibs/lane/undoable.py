"""Finding the action that a person may take back, and the rows that it closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import orjson

from dibs.errors import ConflictError, NotFoundError
from dibs.ids import uuid7_at
from dibs.lane.load import load_claims_by_id
from dibs.lane.state import Board, ClaimState

if TYPE_CHECKING:
    from dibs.db import RawConnection

UNDO_TIME = timedelta(minutes=30)

_COLUMNS = """
SELECT a.id, a.at, a.actor_id, a.action, a.entity, a.entity_id, a.before, a.after, a.undo,
    (SELECT u.id FROM audit_log u WHERE u.workspace_id = $1 AND u.undoes = a.id) AS undone_by
FROM audit_log a WHERE a.workspace_id = $1 AND a.actor_id = $2 AND a.show_id = $3
"""
_ENTRY = _COLUMNS + " AND a.id = $4"
# Ids begin with their time: what is too old is not even looked at.
_LATEST = _COLUMNS + " AND a.id > $4 AND a.action <> 'action.undone' ORDER BY a.id DESC LIMIT 200"


@attrs.frozen
class Undoable:
    """An action that can be taken back, as far as the log knows."""

    id: UUID
    at: datetime
    action: str
    entity: str
    entity_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undo: dict[str, Any]


async def actions_since(
    connection: RawConnection, workspace_id: UUID, actor_id: UUID, show_id: UUID, since: datetime
) -> Sequence[Any]:
    """What a person did in a show since that instant and has not undone, the newest first."""
    rows = await connection.fetch(_LATEST, workspace_id, actor_id, show_id, uuid7_at(since))
    return [row for row in rows if row["undone_by"] is None]


async def find_undoable(
    connection: RawConnection, board: Board, actor_id: UUID, entry_id: UUID | None, since: datetime
) -> Undoable:
    """The entry of this id, or the person's last one that can be undone.

    Raises:
        NotFoundError: the person has no such entry in this show.
        ConflictError: it was undone already, is too old, or is of a kind that can't be undone; or there is none.
    """
    ids = board.workspace_id, actor_id, board.show_id
    if entry_id is None:
        rows = [row for row in await actions_since(connection, *ids, since) if row["undo"] is not None]
        if not rows:
            raise ConflictError("There is nothing of yours to undo in the last 30 minutes.")
        return as_undoable(rows[0])
    row = await connection.fetchrow(_ENTRY, *ids, entry_id)
    if row is None:
        raise NotFoundError("You did no such thing in this show.", entry_id=str(entry_id))
    if row["undone_by"] is not None:
        raise ConflictError("This action has been undone already.")
    if row["undo"] is None:
        raise ConflictError(why_not(row["action"]), action=row["action"])
    if row["at"] < since:
        raise ConflictError("This is more than 30 minutes ago and can't be undone any more.")
    return as_undoable(row)


def as_undoable(row: Any) -> Undoable:
    """An entry of the log as a value."""
    before, after, undo = (orjson.loads(row[name] or "null") for name in ("before", "after", "undo"))
    entry_id = UUID(bytes=row["id"].bytes)
    return Undoable(entry_id, row["at"], row["action"], row["entity"], row["entity_id"], before, after, undo)


_WAYS_BACK = {
    "show.started": "Starting a show can't be undone.",
    "show.paused": "Pausing can't be undone: resume the show instead.",
    "show.resumed": "Resuming can't be undone: pause the show instead.",
    "show.ended": "Ending a show can't be undone.",
    "show.edited": "Changes to a show can't be undone: change it again.",
    "item.added": "Adding items can't be undone: delete the item while nobody has claimed it.",
}


def why_not(action: str) -> str:
    """Why an action can't be undone, and what to do instead."""
    return _WAYS_BACK.get(action, "This can't be undone.")


async def claims_of(connection: RawConnection, board: Board, entry: Undoable) -> dict[UUID, ClaimState]:
    """The claims that an action touched: those that are open from the board, the others from their rows."""
    wanted = [UUID(one["id"]) for one in entry.undo.get("claims", ())]
    found = {claim_id: board.find_claim(claim_id) for claim_id in wanted}
    closed = [claim_id for claim_id, claim in found.items() if claim is None]
    rows = await load_claims_by_id(connection, board, closed) if closed else {}
    return {claim_id: claim or rows[claim_id] for claim_id, claim in found.items() if claim or claim_id in rows}
