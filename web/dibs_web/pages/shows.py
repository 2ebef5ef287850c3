"""The list of shows, and making a new one."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, make_response, redirect, render_template, request

from dibs import InvalidInputError
from dibs.accounts.principal import Principal
from dibs.accounts.sessions import csrf_token
from dibs.api.auth import current_identity, needs, principal
from dibs.runtime import current_runtime
from dibs_web.creating import create_show
from dibs_web.reading import show_lines

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
    response = await make_response(await render_template("shows_list.html", **await _list(principal())))
    assert isinstance(response, Response)
    return response


@needs("shows:write")
async def make_show() -> Response:
    """Make a show with a title and open its console."""
    title = (await request.form).get("title", "")
    try:
        show_id = await create_show(principal().workspace_id, title)
    except InvalidInputError as error:
        problem = "; ".join(f"{fault.path} {fault.problem}" for fault in error.faults) or error.message
        return await _page(400, title, f"The show was not made: {problem}.")
    answer = redirect(f"/shows/{show_id}/console", 303)
    assert isinstance(answer, Response)
    return answer


async def _page(status: int, given: str = "", fault: str = "") -> Response:
    who, identity, accounts = principal(), await current_identity(), current_runtime().accounts
    user = await accounts.users.get(who.user_id)
    body = await render_template(
        "shows.html",
        **await _list(who),
        given=given,
        fault=fault,
        who=user.email,
        csrf=csrf_token(identity.session) if identity.session else "",
    )
    response = await make_response(body, status)
    assert isinstance(response, Response)
    return response


async def _list(who: Principal) -> dict[str, Any]:
    return {
        "shows": await show_lines(who.workspace_id),
        "words": STATUS_WORDS,
        "may_write": who.may("shows:write"),
    }
