"""Reading margins: those of the lines of a cart with one query, and all of them for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dibs import PriceRequest, WorkspaceData
from dibs_pricing.model import DEFAULT, Key, Margin, Margins, folded, margin_text

_OF_LINES: Final = """
SELECT scope, key, margin FROM pricing_margins
WHERE workspace_id = $1 AND (scope, key) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""
_ALL: Final = """
SELECT m.*, c.name AS customer_name FROM pricing_margins m
LEFT JOIN customers c ON c.workspace_id = m.workspace_id AND c.id = m.customer_id
WHERE m.workspace_id = $1 AND ($2::text IS NULL OR (m.scope = $2 AND m.key = $3))
ORDER BY m.scope, lower(coalesce(c.name, m.category, '')), m.key
"""


async def margins_for(data: WorkspaceData, lines: Iterable[PriceRequest]) -> Margins:
    """The margins that could decide about these lines."""
    keys = sorted({DEFAULT, *(key for line in lines for key in _keys(line))})
    rows = await data.fetch(_OF_LINES, [scope for scope, _ in keys], [key for _, key in keys])
    return {(row["scope"], row["key"]): row["margin"] for row in rows}


def _keys(line: PriceRequest) -> Iterable[Key]:
    if line.customer_id is not None:
        yield "customer", str(line.customer_id)
    if line.category and folded(line.category):
        yield "category", folded(line.category)


async def all_margins(data: WorkspaceData) -> list[Margin]:
    """Every margin: categories, customers, and the workspace's."""
    return [margin_of(row) for row in await data.fetch(_ALL, None, None)]


async def margin_at(data: WorkspaceData, key: Key) -> Margin | None:
    """The margin of one customer or category, or the workspace's; None if there is none."""
    rows: Sequence[Mapping[str, Any]] = await data.fetch(_ALL, *key)
    return margin_of(rows[0]) if rows else None


def margin_of(row: Mapping[str, Any]) -> Margin:
    """A row as people and programs get it."""
    return Margin(
        row["scope"],
        row["customer_id"],
        row["customer_name"],
        row["category"],
        Decimal(margin_text(row["margin"])),
        row["version"],
        row["changed_at"],
        row["changed_by_name"],
    )
