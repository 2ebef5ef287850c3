"""How far somebody has come in their first sale, read from what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import UUID

import attrs

if TYPE_CHECKING:
    from dibs.db import Database

Step = Literal["show", "items", "audience", "claims", "end", "results"]

# The newest practice show, with all that the guide tells about it.
_NEWEST = """
SELECT s.id, s.title, s.status,
    (SELECT count(*) FROM items i WHERE i.workspace_id = $1 AND i.show_id = s.id) AS items,
    (SELECT count(*) FROM claims c WHERE c.workspace_id = $1 AND c.show_id = s.id AND c.kind = 'claim') AS claims,
    (SELECT count(DISTINCT c.buyer_id) FROM claims c
        WHERE c.workspace_id = $1 AND c.show_id = s.id AND c.status = 'winner') AS buyers,
    s.last_comment_no AS comments,
    EXISTS (SELECT FROM practice_runs r WHERE r.workspace_id = $1 AND r.show_id = s.id) AS ran,
    coalesce((SELECT r.stopped_at IS NULL AND least(r.lease_until, r.ends_at) > clock_timestamp()
        FROM practice_runs r WHERE r.workspace_id = $1 AND r.show_id = s.id), false) AS running,
    EXISTS (SELECT FROM audit_log a WHERE a.workspace_id = $1 AND a.show_id = s.id AND a.action = 'export.made')
        AS exported
FROM shows s WHERE s.workspace_id = $1 AND s.practice ORDER BY s.created_at DESC, s.id DESC LIMIT 1
"""
_CLOSED = "SELECT guide_closed_at IS NOT NULL AS closed FROM members WHERE workspace_id = $1 AND user_id = $2"
_CLOSE = """
UPDATE members SET guide_closed_at = CASE WHEN $3 THEN clock_timestamp() END WHERE workspace_id = $1 AND user_id = $2
"""


@attrs.frozen
class PracticeShow:
    """The practice show that the guide is about."""

    id: UUID
    title: str
    status: str
    items: int
    claims: int
    buyers: int
    comments: int
    ran: bool
    running: bool
    exported: bool


@attrs.frozen
class Guide:
    """How far it went. `closed` says that this member has put the guide away."""

    show: PracticeShow | None
    closed: bool

    @property
    def step(self) -> Step | None:
        """What comes next; None if all is done."""
        show = self.show
        if show is None:
            return "show"
        if show.status == "ended":
            return None if show.exported else "results"
        if not show.items:
            return "items"
        if not show.ran:
            return "audience"
        return "end" if show.claims and not show.running else "claims"


async def read_guide(db: Database, workspace_id: UUID, user_id: UUID) -> Guide:
    """The guide of a member."""
    found = await db.hot_fetch(_NEWEST, workspace_id)
    closed = await db.hot_fetch(_CLOSED, workspace_id, user_id)
    return Guide(PracticeShow(**found[0]) if found else None, bool(closed and closed[0]["closed"]))


async def close_guide(db: Database, workspace_id: UUID, user_id: UUID, *, closed: bool = True) -> None:
    """Put the guide away, or take it out again."""
    await db.hot_fetch(_CLOSE, workspace_id, user_id, closed)
