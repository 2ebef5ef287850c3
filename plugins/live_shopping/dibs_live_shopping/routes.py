"""The API for staff: sessions, their carts, and what can be added."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.routes import (
    StreamQuery,
    event_position,
    member_stream,
    needs,
    operation,
    principal,
    read_body,
    read_query,
    workspace_data,
    workspace_transaction,
)
from dibs_live_shopping import sessions
from dibs_live_shopping.listing import SessionFilter, SessionsPage, list_sessions
from dibs_live_shopping.loading import Cart
from dibs_live_shopping.model import StaffSession, staff_topic
from dibs_live_shopping.sessions import NewSession, SessionChange
from dibs_live_shopping.views import staff_of, staff_view

blueprint = Blueprint("live_sessions", __name__, url_prefix="/api/live-sessions")


@attrs.frozen
class FollowedSession:
    """A session, and the position from which `GET /api/live-sessions/<id>/stream` goes on."""

    session: StaffSession
    position: str


@attrs.frozen
class Reason:
    """Why, in words; the customer sees them."""

    reason: str = attrs.field(default="", validator=attrs.validators.max_len(500))


@attrs.frozen
class Longer:
    """How many minutes more; null for as many as the session began with."""

    minutes: int | None = attrs.field(
        default=None, validator=attrs.validators.optional([attrs.validators.ge(1), attrs.validators.le(10080)])
    )


def in_session(live_session_id: UUID) -> Any:
    """One transaction about a session, in this request. See `sessions.in_session`."""
    return sessions.in_session(lambda: workspace_transaction("live_shopping"), live_session_id)


def shown(cart: Cart, status: int = 200) -> Any:
    """The session as this member may see it."""
    answer = jsonify(staff_of(cart, costs=principal().may("costs:read")))
    return answer if status == 200 else (answer, status)


@blueprint.get("")
@needs("orders:read")
@operation("Find live shopping sessions", query=SessionFilter, answer=SessionsPage)
async def list_live_sessions() -> Response:
    """Sessions, the newest first; `cursor` goes on."""
    return jsonify(await list_sessions(workspace_data(), read_query(SessionFilter)))


@blueprint.post("")
@needs("orders:create")
@operation("Make a live shopping session", body=NewSession, answer=StaffSession, status=201)
async def create_live_session() -> Any:
    """A session for a customer or a buyer; with `start` it is open at once."""
    new = await read_body(NewSession)
    async with workspace_transaction("live_shopping") as context:
        cart = await sessions.create_session(context, new)
    return shown(cart, 201)


@blueprint.get("/<uuid:live_session_id>")
@needs("orders:read")
@operation("A live shopping session with its cart", answer=FollowedSession)
async def get_live_session(live_session_id: UUID) -> Response:
    """The session, and where its stream stands."""
    position = await event_position(staff_topic(live_session_id))
    async with workspace_transaction("live_shopping") as context:
        view = await staff_view(context, live_session_id, costs=principal().may("costs:read"))
    return jsonify(FollowedSession(view, position))


@blueprint.patch("/<uuid:live_session_id>")
@needs("orders:create")
@operation("Change a live shopping session", body=SessionChange, answer=StaffSession, errors=(409,))
async def change_live_session(live_session_id: UUID) -> Any:
    """Title, notes, schedule, time-out; whoever read an older version gets a 409."""
    change = await read_body(SessionChange)
    async with in_session(live_session_id) as context:
        cart = await sessions.change_session(context, live_session_id, change)
    return shown(cart)


async def _move(live_session_id: UUID, verb: str) -> Any:
    reason = (await read_body(Reason) if await request.get_data() else Reason()).reason
    async with in_session(live_session_id) as context:
        cart = await sessions.move(context, live_session_id, verb, reason)
    return shown(cart)


@blueprint.post("/<uuid:live_session_id>/start")
@needs("orders:create")
@operation("Start a live shopping session", body=Reason, body_optional=True, answer=StaffSession, errors=(409,))
async def start_session(live_session_id: UUID) -> Any:
    """From now on it sells."""
    return await _move(live_session_id, "start")


@blueprint.post("/<uuid:live_session_id>/pause")
@needs("orders:create")
@operation("Pause a live shopping session", body=Reason, body_optional=True, answer=StaffSession, errors=(409,))
async def pause_session(live_session_id: UUID) -> Any:
    """The customer only looks on; hosts may still change the cart, and lines hold what they hold."""
    return await _move(live_session_id, "pause")


@blueprint.post("/<uuid:live_session_id>/resume")
@needs("orders:create")
@operation("Resume a live shopping session", body=Reason, body_optional=True, answer=StaffSession, errors=(409,))
async def resume_session(live_session_id: UUID) -> Any:
    """Both sides change the cart again."""
    return await _move(live_session_id, "resume")


@blueprint.post("/<uuid:live_session_id>/end")
@needs("orders:create")
@operation("End a live shopping session", body=Reason, body_optional=True, answer=StaffSession, errors=(409,))
async def end_session(live_session_id: UUID) -> Any:
    """Nothing is held any more; the cart stays to be read, ordered late, or opened again."""
    return await _move(live_session_id, "end")


@blueprint.post("/<uuid:live_session_id>/cancel")
@needs("orders:create")
@operation("Cancel a live shopping session", body=Reason, body_optional=True, answer=StaffSession, errors=(409,))
async def cancel_session(live_session_id: UUID) -> Any:
    """It is over for good, and nothing is held any more."""
    return await _move(live_session_id, "cancel")


@blueprint.post("/<uuid:live_session_id>/extend")
@needs("orders:create")
@operation(
    "Give a live shopping session more time", body=Longer, body_optional=True, answer=StaffSession, errors=(409,)
)
async def extend_session(live_session_id: UUID) -> Any:
    """It expires later; counted."""
    minutes = (await read_body(Longer) if await request.get_data() else Longer()).minutes
    async with in_session(live_session_id) as context:
        cart = await sessions.extend(context, live_session_id, minutes)
    return shown(cart)


@blueprint.post("/<uuid:live_session_id>/kick")
@needs("orders:create")
@operation("Send the customer out of a session", body=Reason, body_optional=True, answer=StaffSession, errors=(409,))
async def kick_customer(live_session_id: UUID) -> Any:
    """The customer's stream ends with the reason, and the session stays closed to them."""
    reason = (await read_body(Reason) if await request.get_data() else Reason()).reason
    async with in_session(live_session_id) as context:
        cart = await sessions.kick(context, live_session_id, reason)
    return shown(cart)


@blueprint.post("/<uuid:live_session_id>/checkout-answered")
@needs("orders:create")
@operation("Note that a checkout request was answered", answer=StaffSession, errors=(409,))
async def answer_checkout(live_session_id: UUID) -> Any:
    """The request of the customer is no longer shown."""
    async with in_session(live_session_id) as context:
        cart = await sessions.answer_checkout(context, live_session_id)
    return shown(cart)


@blueprint.get("/<uuid:live_session_id>/stream")
@needs("orders:read", ticket=True)
@operation("Follow a live shopping session", query=StreamQuery, answer=str, media="text/event-stream")
async def session_stream(live_session_id: UUID) -> Response:
    """Its events as Server-Sent Events, from `Last-Event-ID` or `?after=` on, else from now on. They carry no costs."""
    await sessions.check_session(workspace_data(), live_session_id)
    return member_stream(staff_topic(live_session_id))
