"""The API: sending an order in, correcting what was read, receiving it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs import FieldFault, InvalidInputError, UploadedFile
from dibs.files import MAX_BYTES, uploaded_file
from dibs.routes import (
    allow_upload,
    needs,
    operation,
    principal,
    read_body,
    read_query,
    workspace_data,
    workspace_transaction,
)
from dibs_purchase_orders import orders
from dibs_purchase_orders.bodies import (
    PastedOrder,
    PurchaseLinePatch,
    PurchaseLinesQuery,
    PurchaseOrderPatch,
    PurchaseOrdersQuery,
)
from dibs_purchase_orders.listing import list_lines, list_orders
from dibs_purchase_orders.model import PurchaseLinesPage, PurchaseLineView, PurchaseOrdersPage, PurchaseOrderView

blueprint = Blueprint("purchase_orders", __name__, url_prefix="/api/purchase-orders")
NAME = "purchase_orders"
allow_upload("/(api/)?purchase-orders", MAX_BYTES)


@blueprint.get("")
@needs("catalogue:write")
@operation("Purchase orders and how far they are", query=PurchaseOrdersQuery, answer=PurchaseOrdersPage)
async def get_orders() -> Response:
    """Orders, the newest first; `cursor` goes on."""
    query = read_query(PurchaseOrdersQuery)
    async with workspace_transaction(NAME) as context:
        found, after = await list_orders(context, query.cursor, query.state, query.limit)
    return jsonify(PurchaseOrdersPage(found, after))


@blueprint.post("")
@needs("catalogue:write")
@operation(
    "Send a purchase order in: CSV, XLSX, PDF with text, at most 20 MB",
    body=PastedOrder,
    answer=PurchaseOrderView,
    status=201,
    errors=(413, 415),
    file="file",
)
async def upload_order() -> tuple[Response, int]:
    """Keep a file and begin to read it; the workspace's stream tells how that gets on."""
    return jsonify(await take_in()), 201


async def take_in() -> PurchaseOrderView:
    """The order in this request, taken in. Raises `InvalidInputError`."""
    file = await _sent()
    async with workspace_transaction(NAME) as context:
        purchase_order_id = await orders.take_in(context, file)
        return await orders.get_order(context, purchase_order_id)


@blueprint.get("/<uuid:purchase_order_id>")
@needs("catalogue:write")
@operation("A purchase order", answer=PurchaseOrderView)
async def get_order(purchase_order_id: UUID) -> Response:
    """One order, with how its reading, matching and saving gets on."""
    async with workspace_transaction(NAME) as context:
        return jsonify(await orders.get_order(context, purchase_order_id))


@blueprint.get("/<uuid:purchase_order_id>/lines")
@needs("catalogue:write")
@operation("The lines of a purchase order", query=PurchaseLinesQuery, answer=PurchaseLinesPage)
async def get_lines(purchase_order_id: UUID) -> Response:
    """Lines, those to look at first; `after` goes on."""
    query = read_query(PurchaseLinesQuery)
    async with workspace_transaction(NAME) as context:
        await orders.get_order(context, purchase_order_id)
    found, after = await list_lines(
        workspace_data(), purchase_order_id, costs=_costs(), after=query.after, unsure=query.unsure, limit=query.limit
    )
    return jsonify(PurchaseLinesPage(list(found), after))


@blueprint.patch("/<uuid:purchase_order_id>")
@needs("catalogue:write")
@operation(
    "Correct supplier, number or day of a purchase order",
    body=PurchaseOrderPatch,
    answer=PurchaseOrderView,
    errors=(409,),
)
async def patch_order(purchase_order_id: UUID) -> Response:
    """Correct an order that is being checked; whoever read an older version gets a 409."""
    body = await read_body(PurchaseOrderPatch)
    async with workspace_transaction(NAME) as context:
        await orders.change_order(context, purchase_order_id, body.version, attrs.asdict(body))
        return jsonify(await orders.get_order(context, purchase_order_id))


@blueprint.patch("/<uuid:purchase_order_id>/lines/<int:line_no>")
@needs("catalogue:write")
@operation("Correct a line of a purchase order", body=PurchaseLinePatch, answer=PurchaseLineView, errors=(409,))
async def patch_line(purchase_order_id: UUID, line_no: int) -> Response:
    """Correct a line; whoever read an older version gets a 409. What was corrected counts as checked."""
    body = await read_body(PurchaseLinePatch)
    wanted: dict[str, Any] = attrs.asdict(body)
    if not _costs():
        wanted["unit_cost"] = None
    async with workspace_transaction(NAME) as context:
        line = await orders.change_line(context, purchase_order_id, line_no, body.version, wanted)
    return jsonify(line if _costs() else attrs.evolve(line, unit_cost=None))


@blueprint.post("/<uuid:purchase_order_id>/receive")
@needs("catalogue:write")
@operation("Receive the lines of a purchase order into stock", answer=PurchaseOrderView, errors=(400, 409))
async def receive_order(purchase_order_id: UUID) -> Response:
    """Begin to receive; each line becomes a batch with its unit cost, once."""
    async with workspace_transaction(NAME) as context:
        await orders.receive(context, purchase_order_id)
        return jsonify(await orders.get_order(context, purchase_order_id))


@blueprint.post("/<uuid:purchase_order_id>/discard")
@needs("catalogue:write")
@operation("Give a purchase order up", answer=PurchaseOrderView, errors=(409,))
async def discard_order(purchase_order_id: UUID) -> Response:
    """Delete its file and receive no more of it; what was received stays."""
    async with workspace_transaction(NAME) as context:
        await orders.discard(context, purchase_order_id)
        return jsonify(await orders.get_order(context, purchase_order_id))


def _costs() -> bool:
    return principal().may("costs:read")


async def _sent() -> UploadedFile:
    if request.mimetype != "multipart/form-data":
        body = await read_body(PastedOrder)
        return uploaded_file(body.name, body.text.encode())
    file = (await request.files).get("file")
    if file is None or not file.filename:
        raise InvalidInputError("There is no file.", [FieldFault("file", "is required")])
    return uploaded_file(file.filename, file.read())
