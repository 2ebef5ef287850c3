"""Taking one's own last action in a show back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.api.answers.shows import UndoEntry, Undone, UndoPreview
from dibs.api.auth import needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.api.shows import command, shows
from dibs.clock import utc_now
from dibs.lane import commands
from dibs.lane.undoable import UNDO_TIME, Undoable, actions_since, as_undoable, why_not
from dibs.runtime import current_runtime

blueprint = Blueprint("undo", __name__, url_prefix="/api/shows/<uuid:show_id>/undo")


@attrs.frozen
class UndoBody:
    """Which action; without it the last one of one's own that can be undone."""

    entry_id: UUID | None = None


@blueprint.post("")
@needs("shows:run")
@operation("Undo one's own last action", body=UndoBody, body_optional=True, answer=Undone, errors=(409,))
async def undo(show_id: UUID) -> Response:
    """Take an action back with all that followed from it, or say what has changed since."""
    body = await read_body(UndoBody) if await request.get_data() else UndoBody()
    return jsonify(await command(show_id, commands.undo(principal().user_id, body.entry_id)))


@blueprint.get("")
@needs("shows:run")
@operation("What would be undone", answer=UndoPreview)
async def preview(show_id: UUID) -> Response:
    """The last action of one's own that can be taken back, and why the very last one can't."""
    who = principal()
    await shows().get(who.workspace_id, show_id)
    async with current_runtime().db.raw() as connection:
        since = utc_now() - UNDO_TIME
        rows = await actions_since(connection, who.workspace_id, who.user_id, show_id, since)
    entry = next((_entry(as_undoable(row)) for row in rows if row["undo"] is not None), None)
    note = why_not(rows[0]["action"]) if rows and rows[0]["undo"] is None else None
    return jsonify(UndoPreview(entry, note))


def _entry(found: Undoable) -> UndoEntry:
    named: dict[str, Any] = found.after or {}
    return UndoEntry(
        entry_id=found.id,
        action=found.action,
        entity=found.entity,
        entity_id=found.entity_id,
        item_number=named.get("item_number"),
        handle=named.get("handle"),
        quantity=named.get("quantity"),
        at=found.at,
        until=found.at + UNDO_TIME,
    )
