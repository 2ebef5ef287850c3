"""The API for staff beside sessions: the pick list, what can be added, and the carts of a show."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

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
from dibs_live_shopping import offers, picking
from dibs_live_shopping.following import forget
from dibs_live_shopping.model import Pick, picking_topic
from dibs_live_shopping.offers import OfferFilter, OffersPage
from dibs_live_shopping.picking import Tick
from dibs_live_shopping.show_carts import follow, sync_buyer

blueprint = Blueprint("live_desk", __name__, url_prefix="/api")


@attrs.frozen
class PickList:
    """What is to be fetched, and the position from which its stream goes on."""

    picks: list[Pick]
    position: str


@attrs.frozen
class CartsOpened:
    """How many buyers of a show have a session now."""

    sessions: int


@blueprint.get("/pick-list")
@needs("orders:read")
@operation("What the warehouse is to fetch", answer=PickList)
async def get_pick_list() -> Response:
    """Samples first, then by session."""
    data = workspace_data()
    position = await event_position(picking_topic(data.workspace_id))
    return jsonify(PickList(await picking.read_picks(data), position))


@blueprint.get("/pick-list/stream")
@needs("orders:read", ticket=True)
@operation("Follow the pick list", query=StreamQuery, answer=str, media="text/event-stream")
async def pick_list_stream() -> Response:
    """`pick.changed` has all that is to be fetched for one session."""
    return member_stream(picking_topic(principal().workspace_id))


@blueprint.post("/pick-list/<uuid:line_id>/picked")
@needs("orders:create")
@operation("Tick a line of the pick list off", body=Tick, answer=Tick, errors=(409,))
async def tick_pick(line_id: UUID) -> Response:
    """It is there, or it is not."""
    body = await read_body(Tick)
    async with workspace_transaction("live_shopping") as context:
        await picking.tick(context, line_id, body.picked, name=principal().name)
    return jsonify(body)


@blueprint.get("/live-offers")
@needs("orders:read")
@operation("What can be added to a cart", query=OfferFilter, answer=OffersPage)
async def list_offers() -> Response:
    """Batches of which something is left, by name; with `session_id` at the prices of its customer."""
    wanted = read_query(OfferFilter)
    async with workspace_transaction("live_shopping") as context:
        found = await offers.staff_offers(context, wanted, costs=principal().may("costs:read"))
    return jsonify(found)


@blueprint.post("/shows/<uuid:show_id>/carts")
@needs("orders:create")
@operation("Open a session for each winner of a show", answer=CartsOpened, errors=(409,))
async def open_carts(show_id: UUID) -> Response:
    """Each buyer gets a cart with what they have won; it follows the show from then on."""
    async with workspace_transaction("live_shopping") as context:
        buyers = await follow(context, show_id)
    forget(principal().workspace_id, show_id)
    opened = 0
    for buyer_id in buyers:  # each in a transaction of its own: no cart waits for all others
        async with workspace_transaction("live_shopping") as context:
            opened += await sync_buyer(context, show_id, buyer_id) is not None
    return jsonify(CartsOpened(opened))
