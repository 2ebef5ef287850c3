"""The list of shows, and making a new one."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, request

from dibs import InvalidInputError
from dibs.accounts.principal import Principal
from dibs.api.auth import needs, principal
from dibs_web.creating import create_show
from dibs_web.reading import show_lines
from dibs_web.rendering import fragment, page, see_other

STATUS_WORDS = {"draft": "Not started", "active": "Live", "paused": "Paused", "ended": "Ended"}


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, the part of it that is asked for again and again, and the form."""
    blueprint.add_url_rule("/shows", "shows", shows, methods=["GET"])
    blueprint.add_url_rule("/shows/list", "shows_list", shows_list)
    blueprint.add_url_rule("/shows", "shows_post", make_show, methods=["POST"])


@needs("shows:read")
async def shows() -> Response:
    """All shows of the workspace, those that run now on top."""
    return await _page(200)


@needs("shows:read")
async def shows_list() -> Response:
    """The list alone, for the page that is open already."""
    return await fragment("shows_list.html", **await _list(principal()))


@needs("shows:write")
async def make_show() -> Response:
    """Make a show with a title and open its console."""
    title = (await request.form).get("title", "")
    try:
        show_id = await create_show(principal().workspace_id, title)
    except InvalidInputError as error:
        problem = "; ".join(f"{fault.path} {fault.problem}" for fault in error.faults) or error.message
        return await _page(400, title, f"The show was not made: {problem}.")
    return see_other(f"/shows/{show_id}/console")


async def _page(status: int, given: str = "", fault: str = "") -> Response:
    shows = await _list(principal())
    return await page("shows.html", active="shows", status=status, strict=False, given=given, fault=fault, **shows)


async def _list(who: Principal) -> dict[str, Any]:
    return {
        "shows": await show_lines(who.workspace_id),
        "words": STATUS_WORDS,
        "may_write": who.may("shows:write"),
    }
