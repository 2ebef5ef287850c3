"""Writing what has changed of a session: everything by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import orjson

from dibs import ConflictError, EventContext
from dibs_live_shopping.loading import Cart
from dibs_live_shopping.rows import STORED, Line, Proposal, Session

_TYPES = {
    "id": "uuid", "batch_id": "uuid", "product_id": "uuid", "claim_id": "uuid", "quantity": "numeric",
    "price": "numeric", "price_before": "numeric", "price_notes": "text[]", "price_warnings": "text[]",
    "needs_confirmation": "boolean", "highlighted": "boolean", "picked_at": "timestamptz", "version": "integer",
    "line_id": "uuid", "answers": "uuid", "made_at": "timestamptz", "answered_at": "timestamptz",
    "scheduled_at": "timestamptz", "timeout_minutes": "integer", "last_activity_at": "timestamptz",
    "expires_at": "timestamptz", "warned_at": "timestamptz", "extensions": "integer", "started_at": "timestamptz",
    "ended_at": "timestamptz", "joined_at": "timestamptz", "seen_at": "timestamptz", "kicked_at": "timestamptz",
    "checkout_requested_at": "timestamptz", "order_id": "uuid", "host_id": "uuid", "customer_id": "uuid",
}  # fmt: skip
_OF_SESSION = (
    "status", "title", "notes", "scheduled_at", "timeout_minutes", "last_activity_at", "expires_at", "warned_at",
    "extensions", "started_at", "ended_at", "end_reason", "joined_at", "seen_at", "kicked_at", "kick_reason",
    "checkout_requested_at", "order_id", "customer_id",
)  # fmt: skip
_OF_PROPOSAL = tuple(attrs.fields_dict(Proposal))


def _typed(names: Sequence[str]) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in names)


def _list(names: Sequence[str], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


def _updates(names: Sequence[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in names if name != "id")


_SAVE = f"""
WITH gone AS (
    DELETE FROM live_lines WHERE workspace_id = $1 AND session_id = $2 AND id = ANY ($3::uuid[])
), lines AS (
    INSERT INTO live_lines (workspace_id, session_id, sample, {_list(STORED)})
    SELECT $1, $2, r.intent = 'sample_request', {_list(STORED, "r.")}
    FROM jsonb_to_recordset($4::text::jsonb) AS r ({_typed(STORED)})
    ON CONFLICT (workspace_id, id) DO UPDATE SET sample = excluded.sample, {_updates(STORED)}
), proposals AS (
    INSERT INTO live_proposals (workspace_id, session_id, {_list(_OF_PROPOSAL)})
    SELECT $1, $2, {_list(_OF_PROPOSAL, "r.")}
    FROM jsonb_to_recordset($5::text::jsonb) AS r ({_typed(_OF_PROPOSAL)})
    ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state, answered_at = excluded.answered_at
)
UPDATE live_sessions s SET version = s.version + 1, {", ".join(f"{name} = r.{name}" for name in _OF_SESSION)}
FROM jsonb_to_record($6::text::jsonb) AS r ({_typed(_OF_SESSION)})
WHERE s.workspace_id = $1 AND s.id = $2 AND s.version = $7
RETURNING s.version
"""


async def save(context: EventContext, cart: Cart, *, active: bool = True) -> None:
    """Write what differs from how the session was taken; `active` moves the end of its time.

    Raises `ConflictError` if it is not as it was taken, which its lock does not allow.
    """
    if active:
        cart.session = cart.session.touched(cart.now)
    _close_orphans(cart)
    gone = [line_id for line_id in cart.was if line_id not in cart.lines]
    lines = [_counted(cart, line) for line in cart.lines.values() if _differs(cart, line)]
    proposals = [one for one in cart.proposals if one not in cart.proposals_were]
    session = cart.session
    written = await context.data.fetch(
        _SAVE, session.id, gone, _json(lines, STORED), _json(proposals, _OF_PROPOSAL),
        orjson.dumps(_picked(session, _OF_SESSION), default=str).decode(), session.version,
    )  # fmt: skip
    if not written:
        raise ConflictError("The session has changed meanwhile.")
    cart.session = attrs.evolve(session, version=written[0]["version"])
    cart.was, cart.proposals_were = dict(cart.lines), list(cart.proposals)


def _differs(cart: Cart, line: Line) -> bool:
    was = cart.was.get(line.id)
    return was is None or any(getattr(was, name) != getattr(line, name) for name in STORED)


def _counted(cart: Cart, line: Line) -> Line:
    """A changed line has another version."""
    if line.id in cart.was:
        line = attrs.evolve(line, version=cart.was[line.id].version + 1)
        cart.put(line)
    return line


def _close_orphans(cart: Cart) -> None:
    """Pending proposals of lines that are gone, or of a session that is over, are closed."""
    over = cart.session.status not in ("scheduled", "active", "paused")
    cart.proposals = [
        attrs.evolve(one, state="closed", answered_at=cart.now)
        if one.state == "pending" and (over or one.line_id not in cart.lines)
        else one
        for one in cart.proposals
    ]


def _json(rows: Sequence[Line | Proposal], names: Sequence[str]) -> str:
    return orjson.dumps([_picked(row, names) for row in rows], default=str).decode()


def _picked(row: Session | Line | Proposal, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
