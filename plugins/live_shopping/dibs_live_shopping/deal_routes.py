"""The API for staff: prices of one's own, negotiations, and the order at the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Response, jsonify, request

from dibs.routes import needs, operation, principal, read_body
from dibs_live_shopping import converting, negotiating, overriding
from dibs_live_shopping.converting import Conversion, Converted
from dibs_live_shopping.model import StaffSession
from dibs_live_shopping.negotiating import Offer
from dibs_live_shopping.overriding import Override, OverrideKey
from dibs_live_shopping.reopening import reopen
from dibs_live_shopping.routes import blueprint, in_session, shown
from dibs_live_shopping.settling import Leave
from dibs_live_shopping.views import staff_of

_OVERRIDE = "/<uuid:live_session_id>/override"
_PROPOSAL = "/<uuid:live_session_id>/proposals/<uuid:proposal_id>"


@attrs.frozen
class Acceptance:
    """Why the customer goes over the limit, if they do; needs the permission `credit:override`."""

    credit_reason: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(500))
    )


@blueprint.put(_OVERRIDE)
@needs("orders:create")
@operation("Give a product a price in this session", body=Override, answer=StaffSession, errors=(409,))
async def put_override(live_session_id: UUID) -> Any:
    """Lines are priced anew, but for those whose price was agreed. 409 `price_refused` unless `sure`."""
    wanted = await read_body(Override)
    async with in_session(live_session_id) as context:
        cart = await overriding.put_override(context, live_session_id, wanted, name=principal().name)
    return shown(cart)


@blueprint.delete(_OVERRIDE)
@needs("orders:create")
@operation("Go back to the price by the rules", body=OverrideKey, answer=StaffSession, errors=(409,))
async def drop_override(live_session_id: UUID) -> Any:
    """Lines are priced anew."""
    key = await read_body(OverrideKey)
    async with in_session(live_session_id) as context:
        cart = await overriding.drop_override(context, live_session_id, key)
    return shown(cart)


@blueprint.post(f"{_PROPOSAL}/accept")
@needs("orders:create")
@operation("Accept a customer's proposal", body=Acceptance, body_optional=True, answer=StaffSession, errors=(409,))
async def accept_proposal(live_session_id: UUID, proposal_id: UUID) -> Any:
    """Its price is agreed, its quantity held."""
    who = principal()
    leave = Leave(
        (await read_body(Acceptance) if await request.get_data() else Acceptance()).credit_reason,
        who.may("credit:override"),
    )
    async with in_session(live_session_id) as context:
        cart = await negotiating.accept(context, live_session_id, proposal_id, by="host", name=who.name, leave=leave)
    return shown(cart)


@blueprint.post(f"{_PROPOSAL}/reject")
@needs("orders:create")
@operation("Decline a customer's proposal", answer=StaffSession, errors=(409,))
async def reject_proposal(live_session_id: UUID, proposal_id: UUID) -> Any:
    """The line stays as it is."""
    async with in_session(live_session_id) as context:
        cart = await negotiating.reject(context, live_session_id, proposal_id, by="host", name=principal().name)
    return shown(cart)


@blueprint.post(f"{_PROPOSAL}/counter")
@needs("orders:create")
@operation("Answer a customer's proposal with another", body=Offer, answer=StaffSession, errors=(409,))
async def counter_proposal(live_session_id: UUID, proposal_id: UUID) -> Any:
    """Now the customer answers."""
    offer = await read_body(Offer)
    async with in_session(live_session_id) as context:
        cart = await negotiating.counter(context, live_session_id, proposal_id, offer, by="host", name=principal().name)
    return shown(cart)


@blueprint.post(f"{_PROPOSAL}/withdraw")
@needs("orders:create")
@operation("Take a proposal of the shop back", answer=StaffSession, errors=(409,))
async def withdraw_proposal(live_session_id: UUID, proposal_id: UUID) -> Any:
    """While the customer has not answered it."""
    async with in_session(live_session_id) as context:
        cart = await negotiating.withdraw(context, live_session_id, proposal_id, by="host", name=principal().name)
    return shown(cart)


@blueprint.post("/<uuid:live_session_id>/lines/<uuid:line_id>/withdraw-agreement")
@needs("orders:create")
@operation("Go back from an agreed price", answer=StaffSession, errors=(409,))
async def withdraw_agreement(live_session_id: UUID, line_id: UUID) -> Any:
    """The line is priced by the rules again."""
    async with in_session(live_session_id) as context:
        cart = await negotiating.withdraw_agreement(context, live_session_id, line_id, name=principal().name)
    return shown(cart)


@blueprint.post("/<uuid:live_session_id>/convert")
@needs("orders:create")
@operation("Make an order of a session", body=Conversion, answer=Converted, errors=(409,))
async def convert_session(live_session_id: UUID) -> Response:
    """All or nothing; whoever tries again gets the same order."""
    wanted, who = await read_body(Conversion), principal()
    leave = Leave(wanted.credit_reason, who.may("credit:override"))
    async with in_session(live_session_id) as context:
        order, cart = await converting.convert(context, live_session_id, wanted, leave)
    costs = who.may("costs:read")
    return jsonify(Converted(converting.for_reader(order, costs), staff_of(cart, costs=costs)))


@blueprint.post("/<uuid:live_session_id>/reopen")
@needs("orders:create")
@operation("Open a session again that is over", answer=StaffSession, status=201, errors=(409,))
async def reopen_session(live_session_id: UUID) -> Any:
    """A new session with the same lines, as far as they are to be had."""
    async with in_session(live_session_id) as context:
        cart = await reopen(context, live_session_id, name=principal().name)
    return shown(cart, 201)
