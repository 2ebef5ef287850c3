"""The host view of one show: what is on now in large type, for a second screen. It shows and never acts."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, jsonify, render_template

from dibs.api.auth import needs, principal
from dibs.catalogue.offering import pictures_of
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.rendering import as_response
from dibs_web.security import WITH_PICTURES


def add_pages(blueprint: Blueprint) -> None:
    """Add the host view."""
    blueprint.add_url_rule("/shows/<uuid:show_id>/host", "host", host)
    blueprint.add_url_rule("/shows/<uuid:show_id>/pictures", "show_pictures", pictures)


@needs("shows:read")
async def host(show_id: UUID) -> Response:
    """The host view of a show of this workspace."""
    show = await Shows(current_runtime().db).get(principal().workspace_id, show_id)
    response = await as_response(await render_template("host.html", show=show))
    response.headers["Content-Security-Policy"] = WITH_PICTURES
    return response


@needs("shows:read")
async def pictures(show_id: UUID) -> Response:
    """The pictures of the items that come from stock, by the item's id."""
    await Shows(current_runtime().db).get(principal().workspace_id, show_id)
    return jsonify({"pictures": await pictures_of(current_runtime().db, principal().workspace_id, show_id)})
