"""Writing one entry of the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from dibs.audit_log.actor import Actor
from dibs.ids import uuid7

if TYPE_CHECKING:
    from dibs.db import RawConnection

_INSERT = """
INSERT INTO audit_log (workspace_id, id, actor_id, actor_name, action, entity, entity_id, show_id, before, after,
    undo, undoes, request_key, request_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11::jsonb, $12, $13, $14)
"""


async def record(
    connection: RawConnection,
    workspace_id: UUID,
    actor: Actor,
    action: str,
    *,
    entity: str,
    entity_id: UUID | str | None = None,
    show_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> UUID:
    """Write one entry on the connection of the change's own transaction; returns its id.

    Args:
        action: `<entity>.<verb in the past tense>`, such as `member.role_changed`.
        before, after: the fields that changed, JSON-able; no passwords, no tokens.
    """
    row = record_row(actor, action, entity, entity_id, show_id, before, after)
    await connection.execute(_INSERT, workspace_id, *row[:-2], actor.take_request_key(), row[-1])
    entry_id: UUID = row[0]
    return entry_id


def record_row(
    actor: Actor,
    action: str,
    entity: str,
    entity_id: UUID | str | None,
    show_id: UUID | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    undo: Mapping[str, Any] | None = None,
    undoes: UUID | None = None,
) -> tuple[Any, ...]:
    """The columns of an entry behind `workspace_id`, in the order of the table without `at`."""
    return (
        uuid7(),
        actor.id,
        actor.name[:200],
        action,
        entity,
        None if entity_id is None else str(entity_id),
        show_id,
        _document(before),
        _document(after),
        _document(undo),
        undoes,
        actor.request_key,
        actor.request_id,
    )


def _document(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else orjson.dumps(value, default=str).decode()
