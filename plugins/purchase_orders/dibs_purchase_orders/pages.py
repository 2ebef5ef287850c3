"""The pages: all orders, and one that is checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError
from dibs.money import quantity_text
from dibs.routes import event_position, needs, page, principal, see_other, workspace_data, workspace_transaction
from dibs_purchase_orders import orders
from dibs_purchase_orders.listing import list_lines, list_orders
from dibs_purchase_orders.routes import NAME, take_in
from dibs_purchase_orders.words import LACK_WORDS, MATCH_WORDS, N_, STATE_WORDS

blueprint = Blueprint("purchase_orders_pages", __name__, url_prefix="/purchase-orders")
_PAGE: Final = 30
_LINES: Final = 100
_FRAME: Final[Mapping[str, Any]] = {
    "active": "purchase_orders",
    "state_words": STATE_WORDS,
    "match_words": MATCH_WORDS,
    "lack_words": LACK_WORDS,
}


@blueprint.get("")
@needs("catalogue:write")
async def all_orders() -> Response:
    """Where a file is sent in, and the orders so far."""
    return await _all("", 200)


@blueprint.post("")
@needs("catalogue:write")
async def upload() -> Response:
    """Take a file in, for browsers without scripts."""
    try:
        made = await take_in()
    except InvalidInputError as error:
        return await _all(error.message, 400)
    return await see_other(f"/purchase-orders/{made.order_id}")


async def _all(fault: str, status: int) -> Response:
    cursor, position = _id(request.args.get("cursor", "")), await _position()
    async with workspace_transaction(NAME) as context:
        found, after = await list_orders(context, cursor, limit=_PAGE)
    return await page(
        "purchase_orders/list.html", status=status, found=found, next=after, paged=bool(cursor), fault=fault,
        position=position, **_FRAME,
    )  # fmt: skip


@blueprint.get("/<uuid:purchase_order_id>")
@needs("catalogue:write")
async def one_order(purchase_order_id: UUID) -> Response:
    """An order: how far it is, and its lines to check."""
    return await _one(purchase_order_id)


async def _one(purchase_order_id: UUID, fault: str = "", status: int = 200) -> Response:
    position = await _position()
    async with workspace_transaction(NAME) as context:
        order = await orders.get_order(context, purchase_order_id)
    after = request.args.get("after", "")
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else None
    unsure = request.args.get("show") == "unsure"
    costs = principal().may("costs:read")
    lines, more = await list_lines(
        workspace_data(), purchase_order_id, costs=costs, after=place, unsure=unsure, limit=_LINES
    )
    return await page(
        "purchase_orders/order.html", status=status, order=order, lines=lines, next=more, paged=place is not None,
        unsure=unsure, costs=costs, fault=fault, position=position, plain=_plain, **_FRAME,
    )  # fmt: skip


@blueprint.post("/<uuid:purchase_order_id>/receive")
@needs("catalogue:write")
async def receive(purchase_order_id: UUID) -> Response:
    """Receive the lines."""
    try:
        async with workspace_transaction(NAME) as context:
            await orders.receive(context, purchase_order_id)
    except (InvalidInputError, ConflictError) as error:
        return await _one(purchase_order_id, error.message, 400 if isinstance(error, InvalidInputError) else 409)
    return await see_other(f"/purchase-orders/{purchase_order_id}")


@blueprint.post("/<uuid:purchase_order_id>/discard")
@needs("catalogue:write")
async def discard(purchase_order_id: UUID) -> Response:
    """Give the order up."""
    try:
        async with workspace_transaction(NAME) as context:
            await orders.discard(context, purchase_order_id)
    except ConflictError as error:
        return await _one(purchase_order_id, error.message, 409)
    return await see_other("/purchase-orders", N_("The purchase order was discarded."))


@blueprint.post("/<uuid:purchase_order_id>/retry")
@needs("catalogue:write")
async def retry(purchase_order_id: UUID) -> Response:
    """Begin the reading or saving anew after it failed."""
    try:
        async with workspace_transaction(NAME) as context:
            order = await orders.get_order(context, purchase_order_id)
            if order.run is not None:
                await context.runs.retry(order.run.run_id)
    except ConflictError as error:
        return await _one(purchase_order_id, error.message, 409)
    return await see_other(f"/purchase-orders/{purchase_order_id}")


async def _position() -> str:
    """Where the workspace's stream stands: read before the runs are, so that nothing is missed."""
    return await event_position(f"workspace:{principal().workspace_id}")


def _plain(quantity: Decimal | None) -> str:
    return "" if quantity is None else quantity_text(quantity)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
