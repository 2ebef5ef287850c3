"""What operators do to one claim. Each works with and without the show in the path."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, request

from dibs.api.answers.claims import ClaimAnswer
from dibs.api.auth import needs, principal
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.api.shows import command, shows
from dibs.errors import ConflictError, NotFoundError
from dibs.lane import commands
from dibs.lane.commands import Command

blueprint = Blueprint("claim_actions", __name__, url_prefix="/api")

_IN_SHOW = "/shows/<uuid:show_id>/claims/<uuid:claim_id>"
_ALONE = "/claims/<uuid:claim_id>"
_units: Any = [attrs.validators.ge(1), attrs.validators.le(9999)]


@attrs.frozen
class Acceptance:
    """Which item is meant, where the comment left it open."""

    item_id: UUID | None = None


@attrs.frozen
class Move:
    """Where to; of a win, `quantity` moves only so many units."""

    item_id: UUID
    quantity: int | None = attrs.field(default=None, validator=attrs.validators.optional(_units))


@attrs.frozen
class Quantity:
    """How many units the claim is to be of."""

    quantity: int = attrs.field(validator=_units)


@blueprint.post(f"{_IN_SHOW}/release")
@blueprint.post(f"{_ALONE}/release", endpoint="release_by_id")
@needs("shows:run")
@operation("Release a claim", answer=ClaimAnswer, errors=(409,))
async def release_claim(claim_id: UUID, show_id: UUID | None = None) -> Response:
    """Take a claim back; the next in line is promoted while the show runs."""
    return await _done(show_id, claim_id, commands.release(claim_id))


@blueprint.post(f"{_IN_SHOW}/accept")
@blueprint.post(f"{_ALONE}/accept", endpoint="accept_by_id")
@needs("shows:run")
@operation("Accept a claim of the review lane", body=Acceptance, body_optional=True, answer=ClaimAnswer, errors=(409,))
async def accept_claim(claim_id: UUID, show_id: UUID | None = None) -> Response:
    """Carry out a claim of the review lane; it keeps its comment's place in the order."""
    body = await read_body(Acceptance) if await request.get_data() else Acceptance()
    return await _done(show_id, claim_id, commands.accept(claim_id, body.item_id))


@blueprint.post(f"{_IN_SHOW}/decline")
@blueprint.post(f"{_ALONE}/decline", endpoint="decline_by_id")
@needs("shows:run")
@operation("Decline a claim of the review lane", answer=ClaimAnswer, errors=(409,))
async def decline_claim(claim_id: UUID, show_id: UUID | None = None) -> Response:
    """Refuse a claim of the review lane."""
    return await _done(show_id, claim_id, commands.decline(claim_id))


@blueprint.post(f"{_IN_SHOW}/move")
@blueprint.post(f"{_ALONE}/move", endpoint="move_by_id")
@needs("shows:run")
@operation("Move a claim to another item", body=Move, answer=ClaimAnswer, errors=(409,))
async def move_claim(claim_id: UUID, show_id: UUID | None = None) -> Response:
    """Put a claim onto another item; a win needs units there, who waits keeps the comment's place in the order."""
    body = await read_body(Move)
    return await _done(show_id, claim_id, commands.move(claim_id, body.item_id, body.quantity))


@blueprint.post(f"{_IN_SHOW}/quantity")
@blueprint.post(f"{_ALONE}/quantity", endpoint="quantity_by_id")
@needs("shows:run")
@operation("Change the quantity of a claim", body=Quantity, answer=ClaimAnswer, errors=(409,))
async def change_quantity(claim_id: UUID, show_id: UUID | None = None) -> Response:
    """Raise or lower a claim; a win of more needs units, one of fewer gives them to the next in line."""
    body = await read_body(Quantity)
    return await _done(show_id, claim_id, commands.quantity(claim_id, body.quantity))


async def _done(show_id: UUID | None, claim_id: UUID, action: Command) -> Response:
    found = show_id or await shows().show_of(principal().workspace_id, claim_id)
    try:
        return jsonify({"claim": await command(found, action)})
    except ConflictError:
        if await shows().show_of(principal().workspace_id, claim_id) != found:  # the board has open claims only
            raise NotFoundError("The show has no such claim.", claim_id=str(claim_id)) from None
        raise
