"""Taking a session: its row locked, then everything in it, as of after the lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs import CreditStanding, EventContext, NotFoundError, SessionClosedError, WorkspaceData
from dibs_live_shopping.model import By, Status
from dibs_live_shopping.rows import Line, Proposal, Session, made, proposals_from

_SESSION = """
SELECT s.*, coalesce(c.name, nullif(b.handle, ''),
    CASE WHEN b.erased_at IS NULL THEN b.platform_user_id END, '') AS name, o.number AS order_number,
    o.status AS order_status,
    coalesce(w.settings ->> 'currency', 'USD') AS currency, (
        SELECT t.customer_id FROM buyers t WHERE t.workspace_id = $1 AND t.id = coalesce(b.merged_into, b.id)
    ) AS linked_to
FROM live_sessions s
JOIN workspaces w ON w.id = s.workspace_id
LEFT JOIN customers c ON c.workspace_id = s.workspace_id AND c.id = s.customer_id
LEFT JOIN buyers b ON b.workspace_id = s.workspace_id AND b.id = s.buyer_id
LEFT JOIN orders o ON o.workspace_id = s.workspace_id AND o.id = s.order_id
WHERE s.workspace_id = $1 AND s.id = $2
"""
_ADOPT = "UPDATE live_sessions SET customer_id = $3 WHERE workspace_id = $1 AND id = $2"
_LOCKED = f"{_SESSION} FOR NO KEY UPDATE OF s"
# All by one statement, so that it is one trip: the time by the database's clock and after the lock, the proposals, the
# batch that is to be added if there is one, and beside them each line; one row without lines if there are none.
_REST = """
SELECT clock_timestamp() AS now, n.proposals, p.id AS new_product_id, b.id AS new_batch_id, p.name AS new_name,
    p.category AS new_category, p.unit AS new_unit, p.picture_url AS new_picture_url, b.unit_cost AS new_unit_cost,
    b.code AS new_batch_code, b.on_hand - b.reserved - b.on_hold - b.in_carts AS new_left, (
        SELECT o.price FROM live_overrides o WHERE o.workspace_id = $1 AND o.session_id = $2
            AND o.product_id = b.product_id AND (o.batch_id IS NULL OR o.batch_id = b.id)
        ORDER BY o.batch_id NULLS LAST LIMIT 1
    ) AS new_override, l.*
FROM (SELECT ARRAY(
    SELECT ROW(id, line_id, made_by, made_by_name, price, quantity, message, state, answers, made_at, answered_at)
    FROM live_proposals WHERE workspace_id = $1 AND session_id = $2 ORDER BY id
) AS proposals) n
LEFT JOIN batches b ON b.workspace_id = $1 AND b.id = $3::uuid
LEFT JOIN products p ON p.workspace_id = $1 AND p.id = b.product_id
LEFT JOIN (
    SELECT l.*, t.unit_cost, coalesce(t.code, '') AS batch_code,
        t.on_hand - t.reserved - t.on_hold - t.in_carts AS left,
        coalesce(ob.price, op.price) AS override, i.price AS list_price
    FROM live_lines l
    LEFT JOIN batches t ON t.workspace_id = l.workspace_id AND t.id = l.batch_id
    LEFT JOIN live_overrides ob ON ob.workspace_id = l.workspace_id AND ob.session_id = l.session_id
        AND ob.product_id = l.product_id AND ob.batch_id = l.batch_id
    LEFT JOIN live_overrides op ON op.workspace_id = l.workspace_id AND op.session_id = l.session_id
        AND op.product_id = l.product_id AND op.batch_id IS NULL
    LEFT JOIN claims k ON k.workspace_id = l.workspace_id AND k.id = l.claim_id
    LEFT JOIN items i ON i.workspace_id = k.workspace_id AND i.id = k.item_id
    WHERE l.workspace_id = $1 AND l.session_id = $2
) l ON true
ORDER BY l.id
"""


@attrs.define(eq=False)
class Cart:
    """A session with all that is in it, changed here and then saved at once.

    Attributes:
        now: the database's time.
        lines: by id, in the order in which they were added; `was` is how they stood.
        batch: a row whose columns `new_…` are of the batch to be added, if one was asked for and exists.
        standing: the customer's credit with this cart, once it was asked for; None where nobody checks.
    """

    session: Session
    lines: dict[UUID, Line]
    proposals: list[Proposal]
    now: datetime
    batch: Mapping[str, Any] | None = None
    standing: CreditStanding | None = None
    was: dict[UUID, Line] = attrs.field(init=False)
    proposals_were: list[Proposal] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.was = dict(self.lines)
        self.proposals_were = list(self.proposals)

    def line(self, line_id: UUID) -> Line:
        """One of its lines. Raises `NotFoundError`."""
        if line_id not in self.lines:
            raise NotFoundError("There is no such line in this session.")
        return self.lines[line_id]

    def put(self, line: Line) -> None:
        """Add a line, or put it in the place of how it stood."""
        self.lines[line.id] = line

    def change(self, **fields: Any) -> None:
        """Change fields of the session."""
        self.session = attrs.evolve(self.session, **fields)

    @property
    def owed_more(self) -> Decimal:
        """By how much the draft exposure differs from that in the database."""
        return sum((one.owed for one in self.lines.values()), start=_ZERO) - sum(
            (one.owed for one in self.was.values()), start=_ZERO
        )


async def take(context: EventContext, session_id: UUID, batch_id: UUID | None = None) -> Cart:
    """Lock a session and read it, in whatever state it is. Raises `NotFoundError`."""
    return await _read(context.data, _LOCKED, session_id, batch_id)


async def read(data: WorkspaceData, session_id: UUID) -> Cart:
    """The same without a lock, to look at."""
    return await _read(data, _SESSION, session_id, None)


async def _read(data: WorkspaceData, sql: str, session_id: UUID, batch_id: UUID | None) -> Cart:
    rows = await data.fetch(sql, session_id)
    if not rows:
        raise NotFoundError("There is no such session.")
    found = await data.fetch(_REST, session_id, batch_id)
    lines = [made(Line, row) for row in found if row["id"] is not None]
    rest = found[0]
    batch = rest if rest["new_batch_id"] is not None else None
    proposals = proposals_from(rest["proposals"])
    return Cart(made(Session, rows[0]), {line.id: line for line in lines}, proposals, rest["now"], batch)


async def take_selling(context: EventContext, session_id: UUID, by: By, batch_id: UUID | None = None) -> Cart:
    """Lock a session that sells: to a host also while it is paused. Whoever was linked to a customer meanwhile shops as
    that customer.

    Raises:
        NotFoundError: there is no such session.
        SessionClosedError: it does not sell; `data["due"]` if its time has just run out, see `in_session`.
    """
    cart = await take(context, session_id, batch_id)
    check_selling(cart, by)
    linked_to = cart.session.linked_to
    if cart.session.customer_id is None and linked_to is not None:
        await context.data.execute(_ADOPT, session_id, linked_to)  # now, so that what is in it counts already
        cart = await take(context, session_id, batch_id)
    return cart


def check_selling(cart: Cart, by: By) -> None:
    """Refuse unless this side may change the cart now. Raises `SessionClosedError`."""
    status = cart.session.status
    if cart.session.due(cart.now):
        raise SessionClosedError(_WORDS["expired"], status="expired", due=True)
    if by == "customer" and cart.session.kicked_at is not None:
        raise SessionClosedError("You were sent out of this session.", status="kicked")
    if status != "active" and not (status == "paused" and by != "customer"):
        raise SessionClosedError(_WORDS[status], status=status)


_ZERO = Decimal("0.00")
_WORDS: Mapping[Status, str] = {
    "scheduled": "The session has not begun.",
    "active": "The session is open.",
    "paused": "The session is paused.",
    "ended": "The session has ended.",
    "converted": "The session has become an order.",
    "cancelled": "The session was cancelled.",
    "expired": "The session has expired.",
}
