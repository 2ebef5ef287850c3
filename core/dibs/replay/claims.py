"""All claims of a show with their buyers, comments and places in the queue.

Read in three plain look-ups and joined here: a database that has just been filled has no statistics yet, and joins
large tables in the slowest way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from dibs.db import Database

_CLAIMS = """
SELECT id, item_id, item_number, variant, buyer_id, comment_no, quantity, status, place
FROM claims WHERE workspace_id = $1 AND show_id = $2 AND kind = 'claim' ORDER BY decision_no
"""
_BUYERS = "SELECT id, platform_user_id, handle FROM buyers WHERE workspace_id = $1 AND id = ANY($2::uuid[])"
_COMMENTS = """
SELECT comment_no, comment_id FROM comments
WHERE workspace_id = $1 AND show_id = $2 AND comment_no = ANY($3::bigint[])
"""
_NOBODY = {"platform_user_id": None, "handle": None}


async def read_claims(db: Database, workspace_id: UUID, show_id: UUID) -> list[dict[str, Any]]:
    """The claims in order of decision, passes left out; `waitlist_position` is 1…n for those who wait."""
    rows = await db.hot_fetch(_CLAIMS, workspace_id, show_id)
    wanted = list({row["buyer_id"] for row in rows if row["buyer_id"]})
    numbers = sorted({row["comment_no"] for row in rows if row["comment_no"]})
    buyers = {row["id"]: row for row in await db.hot_fetch(_BUYERS, workspace_id, wanted)}
    comments = await db.hot_fetch(_COMMENTS, workspace_id, show_id, numbers)
    ids = {row["comment_no"]: row["comment_id"] for row in comments}
    positions = _positions(rows)
    return [_claim(row, buyers.get(row["buyer_id"], _NOBODY), ids, positions) for row in rows]


def _positions(rows: Sequence[Any]) -> dict[Any, int]:
    waiting = sorted((row for row in rows if row["place"] is not None), key=lambda row: row["place"])
    seen: Counter[Any] = Counter()
    positions: dict[Any, int] = {}
    for row in waiting:
        seen[row["item_id"]] += 1
        positions[row["id"]] = seen[row["item_id"]]
    return positions


def _claim(row: Any, buyer: Any, ids: Mapping[int, str | None], positions: Mapping[Any, int]) -> dict[str, Any]:
    return {
        "claim_id": str(row["id"]),
        "item_id": str(row["item_id"]) if row["item_id"] else None,
        "item_number": row["item_number"],
        "variant": row["variant"] or None,
        "platform_user_id": buyer["platform_user_id"],
        "user_handle": buyer["handle"],
        "quantity": row["quantity"],
        "status": row["status"],
        "waitlist_position": positions.get(row["id"]),
        "comment_id": ids.get(row["comment_no"]),
    }
