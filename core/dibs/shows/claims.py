"""Claims with their buyers, comments and waitlist positions.

The claims are read first, then what hangs on them in plain look-ups by key: a database that has just been filled has no
statistics yet, and joins large tables in the slowest way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from dibs.db import Database
from dibs.shows import sql
from dibs.shows.shapes import claim_shape

Row = Mapping[str, Any]
_NOBODY: Row = {"platform": None, "platform_user_id": None, "handle": None}


async def read_claims(db: Database, workspace_id: UUID, show_id: UUID, query: str, *args: Any) -> list[dict[str, Any]]:
    """The claims that `query` (one of `dibs.shows.sql`, with workspace and show as $1 and $2) finds, in its order."""
    rows = await db.plain_fetch(query, workspace_id, show_id, *args)
    buyers = await _by(db, "id", sql.CLAIM_BUYERS, workspace_id, _distinct(rows, "buyer_id"))
    comments = await _by(db, "comment_no", sql.CLAIM_COMMENTS, workspace_id, show_id, _distinct(rows, "comment_no"))
    waiting = [row for row in rows if row["status"] == "waitlist"]
    positions = await _by(
        db, "id", sql.POSITIONS, workspace_id, _distinct(waiting, "item_id"), _distinct(waiting, "id")
    )
    return [_claim(row, buyers, comments, positions) for row in rows]


async def _by(db: Database, key: str, query: str, *args: Any) -> dict[Any, Row]:
    if not args[-1]:
        return {}
    return {row[key]: row for row in await db.plain_fetch(query, *args)}


def _distinct(rows: Sequence[Row], column: str) -> list[Any]:
    return list({row[column] for row in rows if row[column] is not None})


def _claim(
    row: Row, buyers: Mapping[Any, Row], comments: Mapping[Any, Row], positions: Mapping[Any, Row]
) -> dict[str, Any]:
    buyer = buyers.get(row["buyer_id"], _NOBODY)
    comment, place = comments.get(row["comment_no"]), positions.get(row["id"])
    return claim_shape(
        {
            **row,
            "platform": buyer["platform"],
            "platform_user_id": buyer["platform_user_id"],
            "handle": buyer["handle"],
            "comment_id": comment["comment_id"] if comment else None,
            "waitlist_position": place["position"] if place else None,
        }
    )
