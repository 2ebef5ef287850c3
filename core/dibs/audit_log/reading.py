"""Reading the audit log: page by page, the newest first, with the names of what an entry is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs
import orjson

from dibs.audit_log.labels import Labels, find_labels
from dibs.db import Database
from dibs.ids import uuid7_at

_COLUMNS = (
    "id, at, actor_id, actor_name, action, entity, entity_id, show_id, before::text AS before, after::text AS after, "
    "undoes, request_id"
)
# Each step jumps to the next value in the index: as quick with a million entries as with ten.
_ACTIONS = """
WITH RECURSIVE found AS (
    (SELECT action FROM audit_log WHERE workspace_id = $1 ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (SELECT a.action FROM audit_log a WHERE a.workspace_id = $1 AND a.action > f.action
        ORDER BY a.action LIMIT 1)
    FROM found f WHERE f.action IS NOT NULL
)
SELECT action FROM found WHERE action IS NOT NULL
"""
_ACTORS = """
WITH RECURSIVE found AS (
    (SELECT actor_id FROM audit_log WHERE workspace_id = $1 AND actor_id IS NOT NULL ORDER BY actor_id LIMIT 1)
    UNION ALL
    SELECT (SELECT a.actor_id FROM audit_log a WHERE a.workspace_id = $1 AND a.actor_id > f.actor_id
        ORDER BY a.actor_id LIMIT 1)
    FROM found f WHERE f.actor_id IS NOT NULL
)
SELECT f.actor_id, (SELECT a.actor_name FROM audit_log a WHERE a.workspace_id = $1 AND a.actor_id = f.actor_id
    ORDER BY a.id DESC LIMIT 1) AS actor_name
FROM found f WHERE f.actor_id IS NOT NULL ORDER BY 2
"""
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # ids count from here


@attrs.frozen
class AuditFilter:
    """Which entries; what is None does not count.

    Attributes:
        action: an action, or the beginning of some, such as `claim.`.
        since, until: from this instant on, and before that one.
        before_id: the last entry of the page before.
    """

    actor_id: UUID | None = None
    action: str | None = None
    entity: str | None = None
    entity_id: str | None = None
    show_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    before_id: UUID | None = None


@attrs.frozen
class AuditActor:
    """Who did it; `id` is None for Dibs itself. The name is the one of that time."""

    id: UUID | None
    name: str


@attrs.frozen
class AuditShow:
    """The show in which it was done; the title is today's, None if the show is gone."""

    id: UUID
    title: str | None


@attrs.frozen
class AuditEntry:
    """What somebody did.

    Attributes:
        action: such as `claim.released`.
        entity, entity_id: what it was done to.
        label: its name today, such as an item's number or a buyer's handle; None if it has none.
        before, after: the fields that changed.
        undoes: the entry that this one took back.
        request_id: to find it in the server's log.
    """

    id: UUID
    at: datetime
    actor: AuditActor
    action: str
    entity: str
    entity_id: str | None
    label: str | None
    show: AuditShow | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undoes: UUID | None
    request_id: str | None


@attrs.frozen
class AuditPage:
    """Entries, the newest first; `next` goes on behind the last one, None at the end."""

    entries: list[AuditEntry]
    next: UUID | None


@attrs.frozen(eq=False)
class AuditLog:
    """The log of each workspace, for reading."""

    db: Database

    async def page(self, workspace_id: UUID, wanted: AuditFilter, limit: int = 50) -> AuditPage:
        """The newest entries that a filter lets through."""
        actions = await self._matching(workspace_id, wanted.action)
        if actions is not None and not actions:
            return AuditPage([], None)
        sql, args = _query(wanted, actions, limit + 1)
        rows = await self.db.hot_fetch(sql, workspace_id, *args)
        labels = await find_labels(self.db, workspace_id, rows[:limit])
        entries = [_entry(row, labels) for row in rows[:limit]]
        return AuditPage(entries, entries[-1].id if len(rows) > limit else None)

    async def actions(self, workspace_id: UUID) -> list[str]:
        """What was ever done in the workspace."""
        return [row["action"] for row in await self.db.hot_fetch(_ACTIONS, workspace_id)]

    async def actors(self, workspace_id: UUID) -> list[AuditActor]:
        """Who ever did something, by name."""
        rows = await self.db.hot_fetch(_ACTORS, workspace_id)
        return [AuditActor(_plain(row["actor_id"]), row["actor_name"]) for row in rows]

    async def _matching(self, workspace_id: UUID, action: str | None) -> list[str] | None:
        if action is None:
            return None
        return [known for known in await self.actions(workspace_id) if known.startswith(action)]


def _query(wanted: AuditFilter, actions: Sequence[str] | None, limit: int) -> tuple[str, list[Any]]:
    """The statement for a filter. Only conditions that count stand in it, so that each has its own plan."""
    args: list[Any] = []
    parts = ["workspace_id = $1"]
    low = uuid7_at(max(wanted.since, _FIRST)) if wanted.since else None
    high = uuid7_at(max(wanted.until, _FIRST)) if wanted.until else None
    conditions = (
        ("actor_id = ${}", wanted.actor_id),
        ("entity = ${}", wanted.entity),
        ("entity_id = ${}", wanted.entity_id),
        ("show_id = ${}", wanted.show_id),
        ("id >= ${}", low),
        ("id < ${}", high),
        ("id < ${}", wanted.before_id),
    )
    for condition, value in conditions:
        if value is not None:
            args.append(value)
            parts.append(condition.format(len(args) + 1))
    args.append(limit)
    newest = f"ORDER BY id DESC LIMIT ${len(args) + 1}"
    where = " AND ".join(parts)
    if actions is None:
        return f"SELECT {_COLUMNS} FROM audit_log WHERE {where} {newest}", args
    args.append(list(actions))
    each = f"SELECT {_COLUMNS} FROM audit_log WHERE {where} AND action = wanted.name {newest}"
    return f"SELECT e.* FROM unnest(${len(args) + 1}::text[]) AS wanted(name), LATERAL ({each}) e {newest}", args


def _entry(row: Any, labels: Labels) -> AuditEntry:
    show_id = row["show_id"] and _plain(row["show_id"])
    return AuditEntry(
        id=_plain(row["id"]),
        at=row["at"],
        actor=AuditActor(row["actor_id"] and _plain(row["actor_id"]), row["actor_name"]),
        action=row["action"],
        entity=row["entity"],
        entity_id=row["entity_id"],
        label=labels.of(row["entity"], row["entity_id"]),
        show=AuditShow(show_id, labels.of("show", str(show_id))) if show_id else None,
        before=row["before"] and orjson.loads(row["before"]),
        after=row["after"] and orjson.loads(row["after"]),
        undoes=row["undoes"] and _plain(row["undoes"]),
        request_id=row["request_id"],
    )


def _plain(value: Any) -> UUID:
    return UUID(bytes=value.bytes)
