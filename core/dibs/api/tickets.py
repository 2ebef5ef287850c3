"""Tickets for streams of clients that can't send a header."""

from __future__ import annotations

from quart import Blueprint, Response, jsonify

from dibs.accounts.tickets import SECONDS
from dibs.api.answers.process import Ticket
from dibs.api.auth import current_identity, needs, principal
from dibs.api.operation import operation
from dibs.runtime import current_runtime

blueprint = Blueprint("tickets", __name__)


@blueprint.post("/api/tickets")
@needs("shows:read")
@operation("Make a ticket for one stream", answer=Ticket, status=201)
async def create_ticket() -> tuple[Response, int]:
    """A ticket for one stream, within 30 seconds, as `?ticket=`."""
    who, identity = principal(), await current_identity()
    ticket = await current_runtime().accounts.tickets.create(
        who.user_id, who.workspace_id, identity.sign_in_id, identity.session
    )
    return jsonify({"ticket": ticket, "expires_in": SECONDS}), 201
