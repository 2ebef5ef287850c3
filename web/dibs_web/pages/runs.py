"""Imports and long work: what runs now, what ran before, how long it took and what failed."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError
from dibs.api.auth import actor, needs, principal
from dibs.events import outbox
from dibs.events.workspace import workspace_topic
from dibs.runtime import current_runtime
from dibs_web.forms import id_or_none
from dibs_web.i18n import _, translate
from dibs_web.rendering import page, see_other
from dibs_web.run_figures import figures_of, pace_of, pieces_of, seconds_of

_PAGE = 30
_NOW = 50


def add_pages(blueprint: Blueprint) -> None:
    """Add the page and the target of its forms."""
    blueprint.add_url_rule("/runs", "runs", show_runs)
    blueprint.add_url_rule("/runs/<uuid:run_id>/retry", "run_retry", retry, methods=["POST"])


@needs("runs:read")
async def show_runs() -> Response:
    """The page."""
    return await _page()


async def _page(fault: str = "", status: int = 200) -> Response:
    runtime, workspace_id = current_runtime(), principal().workspace_id
    position = await outbox.position(runtime.db, workspace_id, workspace_topic(workspace_id))
    cursor = id_or_none(request.args.get("after", ""))
    now, _more = await runtime.runs.page(workspace_id, states=["running", "waiting"], limit=_NOW)
    past, after = await runtime.runs.page(
        workspace_id, states=["done", "failed", "stopped"], cursor=cursor, limit=_PAGE
    )
    longest = max((seconds_of(run) for run in past), default=0.0)
    return await page(
        "runs/list.html",
        active="runs",
        status=status,
        position=str(position),
        now=now,
        past=[(run, pieces_of(run, longest), seconds_of(run), pace_of(run)) for run in past],
        figures=figures_of(past),
        next=f"/runs?after={after}" if after else "",
        first="/runs" if cursor else "",
        fault=fault,
    )


@needs("runs:read")
async def retry(run_id: UUID) -> Response:
    """Begin a run anew that failed; the role needs what beginning it needed."""
    runs, who = current_runtime().runs, principal()
    who.demand(await runs.permission(who.workspace_id, run_id))
    try:
        await runs.retry(who.workspace_id, run_id, actor())
    except (ConflictError, InvalidInputError) as error:
        return await _page(translate(error.message), 409)
    return see_other("/runs", toast=_("Begun anew."))
