"""The settings that a show obeys, each with where it comes from."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, jsonify

from dibs.api.auth import needs, principal
from dibs.api.operation import operation
from dibs.codec import unstructure
from dibs.runtime import current_runtime
from dibs.workspace_settings.effect import ShowSettings, show_settings

blueprint = Blueprint("settings", __name__)


@blueprint.get("/api/shows/<uuid:show_id>/settings")
@needs("shows:read")
@operation("Read the settings that a show obeys", answer=ShowSettings)
async def get_show_settings(show_id: UUID) -> Response:
    """Each setting that holds for a show: the show's own, its workspace's, or the default."""
    found = await show_settings(current_runtime().db, principal().workspace_id, show_id)
    return jsonify(unstructure(found))
