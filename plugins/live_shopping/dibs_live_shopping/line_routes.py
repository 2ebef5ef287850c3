"""The API for staff: the lines of a cart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dibs.routes import needs, operation, principal, read_body
from dibs_live_shopping import cart as carts
from dibs_live_shopping.cart import LineChange, NewLine
from dibs_live_shopping.model import StaffSession
from dibs_live_shopping.routes import blueprint, in_session, shown

_LINE = "/<uuid:live_session_id>/lines/<uuid:line_id>"


@blueprint.post("/<uuid:live_session_id>/lines")
@needs("orders:create")
@operation("Put something into a cart", body=NewLine, answer=StaffSession, status=201, errors=(409,))
async def add_line(live_session_id: UUID) -> Any:
    """Held, priced and checked at once; 409 `out_of_stock` says what is left."""
    new, who = await read_body(NewLine), principal()
    async with in_session(live_session_id) as context:
        cart = await carts.add_line(
            context, live_session_id, new, by="host", name=who.name, may_override=who.may("credit:override")
        )
    return shown(cart, 201)


@blueprint.patch(_LINE)
@needs("orders:create")
@operation("Change a line of a cart", body=LineChange, answer=StaffSession, errors=(409,))
async def change_line(live_session_id: UUID, line_id: UUID) -> Any:
    """Quantity, intent, highlight; lowering gives back at once."""
    change, who = await read_body(LineChange), principal()
    async with in_session(live_session_id) as context:
        cart = await carts.change_line(
            context, live_session_id, line_id, change, by="host", name=who.name, may_override=who.may("credit:override")
        )
    return shown(cart)


@blueprint.delete(_LINE)
@needs("orders:create")
@operation("Take a line out of a cart", answer=StaffSession, errors=(409,))
async def remove_line(live_session_id: UUID, line_id: UUID) -> Any:
    """What it held is free at once."""
    async with in_session(live_session_id) as context:
        cart = await carts.remove_line(context, live_session_id, line_id, by="host", name=principal().name)
    return shown(cart)


@blueprint.post(f"{_LINE}/confirm-price")
@needs("orders:create")
@operation("Show the customer a price that is the bare cost", answer=StaffSession, errors=(409,))
async def confirm_price(live_session_id: UUID, line_id: UUID) -> Any:
    """A price without a rule is hidden from the customer until then."""
    async with in_session(live_session_id) as context:
        cart = await carts.confirm_price(context, live_session_id, line_id, name=principal().name)
    return shown(cart)
