"""The live console of one show. The page is a frame; what moves in it comes from the API and the stream."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, make_response, render_template

from dibs.accounts.permissions import PERMISSIONS
from dibs.accounts.sessions import csrf_token
from dibs.api.auth import current_identity, needs, principal
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.i18n import translate
from dibs_web.navigation import plugin_entries, tabs
from dibs_web.security import STRICT


def add_pages(blueprint: Blueprint) -> None:
    """Add the console."""
    blueprint.add_url_rule("/shows/<uuid:show_id>/console", "console", console)


@needs("shows:read")
async def console(show_id: UUID) -> Response:
    """The console of a show of this workspace."""
    who, identity = principal(), await current_identity()
    show = await Shows(current_runtime().db).get(who.workspace_id, show_id)
    more = tabs(PERMISSIONS[who.role], await plugin_entries(who.workspace_id), "show")
    page = await render_template(
        "console.html",
        show=show,
        may=sorted(PERMISSIONS[who.role]),
        me=who.user_id,
        tabs=[(tab.path.replace("{show_id}", str(show_id)), translate(tab.words)) for tab in more],
        csrf=csrf_token(identity.session) if identity.session else "",
    )
    response = await make_response(page)
    assert isinstance(response, Response)
    response.headers["Content-Security-Policy"] = STRICT
    return response
