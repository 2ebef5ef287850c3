"""Batches in stock: receiving, adjusting, putting aside, and the ledger. Costs are for admins and owners alone."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, jsonify

from dibs.api.answers.catalogue import BatchesPage, MovementsPage
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_body, read_query
from dibs.api.operation import operation
from dibs.api.products import given_fields
from dibs.catalogue import Batches
from dibs.catalogue.model import Batch, BatchFilter, BatchPatch, MovementFilter, NewBatch, NewMovement
from dibs.runtime import current_runtime

blueprint = Blueprint("batches", __name__, url_prefix="/api/batches")


def batches() -> Batches:
    """The batches of this process."""
    return Batches(current_runtime().db)


@blueprint.get("")
@needs("catalogue:read")
@operation("Find batches by product, code or what is left", query=BatchFilter, answer=BatchesPage)
async def list_batches() -> Response:
    """Batches, the first received first; `cursor` goes on."""
    who = principal()
    found, after = await batches().page(who.workspace_id, read_query(BatchFilter), costs=who.may("costs:read"))
    return jsonify(BatchesPage(found, after))


@blueprint.post("")
@needs("catalogue:write")
@operation("Receive a new batch", body=NewBatch, answer=Batch, status=201, errors=(409,))
async def receive_batch() -> tuple[Response, int]:
    """A new batch of a product, with what came in."""
    body = await read_body(NewBatch)
    return jsonify(await batches().receive(principal().workspace_id, body, actor())), 201


@blueprint.get("/<uuid:batch_id>")
@needs("catalogue:read")
@operation("A batch", answer=Batch)
async def get_batch(batch_id: UUID) -> Response:
    """One batch with its counters."""
    who = principal()
    return jsonify(await batches().get(who.workspace_id, batch_id, costs=who.may("costs:read")))


@blueprint.patch("/<uuid:batch_id>")
@needs("catalogue:write")
@operation("Change a batch", body=BatchPatch, answer=Batch, errors=(409,))
async def change_batch(batch_id: UUID) -> Response:
    """Change code, unit cost or day; whoever read an older version gets a 409."""
    body = await read_body(BatchPatch)
    wanted = await given_fields(body)
    return jsonify(await batches().change(principal().workspace_id, batch_id, body.version, wanted, actor()))


@blueprint.get("/<uuid:batch_id>/movements")
@needs("catalogue:read")
@operation("The ledger of a batch", query=MovementFilter, answer=MovementsPage)
async def list_movements(batch_id: UUID) -> Response:
    """Every movement of a batch, the newest first; `cursor` goes on."""
    found, after = await batches().movements(principal().workspace_id, batch_id, read_query(MovementFilter))
    return jsonify(MovementsPage(found, after))


@blueprint.post("/<uuid:batch_id>/movements")
@needs("catalogue:write")
@operation("Receive more of a batch, adjust it, or put some aside", body=NewMovement, answer=Batch, errors=(409,))
async def move_stock(batch_id: UUID) -> Response:
    """Change the stock by hand; what shows and carts hold can't be taken away."""
    body = await read_body(NewMovement)
    return jsonify(await batches().move(principal().workspace_id, batch_id, body, actor()))
