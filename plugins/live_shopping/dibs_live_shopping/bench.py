"""What `dibs bench` needs of this plugin: many sessions with full carts at once, and adding to one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from dibs import EventContext, WorkspaceData
from dibs_live_shopping.cart import HOLDER, NewLine, add_line
from dibs_live_shopping.sessions import NewSession, create_session, room_code

_SESSIONS = """
INSERT INTO live_sessions (workspace_id, id, customer_id, title, room_code, status, timeout_minutes, host_name)
SELECT $1, s.id, s.customer_id, 'Benchmark', s.code, 'active', 0, 'Bench'
FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS s (id, customer_id, code)
"""
# Priced like a line that was added by the ordinary way, so that the next addition finds them as they ought to be.
_LINES = """
INSERT INTO live_lines (workspace_id, id, session_id, batch_id, product_id, name, category, unit, quantity, price,
    price_source, price_detail, price_notes, price_warnings, needs_confirmation, added_by)
SELECT $1, gen_random_uuid(), l.session_id, b.id, b.product_id, p.name, p.category, p.unit, 1, m.price,
    m.price_source, m.price_detail, m.price_notes, m.price_warnings, m.needs_confirmation, 'host'
FROM unnest($2::uuid[], $3::uuid[]) AS l (session_id, batch_id)
JOIN batches b ON b.workspace_id = $1 AND b.id = l.batch_id
JOIN products p ON p.workspace_id = b.workspace_id AND p.id = b.product_id
CROSS JOIN (SELECT * FROM live_lines WHERE workspace_id = $1 AND session_id = $4 LIMIT 1) m
RETURNING id, batch_id
"""


async def begin(context: EventContext, customer_id: UUID, batch_id: UUID) -> UUID:
    """A session with one line in its cart, made in the ordinary way."""
    session = (await create_session(context, NewSession(customer_id=customer_id, start=True))).session
    await add(context, session.id, batch_id)
    return session.id


async def fill(
    data: WorkspaceData, sessions: Sequence[tuple[UUID, UUID]], lines: Sequence[tuple[UUID, UUID]], like: UUID
) -> tuple[str, list[tuple[UUID, UUID]]]:
    """Write open sessions, and lines of one unit each.

    :param sessions: id and customer of each.
    :param lines: session and batch of each.
    :param like: a session whose line is priced as all are.
    :return: the kind of what holds stock, and the id and batch of each line: the caller writes what they hold.
    """
    codes = [room_code() for _ in sessions]
    await data.execute(_SESSIONS, [one for one, _ in sessions], [customer for _, customer in sessions], codes)
    rows: Sequence[Any] = await data.fetch(_LINES, [one for one, _ in lines], [batch for _, batch in lines], like)
    return HOLDER, [(row["id"], row["batch_id"]) for row in rows]


async def add(context: EventContext, session_id: UUID, batch_id: UUID) -> None:
    """Put a unit of a batch into a cart, as a host does."""
    await add_line(context, session_id, NewLine(batch_id, Decimal(1)), by="host", name="Bench")
