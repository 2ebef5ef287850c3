"""The figures of a show, while it runs and afterwards."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, jsonify

from dibs.api.answers.summary import ShowSummary
from dibs.api.auth import needs, principal
from dibs.api.operation import operation
from dibs.runtime import current_runtime
from dibs.summary import read_summary

blueprint = Blueprint("summary", __name__, url_prefix="/api/shows/<uuid:show_id>")


@blueprint.get("/summary")
@needs("shows:read")
@operation("The figures of a show, as of one instant", answer=ShowSummary)
async def show_summary(show_id: UUID) -> Response:
    """Sold, wanted, paid, by whom and when; while the show runs and afterwards."""
    return jsonify(await read_summary(current_runtime().db, principal().workspace_id, show_id))
