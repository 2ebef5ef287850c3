"""The API for customers: their sessions, the cart, what is on offer, proposals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs import FieldFault, ForbiddenError, InvalidInputError, NotFoundError
from dibs.routes import (
    StreamQuery,
    customer,
    customer_data,
    customer_only,
    customer_stream,
    customer_transaction,
    event_position,
    operation,
    read_body,
    read_query,
)
from dibs_live_shopping import cart as carts
from dibs_live_shopping import negotiating, sessions
from dibs_live_shopping.loading import Cart
from dibs_live_shopping.model import CustomerSession, Intent, customer_topic
from dibs_live_shopping.negotiating import Offer
from dibs_live_shopping.portal_offers import CustomerOffers, CustomerOffersQuery, find_offers
from dibs_live_shopping.views import customer_of, customer_view
from dibs_live_shopping.visiting import (
    PLUGIN,
    OwnSession,
    check_visit,
    is_welcome,
    own_sessions,
    refusals,
    session_by_code,
    visit,
)

blueprint = Blueprint("portal", __name__, url_prefix="/api/portal")
_SESSION = "/sessions/<uuid:session_id>"
_LINE = f"{_SESSION}/lines/<uuid:line_id>"
_PROPOSAL = f"{_SESSION}/proposals/<uuid:proposal_id>"


@attrs.frozen
class OwnSessions:
    """The open sessions of a customer."""

    sessions: list[OwnSession]


@attrs.frozen
class FollowedVisit:
    """A session, and the position from which its stream goes on."""

    session: CustomerSession
    position: str


@attrs.frozen
class Join:
    """Which session to enter: by the room code that the host told, or by its id from the list."""

    room_code: str | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.max_len(40)))
    session_id: UUID | None = None


@attrs.frozen
class Wish:
    """Something for the cart: to buy, to keep in sight (`interested`), or a sample of it."""

    batch_id: UUID
    quantity: Decimal = attrs.field(validator=carts.quantity_fault)
    intent: Intent = "to_purchase"


@attrs.frozen
class WishChange:
    """What is to be changed of a line; null is left as it is. `version` is the one that was read, null for any."""

    version: int | None = None
    quantity: Decimal | None = attrs.field(default=None, validator=carts.quantity_fault)
    intent: Intent | None = None


def shown(cart: Cart, status: int = 200) -> Any:
    """The session as its customer sees it."""
    return jsonify(customer_of(cart)), status


@blueprint.get("/sessions")
@customer_only
@operation("List one's own open sessions", answer=OwnSessions)
async def list_sessions() -> Response:
    """Those that are open, and those that are to come."""
    return jsonify(OwnSessions(await own_sessions()))


@blueprint.post("/join")
@customer_only
@operation("Enter a session", body=Join, answer=CustomerSession, errors=(409,))
async def join() -> Any:
    """By room code or id. What is not the customer's own is a 404; who was sent out gets a 403."""
    given = await read_body(Join)
    if (given.room_code is None) == (given.session_id is None):
        fault = FieldFault("room_code", "give either this or session_id")
        raise InvalidInputError("Name the session.", [fault])
    session_id = given.session_id or await session_by_code(given.room_code or "")
    async with visit(session_id) as context:
        cart = await sessions.mark_joined(context, session_id)
    return shown(cart)


@blueprint.get(_SESSION)
@customer_only
@operation("One's own session with its cart", answer=FollowedVisit)
async def get_session(session_id: UUID) -> Response:
    """The session, and where its stream stands."""
    await check_visit(customer_data(), session_id)
    position = await event_position(customer_topic(session_id))
    async with customer_transaction(PLUGIN) as context:
        view = await customer_view(context, session_id)
    return jsonify(FollowedVisit(view, position))


@blueprint.get(f"{_SESSION}/stream")
@customer_only
@operation("Follow one's own session", query=StreamQuery, answer=str, media="text/event-stream")
async def follow(session_id: UUID) -> Response:
    """Its events as Server-Sent Events. A session that is not the customer's own is a 403, be it there or not.

    The stream ends with `bye` when the sign-in ends, when the portal is switched off, or the customer is sent out.
    """
    data, customer_id = customer_data(), customer().customer_id
    try:
        await check_visit(data, session_id)
    except NotFoundError:
        raise ForbiddenError("Your sign-in does not open this session.") from None
    return customer_stream(customer_topic(session_id), lambda: is_welcome(data, customer_id, session_id))


@blueprint.get(f"{_SESSION}/offers")
@customer_only
@operation("See what is on offer", query=CustomerOffersQuery, answer=CustomerOffers)
async def list_offers(session_id: UUID) -> Response:
    """By name, with the customer's prices where there are any, and whether there is some left; never how much."""
    wanted = read_query(CustomerOffersQuery)
    await check_visit(customer_data(), session_id)
    with refusals():
        async with customer_transaction(PLUGIN) as context:
            found = await find_offers(context, session_id, wanted)
    return jsonify(found)


@blueprint.post(f"{_SESSION}/lines")
@customer_only
@operation("Put something into one's cart", body=Wish, answer=CustomerSession, status=201, errors=(409,))
async def add_line(session_id: UUID) -> Any:
    """Held at once; 409 `out_of_stock` if there is not enough."""
    wish = await read_body(Wish)
    new = carts.NewLine(wish.batch_id, wish.quantity, wish.intent)
    async with visit(session_id) as context:
        cart = await carts.add_line(context, session_id, new, by="customer", name=customer().name)
    return shown(cart, 201)


@blueprint.patch(_LINE)
@customer_only
@operation("Change a line of one's cart", body=WishChange, answer=CustomerSession, errors=(409,))
async def change_line(session_id: UUID, line_id: UUID) -> Any:
    """Quantity or intent."""
    wish = await read_body(WishChange)
    change = carts.LineChange(wish.version, wish.quantity, wish.intent)
    async with visit(session_id) as context:
        cart = await carts.change_line(context, session_id, line_id, change, by="customer", name=customer().name)
    return shown(cart)


@blueprint.delete(_LINE)
@customer_only
@operation("Take a line out of one's cart", answer=CustomerSession, errors=(409,))
async def remove_line(session_id: UUID, line_id: UUID) -> Any:
    """Not what was won in a show: that is released there."""
    async with visit(session_id) as context:
        cart = await carts.remove_line(context, session_id, line_id, by="customer", name=customer().name)
    return shown(cart)


@blueprint.post(f"{_LINE}/proposals")
@customer_only
@operation("Propose a price", body=Offer, answer=CustomerSession, status=201, errors=(409,))
async def propose(session_id: UUID, line_id: UUID) -> Any:
    """For a line, with a quantity; the host accepts it, declines, or proposes another."""
    offer = await read_body(Offer)
    async with visit(session_id) as context:
        cart = await negotiating.propose(context, session_id, line_id, offer, by="customer", name=customer().name)
    return shown(cart, 201)


Answering = Callable[..., Awaitable[Cart]]


async def _answer(session_id: UUID, proposal_id: UUID, answer: Answering) -> Any:
    async with visit(session_id) as context:
        cart = await answer(context, session_id, proposal_id, by="customer", name=customer().name)
    return shown(cart)


@blueprint.post(f"{_PROPOSAL}/accept")
@customer_only
@operation("Accept the host's proposal", answer=CustomerSession, errors=(409,))
async def accept(session_id: UUID, proposal_id: UUID) -> Any:
    """Its price is agreed, and the line has its quantity."""
    return await _answer(session_id, proposal_id, negotiating.accept)


@blueprint.post(f"{_PROPOSAL}/reject")
@customer_only
@operation("Decline the host's proposal", answer=CustomerSession, errors=(409,))
async def reject(session_id: UUID, proposal_id: UUID) -> Any:
    """The line stays as it is."""
    return await _answer(session_id, proposal_id, negotiating.reject)


@blueprint.post(f"{_PROPOSAL}/withdraw")
@customer_only
@operation("Take one's own proposal back", answer=CustomerSession, errors=(409,))
async def withdraw(session_id: UUID, proposal_id: UUID) -> Any:
    """While it was not answered."""
    return await _answer(session_id, proposal_id, negotiating.withdraw)


@blueprint.post(f"{_SESSION}/confirm")
@customer_only
@operation("Confirm one's cart", answer=CustomerSession, errors=(409,))
async def confirm(session_id: UUID) -> Any:
    """The host is told that the customer wants to check out, and makes the order."""
    async with visit(session_id) as context:
        cart = await sessions.request_checkout(context, session_id)
    return shown(cart)
