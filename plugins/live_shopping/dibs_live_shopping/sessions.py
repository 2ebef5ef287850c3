"""Sessions: making them, and the moves from one status to the next."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import attrs

from dibs import (
    ConflictError,
    EventContext,
    FieldFault,
    InvalidInputError,
    NotFoundError,
    SessionClosedError,
    WorkspaceData,
)
from dibs_live_shopping.cart import holder, note
from dibs_live_shopping.loading import Cart, take
from dibs_live_shopping.model import SELLING, Status
from dibs_live_shopping.saving import save
from dibs_live_shopping.settings import settings_of
from dibs_live_shopping.settling import note_credit
from dibs_live_shopping.telling import Who, tell

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of room codes: nothing that is taken for something else when it is read out."""
CODE_LENGTH = 12
OPEN: tuple[Status, ...] = ("scheduled", "active", "paused")
_short: Any = attrs.validators.max_len(200)
_long: Any = attrs.validators.max_len(5000)
_minutes: Any = attrs.validators.optional([attrs.validators.ge(0), attrs.validators.le(10080)])


@attrs.frozen
class NewSession:
    """A session to make, for a customer or for a buyer. It begins at once with `start`, or without a `scheduled_at`
    when somebody starts it."""

    customer_id: UUID | None = None
    buyer_id: UUID | None = None
    title: str = attrs.field(default="", validator=_short)
    notes: str = attrs.field(default="", validator=_long)
    scheduled_at: datetime | None = None
    timeout_minutes: int | None = attrs.field(default=None, validator=_minutes)
    start: bool = False


@attrs.frozen
class SessionChange:
    """What is to be changed of a session; None is left as it is."""

    version: int
    title: str | None = attrs.field(default=None, validator=attrs.validators.optional(_short))
    notes: str | None = attrs.field(default=None, validator=attrs.validators.optional(_long))
    scheduled_at: datetime | None = None
    timeout_minutes: int | None = attrs.field(default=None, validator=_minutes)


_WHO = """
SELECT c.id AS customer_id, c.name, NULL::uuid AS buyer_id FROM customers c WHERE c.workspace_id = $1 AND c.id = $2
UNION ALL
SELECT t.customer_id, coalesce(nullif(t.handle, ''), t.platform_user_id), t.id
FROM buyers b JOIN buyers t ON t.workspace_id = b.workspace_id AND t.id = coalesce(b.merged_into, b.id)
WHERE b.workspace_id = $1 AND b.id = $3
"""
_INSERT = """
INSERT INTO live_sessions (workspace_id, id, customer_id, buyer_id, show_id, host_id, host_name, title, notes,
    room_code, status, scheduled_at, timeout_minutes, expires_at, started_at, copied_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    CASE WHEN $11 = 'active' AND $13 > 0 THEN clock_timestamp() + $13 * interval '1 minute' END,
    CASE WHEN $11 = 'active' THEN clock_timestamp() END, $14)
ON CONFLICT (workspace_id, show_id, buyer_id)
    WHERE show_id IS NOT NULL AND status IN ('scheduled', 'active', 'paused') DO NOTHING
RETURNING id
"""


def room_code() -> str:
    """A code that nobody guesses: about 59 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


async def create_session(context: EventContext, new: NewSession) -> Cart:
    """Make a session. Raises `NotFoundError` if there is no such customer or buyer."""
    if (new.customer_id is None) == (new.buyer_id is None):
        fault = FieldFault("customer_id", "give either this or buyer_id")
        raise InvalidInputError("A session is for a customer or for a buyer.", [fault])
    found = await context.data.fetch(_WHO, new.customer_id, new.buyer_id)
    if not found:
        raise NotFoundError("There is no such customer or buyer.")
    minutes = settings_of(context).timeout_minutes if new.timeout_minutes is None else new.timeout_minutes
    session_id = await insert_session(
        context, found[0]["customer_id"], found[0]["buyer_id"], new.title.strip() or found[0]["name"], new.notes,
        "active" if new.start else "scheduled", new.scheduled_at, minutes,
    )  # fmt: skip
    assert session_id is not None
    cart = await take(context, session_id)
    await note_credit(context, cart)
    await note(context, cart, "created", name=cart.session.name)
    tell(context, cart, "session.started" if new.start else "session.changed", "host")
    return cart


async def insert_session(
    context: EventContext,
    customer_id: UUID | None,
    buyer_id: UUID | None,
    title: str,
    notes: str,
    status: Status,
    scheduled_at: datetime | None,
    minutes: int,
    *,
    show_id: UUID | None = None,
    copied_from: UUID | None = None,
) -> UUID | None:
    """Write a session; None if the buyer has an open one of this show already."""
    actor, session_id = context.desk.actor, context.desk.new_id()
    rows = await context.data.fetch(
        _INSERT, session_id, customer_id, buyer_id, show_id, actor.id, actor.name[:200], title, notes, room_code(),
        status, scheduled_at, minutes, copied_from,
    )  # fmt: skip
    return session_id if rows else None


MOVES: Mapping[str, tuple[tuple[Status, ...], Status]] = {
    "start": (("scheduled",), "active"),
    "pause": (("active",), "paused"),
    "resume": (("paused",), "active"),
    "end": (SELLING, "ended"),
    "cancel": (OPEN, "cancelled"),
}
"""From which statuses each move leads where."""
_TOLD: Mapping[str, str] = {
    "start": "session.started",
    "pause": "session.paused",
    "resume": "session.resumed",
    "end": "session.ended",
    "cancel": "session.cancelled",
}


async def move(context: EventContext, session_id: UUID, verb: str, reason: str = "") -> Cart:
    """Start, pause, resume, end or cancel a session. Ending and cancelling give back what its lines hold.

    Raises:
        NotFoundError: there is no such session.
        SessionClosedError: its status does not allow it.
    """
    cart = await take(context, session_id)
    sources, target = MOVES[verb]
    _check_move(cart, sources, verb)
    if target in ("ended", "cancelled"):
        await close(context, cart, target, reason)
        if target == "cancelled":  # what was won is the buyer's still: a newer cart of the show takes it
            cart.lines = {line.id: line for line in cart.lines.values() if line.claim_id is None}
    else:
        cart.change(status=target, started_at=cart.session.started_at or cart.now)
    await _finish(context, cart, verb, _TOLD[verb], reason)
    return cart


def _check_move(cart: Cart, sources: tuple[Status, ...], verb: str) -> None:
    status = cart.session.status
    if cart.session.due(cart.now):
        raise SessionClosedError("The session has expired.", status="expired", due=True)
    if status not in sources:
        raise SessionClosedError(f"A session that is {status} can't be made to {verb}.", status=status)


async def _finish(context: EventContext, cart: Cart, verb: str, kind: str, reason: str = "") -> None:
    await save(context, cart)
    await note_credit(context, cart)
    await note(context, cart, verb, reason=reason or None)
    tell(context, cart, kind, "host", message=reason or None)


async def close(context: EventContext, cart: Cart, status: Status, reason: str) -> None:
    """Have a session be over, in the cart in hand: what its lines hold is given back."""
    await context.desk.release([holder(line.id) for line in cart.lines.values() if line.holds])
    cart.change(status=status, ended_at=cart.now, end_reason=reason[:500], expires_at=None, checkout_requested_at=None)


async def expire(context: EventContext, session_id: UUID, by: Who = "system") -> Cart | None:
    """Expire a session whose time is over; None if it is not, or not any more."""
    cart = await take(context, session_id)
    if not cart.session.due(cart.now):
        return None
    await close(context, cart, "expired", "timeout")
    await save(context, cart, active=False)
    await note_credit(context, cart)
    tell(context, cart, "session.expired", by)
    return cart


@asynccontextmanager
async def in_session(
    opening: Callable[[], AbstractAsyncContextManager[EventContext]], session_id: UUID
) -> AsyncIterator[EventContext]:
    """One transaction about a session. If it finds the session's time to be over, it is undone, the session expires in
    one of its own, and the refusal goes on to the caller."""
    try:
        async with opening() as context:
            yield context
    except SessionClosedError as error:
        if error.data.get("due"):
            async with opening() as context:
                await expire(context, session_id)
        raise


async def extend(context: EventContext, session_id: UUID, minutes: int | None = None) -> Cart:
    """Give a session more time, and count it. Raises as `move`; `ConflictError` if it has no time-out."""
    cart = await take(context, session_id)
    _check_move(cart, SELLING, "extend")
    session = cart.session
    if session.expires_at is None:
        raise ConflictError("This session never expires.")
    longer = timedelta(minutes=minutes or session.timeout_minutes or settings_of(context).timeout_minutes or 120)
    cart.change(expires_at=session.expires_at + longer, extensions=session.extensions + 1, warned_at=None)
    await _finish(context, cart, "extended", "session.extended")
    return cart


async def kick(context: EventContext, session_id: UUID, reason: str = "") -> Cart:
    """Send the customer out: their stream ends, and they can't come back into this session. Raises as `move`."""
    cart = await take(context, session_id)
    _check_move(cart, OPEN, "kick")
    if cart.session.kicked_at is not None:
        raise ConflictError("The customer was sent out already.")
    cart.change(kicked_at=cart.now, kick_reason=reason[:500], checkout_requested_at=None)
    await _finish(context, cart, "kicked", "customer.kicked", reason)
    return cart


async def change_session(context: EventContext, session_id: UUID, change: SessionChange) -> Cart:
    """Change title, notes, schedule or time-out. Raises as `move`; `ConflictError` if it has changed meanwhile."""
    cart = await take(context, session_id)
    _check_move(cart, (*OPEN, "ended", "expired", "converted", "cancelled"), "change")
    session = cart.session
    if change.version != session.version:
        raise ConflictError("The session has changed meanwhile.", version=session.version)
    wanted = {name: getattr(change, name) for name in ("title", "notes", "scheduled_at", "timeout_minutes")}
    given = {name: value for name, value in wanted.items() if value is not None}
    if session.status not in OPEN and given.keys() - {"title", "notes"}:
        raise SessionClosedError("The session is over.", status=session.status)
    if "timeout_minutes" in given:
        given["expires_at"] = _end(cart, given["timeout_minutes"])
    cart.change(**given)
    await _finish(context, cart, "changed", "session.changed")
    return cart


def _end(cart: Cart, minutes: int) -> datetime | None:
    return cart.now + timedelta(minutes=minutes) if minutes and cart.session.selling else None


async def mark_joined(context: EventContext, session_id: UUID) -> Cart:
    """Note that the customer has come in; who may, the caller has checked.

    Raises `SessionClosedError` if the session is over, or they were sent out.
    """
    cart = await take(context, session_id)
    _check_move(cart, OPEN, "join")
    if cart.session.kicked_at is not None:
        raise SessionClosedError("You were sent out of this session.", status="kicked")
    if cart.session.joined_at is None:
        cart.change(joined_at=cart.now, seen_at=cart.now)
        await save(context, cart)
        await note_credit(context, cart)
        tell(context, cart, "customer.joined", "customer")
    return cart


async def request_checkout(context: EventContext, session_id: UUID) -> Cart:
    """The customer confirms the cart; shown to staff until it is answered (rule 40). Raises `SessionClosedError`."""
    return await _checkout(context, session_id, True)


async def answer_checkout(context: EventContext, session_id: UUID) -> Cart:
    """A host has seen it."""
    return await _checkout(context, session_id, False)


async def _checkout(context: EventContext, session_id: UUID, asked: bool) -> Cart:
    cart = await take(context, session_id)
    _check_move(cart, ("active",) if asked else SELLING, "check out")
    if asked and not any(line.intent == "to_purchase" for line in cart.lines.values()):
        raise ConflictError("There is nothing to buy in the cart.")
    cart.change(checkout_requested_at=cart.now if asked else None)
    await save(context, cart)
    await note_credit(context, cart)
    tell(context, cart, "checkout.requested" if asked else "session.changed", "customer" if asked else "host")
    return cart


async def check_session(data: WorkspaceData, session_id: UUID) -> None:
    """Raise `NotFoundError` unless the workspace has this session."""
    if not await data.fetch("SELECT 1 FROM live_sessions WHERE workspace_id = $1 AND id = $2", session_id):
        raise NotFoundError("There is no such session.")
