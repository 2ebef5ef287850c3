"""Orders: finding, making by hand and from a show, paying, cancelling, sharing. Who may not see costs sees none."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.api.acting import link_to
from dibs.api.answers.orders import OrderLinkMade, OrdersPage, RunBegun
from dibs.api.auth import actor, needs, principal, public
from dibs.api.body import read_body, read_query
from dibs.api.operation import operation
from dibs.api.plugin_data import core_transaction
from dibs.api.requests import client_address
from dibs.catalogue import fields as f
from dibs.models.orders import Order
from dibs.orders.by_hand import make_by_hand
from dibs.orders.job import begin_show_orders
from dibs.orders.links import OrderLinks
from dibs.orders.listing import Orders, without_costs
from dibs.orders.model import LinkDays, NewManualOrder, OrderCancelling, OrderFilter, OrderVersion, SharedOrder
from dibs.orders.winners import order_of_winner
from dibs.runtime import current_runtime

blueprint = Blueprint("orders", __name__, url_prefix="/api")


@attrs.frozen
class WinnerOrder:
    """What goes with the order of a winner: why it is made although the customer is over the limit."""

    credit_reason: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(f.checked(f.reason_fault))
    )


def orders() -> Orders:
    """The orders of this process."""
    return Orders(current_runtime().db)


def links() -> OrderLinks:
    """The links of orders of this process."""
    return OrderLinks(current_runtime().db)


def shown(order: Order) -> Response:
    """An order as this member may see it."""
    return jsonify(order if principal().may("costs:read") else without_costs(order))


@blueprint.get("/orders")
@needs("orders:read")
@operation("Find orders by status, origin, customer, buyer, show, number or name", query=OrderFilter, answer=OrdersPage)
async def list_orders() -> Response:
    """Orders without their lines, the newest first; `cursor` goes on."""
    found, after = await orders().page(principal().workspace_id, read_query(OrderFilter))
    return jsonify(OrdersPage(found, after))


@blueprint.post("/orders")
@needs("orders:create")
@operation("Order for a customer by hand", body=NewManualOrder, answer=Order, status=201, errors=(404, 409))
async def make_order() -> tuple[Response, int]:
    """Takes the stock at once. A line without a price is priced by the rules; all or nothing."""
    body, who = await read_body(NewManualOrder), principal()
    async with core_transaction() as context:
        made = await make_by_hand(context, body, may_override=who.may("credit:override"))
    return shown(made), 201


@blueprint.get("/orders/<uuid:order_id>")
@needs("orders:read")
@operation("An order with its lines", answer=Order)
async def get_order(order_id: UUID) -> Response:
    """One order; what its lines cost is for those who may see costs."""
    who = principal()
    return jsonify(await orders().get(who.workspace_id, order_id, costs=who.may("costs:read")))


@blueprint.post("/orders/<uuid:order_id>/cancel")
@needs("orders:create")
@operation("Cancel an order", body=OrderCancelling, answer=Order, errors=(409,))
async def cancel_order(order_id: UUID) -> Response:
    """Gives its stock back; what was won in a show is reserved again and may be ordered again. Once only."""
    body = await read_body(OrderCancelling)
    async with core_transaction() as context:
        gone = await context.desk.orders.cancel(order_id, body.version, body.reason.strip())
    return shown(gone)


@blueprint.post("/orders/<uuid:order_id>/paid")
@needs("orders:create")
@operation("Say that an order was paid", body=OrderVersion, answer=Order, errors=(409,))
async def pay_order(order_id: UUID) -> Response:
    """Only what is open can be paid, once."""
    body = await read_body(OrderVersion)
    async with core_transaction() as context:
        paid = await context.desk.orders.mark_paid(order_id, body.version)
    return shown(paid)


@blueprint.post("/shows/<uuid:show_id>/orders")
@needs("orders:create")
@operation("Order for all winners of a show", answer=RunBegun, status=202, errors=(409,))
async def order_show(show_id: UUID) -> tuple[Response, int]:
    """Each buyer gets an order of what they have won and nobody has ordered yet, or a reason why not."""
    async with core_transaction() as context:
        begun = await begin_show_orders(context, show_id)
    return jsonify(RunBegun(begun.run_id)), 202


@blueprint.post("/shows/<uuid:show_id>/orders/<uuid:buyer_id>")
@needs("orders:create")
@operation("Order for one winner of a show", body=WinnerOrder, body_optional=True, answer=Order, errors=(409,))
async def order_winner(show_id: UUID, buyer_id: UUID) -> Response:
    """What a buyer has won and not ordered yet; the last order if all is ordered."""
    body, who = WinnerOrder(), principal()
    if await request.get_data():
        body = await read_body(WinnerOrder)
    async with core_transaction() as context:
        made = await order_of_winner(
            context, show_id, buyer_id, credit_reason=body.credit_reason, may_override=who.may("credit:override")
        )
    return shown(made)


@blueprint.post("/orders/<uuid:order_id>/links")
@needs("orders:create")
@operation("Make a link that shows an order", body=LinkDays, body_optional=True, answer=OrderLinkMade, status=201)
async def share_order(order_id: UUID) -> tuple[Response, int]:
    """Whoever has the link sees number, date, lines, total and status until it expires, or is revoked."""
    body = await read_body(LinkDays) if await request.get_data() else LinkDays()
    made = await links().make(principal().workspace_id, order_id, body.days, actor())
    url = link_to(f"/shared/orders/{made.token}")
    return jsonify(OrderLinkMade(made.link_id, url, made.token, made.expires_at)), 201


@blueprint.delete("/orders/<uuid:order_id>/links")
@needs("orders:create")
@operation("Void every link of an order", answer=None, status=204)
async def unshare_order(order_id: UUID) -> tuple[Response, int]:
    """From now on they lead nowhere."""
    await links().revoke(principal().workspace_id, order_id, actor())
    return Response(b"", 204), 204


@blueprint.get("/shared/orders/<token>")
@public
@operation("An order, for whoever has the link", answer=SharedOrder)
async def shared_order(token: str) -> Response:
    """No sign-in: number, date, lines, total and status. A link that is wrong, expired or revoked leads to a 404."""
    await current_runtime().accounts.limits.take(f"shared:address:{client_address()}")
    return jsonify(await links().shared(token))
