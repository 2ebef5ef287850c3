"""The list of sessions, a page at a time, and what somebody should look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import attrs

from dibs import Attention, InvalidInputError, WorkspaceData
from dibs_live_shopping.model import Status
from dibs_live_shopping.rows import made

_STATUSES = ("scheduled", "active", "paused", "ended", "converted", "cancelled", "expired")


@attrs.frozen
class SessionFilter:
    """Which sessions, the newest first.

    Attributes:
        status: one or several with commas between them, or `open` for all that are not over.
        q: words in title, name, or the room code.
        cursor: `next` of the page before.
    """

    status: str = attrs.field(default="", validator=attrs.validators.max_len(100))
    customer_id: UUID | None = None
    show_id: UUID | None = None
    q: str = attrs.field(default="", validator=attrs.validators.max_len(100))
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=[attrs.validators.ge(1), attrs.validators.le(200)])


@attrs.frozen
class SessionSummary:
    """A session in a list.

    Attributes:
        line_count: lines in the cart; `total` is what is to be bought comes to.
        pending: proposals of the customer that wait for an answer.
        online: whether the customer was seen within the last half minute.
    """

    session_id: UUID
    status: Status
    title: str
    name: str
    customer_id: UUID | None
    buyer_id: UUID | None
    show_id: UUID | None
    host_name: str
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None
    checkout_requested_at: datetime | None
    order_id: UUID | None
    order_number: int | None
    currency: str
    line_count: int
    total: Decimal
    pending: int
    online: bool
    created_at: datetime


@attrs.frozen
class SessionsPage:
    """Sessions, the newest first; `next` is the cursor of the page after, None on the last."""

    sessions: list[SessionSummary]
    next: UUID | None


_PAGE = """
WITH page AS (
    SELECT s.*, coalesce(c.name, nullif(b.handle, ''),
    CASE WHEN b.erased_at IS NULL THEN b.platform_user_id END, '') AS name
    FROM live_sessions s
    LEFT JOIN customers c ON c.workspace_id = s.workspace_id AND c.id = s.customer_id
    LEFT JOIN buyers b ON b.workspace_id = s.workspace_id AND b.id = s.buyer_id
    WHERE s.workspace_id = $1 AND ($2::text[] = '{}' OR s.status = ANY ($2))
        AND ($3::uuid IS NULL OR s.customer_id = $3) AND ($4::uuid IS NULL OR s.show_id = $4)
        AND ($5 = '' OR strpos(lower(s.title || ' ' || coalesce(c.name, b.handle, '')), lower($5)) > 0
            OR s.room_code = upper($5))
        AND ($6::uuid IS NULL OR s.id < $6)
    ORDER BY s.id DESC LIMIT $7
)
SELECT page.id AS session_id, page.*, o.number AS order_number, coalesce(w.settings ->> 'currency', 'USD') AS currency,
    l.line_count, l.total, p.pending,
    page.kicked_at IS NULL AND coalesce(page.seen_at > now() - interval '30 seconds', false) AS online
FROM page JOIN workspaces w ON w.id = page.workspace_id
LEFT JOIN orders o ON o.workspace_id = page.workspace_id AND o.id = page.order_id
CROSS JOIN LATERAL (
    SELECT count(*) AS line_count,
        coalesce(sum(round(price * quantity, 2)) FILTER (WHERE intent = 'to_purchase'), 0.00) AS total
    FROM live_lines l WHERE l.workspace_id = $1 AND l.session_id = page.id
) l
CROSS JOIN LATERAL (
    SELECT count(*) AS pending FROM live_proposals p WHERE p.workspace_id = $1 AND p.session_id = page.id
        AND p.state = 'pending' AND p.made_by = 'customer'
) p
ORDER BY page.id DESC
"""


async def list_sessions(data: WorkspaceData, wanted: SessionFilter) -> SessionsPage:
    """A page of sessions. Raises `InvalidInputError` for a status that is none."""
    rows = await data.fetch(
        _PAGE, _statuses(wanted.status), wanted.customer_id, wanted.show_id, wanted.q.strip(), wanted.cursor,
        wanted.limit + 1,
    )  # fmt: skip
    found = [made(SessionSummary, row) for row in rows[: wanted.limit]]
    return SessionsPage(found, found[-1].session_id if len(rows) > wanted.limit else None)


def _statuses(text: str) -> list[str]:
    if text == "open":
        return ["scheduled", "active", "paused"]
    chosen = [word.strip() for word in text.split(",") if word.strip()]
    if unknown := [word for word in chosen if word not in _STATUSES]:
        raise InvalidInputError(f"There is no status {unknown[0][:20]!r}; known: {', '.join(_STATUSES)}.")
    return chosen


_ATTENTION = """
SELECT s.id, s.title, s.checkout_requested_at IS NOT NULL AS checkout, s.warned_at IS NOT NULL AS expiring, (
    SELECT count(*) FROM live_proposals p WHERE p.workspace_id = s.workspace_id AND p.session_id = s.id
        AND p.state = 'pending' AND p.made_by = 'customer'
) AS pending
FROM live_sessions s
WHERE s.workspace_id = $1 AND s.status IN ('active', 'paused') AND (
    s.checkout_requested_at IS NOT NULL OR s.warned_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM live_proposals p WHERE p.workspace_id = s.workspace_id AND p.session_id = s.id
            AND p.state = 'pending' AND p.made_by = 'customer'
    )
)
ORDER BY s.checkout_requested_at NULLS LAST, s.id LIMIT 20
"""


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are collected
    """Mark a text that is translated where it is shown."""
    return text


_ONE = {
    "checkout": (N_("%(num)s customer wants to check out"), N_("%(num)s customers want to check out")),
    "pending": (N_("%(num)s proposal waits for an answer"), N_("%(num)s proposals wait for an answer")),
    "expiring": (N_("%(num)s session expires soon"), N_("%(num)s sessions expire soon")),
}


async def attention_of(data: WorkspaceData) -> Sequence[Attention]:
    """Sessions whose customer waits for somebody, and those that expire soon."""
    found = []
    for row in await data.fetch(_ATTENTION):
        for key, (one, many) in _ONE.items():
            if row[key]:
                path = f"/live/{row['id']}"
                found.append(Attention(one, many, int(row[key]), row["title"], path, needs="orders:read"))
    return found
