"""The names that people know things by, for the ids in log entries: one query for each kind of thing on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import attrs

from dibs.db import Database

_MEMBER = """
SELECT u.id, u.name AS label FROM users u JOIN members m ON m.user_id = u.id
WHERE m.workspace_id = $1 AND u.id = ANY($2::uuid[])
"""
_QUERIES: Mapping[str, str] = {
    "account": _MEMBER,
    "show": "SELECT id, title AS label FROM shows WHERE workspace_id = $1 AND id = ANY($2::uuid[])",
    "item": """
        SELECT id, trim(item_number || ' ' || variant) AS label FROM items
        WHERE workspace_id = $1 AND id = ANY($2::uuid[])
    """,
    "buyer": "SELECT id, handle AS label FROM buyers WHERE workspace_id = $1 AND id = ANY($2::uuid[])",
    "claim": """
        SELECT c.id, trim(c.item_number || ' ' || c.variant) || coalesce(' · ' || nullif(b.handle, ''), '') AS label
        FROM claims c LEFT JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id
        WHERE c.workspace_id = $1 AND c.id = ANY($2::uuid[])
    """,
    "connection": "SELECT id, name AS label FROM connections WHERE workspace_id = $1 AND id = ANY($2::uuid[])",
    "stream": """
        SELECT s.id, concat_ws(' · ', nullif(c.name, ''), nullif(s.title, '')) AS label
        FROM streams s LEFT JOIN connections c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
        WHERE s.workspace_id = $1 AND s.id = ANY($2::uuid[])
    """,
    "member": _MEMBER,
    "product": "SELECT id, name AS label FROM products WHERE workspace_id = $1 AND id = ANY($2::uuid[])",
    "batch": """
        SELECT b.id, p.name || ' · ' || b.code AS label
        FROM batches b JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
        WHERE b.workspace_id = $1 AND b.id = ANY($2::uuid[])
    """,
    "customer": "SELECT id, name AS label FROM customers WHERE workspace_id = $1 AND id = ANY($2::uuid[])",
    "order": "SELECT id, '#' || number AS label FROM orders WHERE workspace_id = $1 AND id = ANY($2::uuid[])",
    "workspace": "SELECT id, name AS label FROM workspaces WHERE id = $1 AND id = ANY($2::uuid[])",
}
_OWN_NAMES = ("flag", "plugin")


@attrs.frozen
class Labels:
    """Names by kind and id."""

    known: Mapping[tuple[str, str], str]

    def of(self, entity: str, entity_id: str | None) -> str | None:
        """The name of a thing, None if it has none or is gone."""
        if entity in _OWN_NAMES:
            return entity_id
        return self.known.get((entity, entity_id or "")) or None


async def find_labels(db: Database, workspace_id: UUID, rows: Iterable[Any]) -> Labels:
    """The names of everything that these entries name."""
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        if row["show_id"] is not None:
            wanted.setdefault("show", set()).add(row["show_id"])
        if row["entity"] in _QUERIES and (named := _as_id(row["entity_id"])) is not None:
            wanted.setdefault(row["entity"], set()).add(named)
    known: dict[tuple[str, str], str] = {}
    for entity, ids in wanted.items():
        for found in await db.hot_fetch(_QUERIES[entity], workspace_id, list(ids)):
            known[entity, str(found["id"])] = found["label"]
    return Labels(known)


def _as_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
