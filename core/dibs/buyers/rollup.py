"""What each person has of a show, all their identities together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from dibs.buyers.model import RollupFilter, RollupLine, RollupRow
from dibs.buyers.people import People, as_id
from dibs.db import Database
from dibs.errors import NotFoundError

Row = Mapping[str, Any]
NOTHING = Decimal("0.00")

_SHOW = "SELECT id FROM shows WHERE workspace_id = $1 AND id = $2"
# $3 words or null, $4 and $5 the place of the last one of the page before or nulls, $6 how many. The claims of the
# show are added up by identity first, so that names are looked up once each.
_PEOPLE = """
WITH stakes AS MATERIALIZED (
    SELECT c.buyer_id, count(*) FILTER (WHERE c.status = 'waitlist') AS waitlist,
        coalesce(sum(c.quantity) FILTER (WHERE c.status = 'waitlist'), 0) AS waiting_units
    FROM claims c
    WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.status IN ('winner', 'waitlist') AND c.buyer_id IS NOT NULL
    GROUP BY c.buyer_id
), named AS MATERIALIZED (
    SELECT s.*, coalesce(b.merged_into, b.id) AS person, b.handle, b.platform_user_id
    FROM stakes s JOIN buyers b ON b.workspace_id = $1 AND b.id = s.buyer_id
), people AS (
    SELECT person, sum(waitlist)::bigint AS waitlist, sum(waiting_units)::bigint AS waiting_units,
        array_agg(buyer_id) AS identities, bool_or(strpos(lower(handle), $3) > 0 OR platform_user_id = $3) AS found
    FROM named
    GROUP BY person
)
SELECT p.*, b.handle, b.platform FROM people p JOIN buyers b ON b.workspace_id = $1 AND b.id = p.person
WHERE ($3::text IS NULL OR p.found OR strpos(lower(b.handle), $3) > 0)
    AND ($4::text IS NULL OR (lower(b.handle), b.id) > ($4, $5::uuid))
ORDER BY lower(b.handle), b.id LIMIT $6
"""
_LINES = """
SELECT coalesce(b.merged_into, b.id) AS person, i.id, i.item_number, i.variant, i.title, i.price,
    sum(c.quantity) AS quantity, sum(c.quantity) * i.price AS amount
FROM unnest($3::uuid[]) AS wanted(id)
JOIN buyers b ON b.workspace_id = $1 AND b.id = wanted.id
JOIN claims c ON c.workspace_id = $1 AND c.buyer_id = wanted.id AND c.show_id = $2 AND c.status = 'winner'
JOIN items i ON i.workspace_id = $1 AND i.id = c.item_id
GROUP BY 1, i.workspace_id, i.id ORDER BY i.position, i.id
"""
_BLOCKED = """
SELECT DISTINCT coalesce(merged_into, id) AS person FROM buyers
WHERE workspace_id = $1 AND (id = ANY($2::uuid[]) OR merged_into = ANY($2::uuid[])) AND blocked_at IS NOT NULL
"""


async def roll_up(
    db: Database, workspace_id: UUID, show_id: UUID, wanted: RollupFilter
) -> tuple[list[RollupRow], UUID | None]:
    """Everybody who won or waits, in order of their names, and the cursor of the next page.

    Raises:
        NotFoundError: the workspace has no such show.
    """
    if not await db.plain_fetch(_SHOW, workspace_id, show_id):
        raise NotFoundError("There is no such show.", show_id=str(show_id))
    name, last = await People(db).place(workspace_id, wanted.cursor) or (None, None)
    words = wanted.q.strip().lower() or None
    rows = await db.plain_fetch(_PEOPLE, workspace_id, show_id, words, name, last, wanted.limit + 1)
    shown = rows[: wanted.limit]
    people = await _complete(db, workspace_id, show_id, shown)
    return people, people[-1].buyer_id if len(rows) > wanted.limit else None


async def _complete(db: Database, workspace_id: UUID, show_id: UUID, rows: Sequence[Row]) -> list[RollupRow]:
    if not rows:
        return []
    identities = [identity for row in rows for identity in row["identities"]]
    found = await db.plain_fetch(_BLOCKED, workspace_id, [row["person"] for row in rows])
    blocked = {row["person"] for row in found}
    lines: dict[Any, list[RollupLine]] = {}
    for row in await db.plain_fetch(_LINES, workspace_id, show_id, identities):
        lines.setdefault(row["person"], []).append(_line(row))
    return [_row(row, lines.get(row["person"], []), row["person"] in blocked) for row in rows]


def _line(row: Row) -> RollupLine:
    return RollupLine(
        item_id=as_id(row["id"]),
        item_number=row["item_number"],
        variant=row["variant"] or None,
        title=row["title"],
        quantity=row["quantity"],
        price=row["price"],
        amount=row["amount"],
    )


def _row(row: Row, lines: list[RollupLine], blocked: bool) -> RollupRow:
    return RollupRow(
        buyer_id=as_id(row["person"]),
        handle=row["handle"],
        platform=row["platform"],
        blocked=blocked,
        items=len(lines),
        quantity=sum(line.quantity for line in lines),
        waitlist=row["waitlist"],
        waiting_units=row["waiting_units"],
        total=sum((line.amount for line in lines if line.amount is not None), NOTHING),
        unpriced=sum(line.quantity for line in lines if line.amount is None),
        lines=lines,
    )
