"""Making shows, copying them, and deleting what never began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.clock import utc_now
from dibs.errors import ConflictError, NotFoundError
from dibs.ids import uuid7
from dibs.lane.changes import Changes
from dibs.lane.commands import add_items
from dibs.lane.decide import DecisionHooks
from dibs.lane.drawing import write_drawn
from dibs.lane.load import load_board
from dibs.lane.state import ItemState
from dibs.models.items import NewItem

if TYPE_CHECKING:
    from dibs.db import Database, RawConnection

MAX_TITLE = 200
PLANNED_YEARS = (2000, 2199)

_INSERT = """
INSERT INTO shows (workspace_id, id, title, rules, scheduled_at, practice)
VALUES ($1, $2, $3, $4::jsonb, $5, $6) ON CONFLICT DO NOTHING RETURNING id
"""
_LOCK = """
SELECT s.title, s.status, s.last_comment_no, EXISTS (
    SELECT 1 FROM claims c WHERE c.workspace_id = $1 AND c.show_id = $2) AS claimed
FROM shows s WHERE s.workspace_id = $1 AND s.id = $2 FOR UPDATE
"""
_PARTS = ("items", "streams", "show_leases", "inbox")
_STREAM_LEASES = """
DELETE FROM stream_leases l USING streams s
WHERE l.workspace_id = $1 AND s.workspace_id = $1 AND s.show_id = $2 AND l.stream_id = s.id
"""
_WAITING = "SELECT 1 FROM inbox WHERE workspace_id = $1 AND show_id = $2 LIMIT 1"


def plan_fault(at: datetime) -> str | None:
    """What is wrong with a planned start, or None. Far off there are instants that no other time zone can write."""
    first, last = PLANNED_YEARS
    return None if first <= at.year <= last else f"must be in the years {first} to {last}"


async def create_show(
    db: Database,
    workspace_id: UUID,
    title: str,
    rules: Mapping[str, Any],
    show_id: UUID | None = None,
    *,
    actor: Actor | None = None,
    scheduled_at: datetime | None = None,
    practice: bool = False,
) -> UUID:
    """Make a draft show with its own rules; with `show_id`, the show of that id, made if it is not there."""
    wanted, own = show_id or uuid7(), orjson.dumps(dict(rules)).decode()
    async with db.transaction(), db.raw() as connection:
        made = await connection.fetch(_INSERT, workspace_id, wanted, title, own, scheduled_at, practice)
        if made and actor is not None:
            after = {"title": title, "rules": dict(rules), "scheduled_at": scheduled_at, "practice": practice}
            await _note(connection, workspace_id, actor, "show.created", wanted, None, after)
    return wanted


async def duplicate_show(
    db: Database,
    workspace_id: UUID,
    show_id: UUID,
    actor: Actor,
    hooks: DecisionHooks,
    *,
    title: str | None = None,
    with_items: bool = True,
) -> UUID:
    """A new draft with the rules of a show and, on request, its items with all their units; nobody has claimed any.

    Raises:
        NotFoundError: the workspace has no such show.
    """
    async with db.transaction(), db.raw() as connection:
        source, made = await load_board(connection, workspace_id, show_id), uuid7()
        name = title or f"Copy of {source.title}"[:MAX_TITLE]
        rules = orjson.dumps(source.own_rules).decode()
        await connection.fetch(_INSERT, workspace_id, made, name, rules, None, False)
        items = [source.items[item_id] for item_id in source.order()] if with_items else []
        if items:
            await _add(connection, workspace_id, made, items, hooks)
        after = {"title": name, "copy_of": show_id, "items": len(items)}
        await _note(connection, workspace_id, actor, "show.duplicated", made, None, after)
    return made


async def _add(
    connection: RawConnection, workspace_id: UUID, show_id: UUID, items: Sequence[ItemState], hooks: DecisionHooks
) -> None:
    """Put items into a show that nobody knows yet, by the lane's own writing: with their events."""
    changes = Changes(await load_board(connection, workspace_id, show_id, lock=True), utc_now())
    add_items([NewItem(i.number, i.title, i.total, i.variant or None, i.price, i.batch_id) for i in items])(
        changes, hooks
    )
    changes.finish()
    await write_drawn(connection, changes)


async def delete_draft(db: Database, workspace_id: UUID, show_id: UUID, actor: Actor) -> None:
    """Delete a show that never began and of which no comment and no claim is stored.

    Raises:
        NotFoundError: the workspace has no such show.
        ConflictError: it is no draft any more, or something of it has to be kept.
    """
    async with db.transaction(), db.raw() as connection:
        ids = workspace_id, show_id
        show = await connection.fetchrow(_LOCK, *ids)
        if show is None:
            raise NotFoundError("There is no such show.", show_id=str(show_id))
        if show["status"] != "draft":
            raise ConflictError(f"A show that is {show['status']} stays; only a draft can be deleted.")
        waiting = await connection.fetchval(_WAITING, *ids)
        if show["last_comment_no"] or show["claimed"] or waiting:
            raise ConflictError("This draft has comments or claims already, so it stays.")
        await connection.execute(_STREAM_LEASES, *ids)
        for table in _PARTS:
            await connection.execute(
                f"DELETE FROM {table} WHERE workspace_id = $1 AND show_id = $2", workspace_id, show_id
            )
        await connection.execute("DELETE FROM shows WHERE workspace_id = $1 AND id = $2", *ids)
        await _note(connection, workspace_id, actor, "show.deleted", show_id, {"title": show["title"]}, None)


async def _note(
    connection: RawConnection,
    workspace_id: UUID,
    actor: Actor,
    action: str,
    show_id: UUID,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    await audit_log.record(
        connection, workspace_id, actor, action, entity="show", entity_id=show_id, show_id=show_id, before=before,
        after=after,
    )  # fmt: skip
