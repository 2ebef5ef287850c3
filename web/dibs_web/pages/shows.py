"""The list of shows: finding one, making one, making one like another, deleting a draft."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from quart import Blueprint, Response, request

from dibs import InvalidInputError
from dibs.api.auth import needs, principal
from dibs.overview import ListedShow, Overview
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.creating import create_show
from dibs_web.i18n import N_
from dibs_web.rendering import faults_by_field, fragment, page, see_other

LIVE: Final = ("active", "paused")
FILTERS: Final = {"": ("draft", "ended", *LIVE), "draft": ("draft",), "live": LIVE, "ended": ("ended",)}
WORDS: Final = {"": N_("All"), "draft": N_("Not started"), "live": N_("Live"), "ended": N_("Ended")}
_NOW: Final = {"draft": "setup", "active": "console", "paused": "console", "ended": "summary"}
_PAGE = 30
_LONGEST = 200


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, the part of it that is asked for again and again, and the form."""
    blueprint.add_url_rule("/shows", "shows", shows, methods=["GET"])
    blueprint.add_url_rule("/shows/list", "shows_list", shows_list)
    blueprint.add_url_rule("/shows/<uuid:show_id>", "show", show, methods=["GET"])
    blueprint.add_url_rule("/shows", "shows_post", make_show, methods=["POST"])


@needs("shows:read")
async def shows() -> Response:
    """The shows of the workspace, those that run now on top."""
    return await page("shows.html", active="shows", strict=False, **await _list())


@needs("shows:read")
async def shows_list() -> Response:
    """The list alone, for the page that is open already."""
    return await fragment("shows_list.html", **await _list())


@needs("shows:read")
async def show(show_id: UUID) -> Response:
    """On to the page of a show that matters now: its set-up, its console, or its summary."""
    found = await Shows(current_runtime().db).get(principal().workspace_id, show_id)
    return see_other(f"/shows/{show_id}/{_NOW[found['status']]}")


@needs("shows:write")
async def make_show() -> Response:
    """Make a show with a title and open its set-up."""
    form = await request.form
    try:
        show_id = await create_show(principal().workspace_id, form.get("title", ""), form.get("scheduled_at", ""))
    except InvalidInputError as error:
        faults = faults_by_field(error)
        values = await _list()
        return await page("shows.html", active="shows", status=400, strict=False, given=form, faults=faults, **values)
    return see_other(f"/shows/{show_id}/setup")


async def _list() -> dict[str, Any]:
    overview, workspace_id = Overview(current_runtime().db), principal().workspace_id
    chosen = request.args.get("status", "")
    chosen = chosen if chosen in FILTERS else ""
    words = request.args.get("q", "").replace("\0", "").strip()[:_LONGEST]
    after = _cursor(request.args.get("after", ""))
    top: list[ListedShow] = []
    if chosen == "" and after is None:
        top = list(await overview.shows(workspace_id, LIVE, words=words))
    statuses = ("draft", "ended") if chosen == "" else FILTERS[chosen]
    rows = list(await overview.shows(workspace_id, statuses, words=words, after=after, limit=_PAGE + 1))
    here = {name: value for name, value in (("status", chosen), ("q", words)) if value}
    return {
        "shows": [*top, *rows[:_PAGE]],
        "chosen": chosen,
        "words": words,
        "filters": WORDS,
        "paged": after is not None,
        "here": urlencode(here),
        "again": urlencode({**here, "after": str(after)} if after else here),
        "next": urlencode({**here, "after": str(rows[_PAGE - 1].id)}) if len(rows) > _PAGE else "",
    }


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
