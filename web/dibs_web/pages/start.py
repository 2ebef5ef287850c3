"""The first-run guide: from an empty workspace to a finished practice show, one button at a time."""

from __future__ import annotations

from uuid import UUID

from quart import Blueprint, Response, request

from dibs import ConflictError, DuplicateError, NotFoundError
from dibs.api.auth import actor, needs, principal
from dibs.api.shows import command
from dibs.lane.commands import add_items, set_status
from dibs.models.items import title_fault
from dibs.practice import MINUTES, PER_MINUTE
from dibs.practice.guide import Guide, PracticeShow, close_guide, read_guide
from dibs.practice.setting import sample_items
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.attention import may_connect
from dibs_web.i18n import _
from dibs_web.rendering import fragment, page, see_other

START = "/start"
STEPS = ("show", "items", "audience", "claims", "end", "results")
_LONGEST = 200


def add_pages(blueprint: Blueprint) -> None:
    """Add the guide, the targets of its buttons, and the figures that it looks up again and again."""
    blueprint.add_url_rule(START, "start", start)
    blueprint.add_url_rule(f"{START}/figures", "start_figures", figures)
    for name, view in (("show", make_show), ("items", take_samples), ("audience", let_in), ("end", end_show)):
        blueprint.add_url_rule(f"{START}/{name}", f"start_{name}", view, methods=["POST"])
    blueprint.add_url_rule(f"{START}/close", "start_close", put_away, methods=["POST"])


@needs("shows:write")
async def start() -> Response:
    """The page: what is done, and the one thing to do now."""
    return await _page()


@needs("shows:read")
async def figures() -> Response:
    """What the audience has done so far."""
    guide = await _guide()
    return await fragment("start/figures.html", show=guide.show)


@needs("shows:write")
async def make_show() -> Response:
    """Make the practice show."""
    title = (await request.form).get("title", "").strip()
    problem = title_fault(title) if title else _("Give it a title.")
    if problem:
        return await _page(status=400, title=title[:_LONGEST], fault=_("Give it a title of at most 200 characters."))
    db, who = current_runtime().db, principal()
    await Shows(db).create(who.workspace_id, title, {}, actor=actor(), practice=True)
    await close_guide(db, who.workspace_id, who.user_id, closed=False)
    return await _next_step()


@needs("shows:write")
async def take_samples() -> Response:
    """Put sample items into the show."""
    show = await _show()
    try:
        if not show.items:
            await command(show.id, add_items(sample_items()))
    except DuplicateError:
        pass  # a second click: they are there
    return await _next_step()


@needs("shows:run")
async def let_in() -> Response:
    """Let the audience in and go to the console."""
    show, who = await _show(), principal()
    try:
        await current_runtime().practice.begin(who.workspace_id, show.id, actor(), PER_MINUTE, MINUTES)
    except ConflictError as error:
        if not error.data.get("running"):
            return await _page(status=409, problem=True)
    return see_other(f"/shows/{show.id}/console")


@needs("shows:run")
async def end_show() -> Response:
    """End the practice show and go to what came of it."""
    show, who = await _show(), principal()
    await current_runtime().practice.end(who.workspace_id, show.id, actor())
    if show.status in ("active", "paused"):
        await command(show.id, set_status("ended"))
    return await _next_step()


@needs("shows:read")
async def put_away() -> Response:
    """Don't offer the guide any more."""
    who = principal()
    await close_guide(current_runtime().db, who.workspace_id, who.user_id)
    return see_other("/", toast=_("The guide is put away. “Practice” on the dashboard brings it back."))


async def _next_step() -> Response:
    """Back to the page, at what is to do now: on a phone that is far down."""
    return see_other(f"{START}#step-{(await _guide()).step or 'results'}")


async def _guide() -> Guide:
    who = principal()
    return await read_guide(current_runtime().db, who.workspace_id, who.user_id)


async def _show() -> PracticeShow:
    """The show that a button is about: named by the form, and still the newest practice show."""
    guide, wanted = await _guide(), (await request.form).get("show_id", "")
    if guide.show is None or wanted != str(guide.show.id):
        raise NotFoundError("There is no such practice show any more.")
    return guide.show


async def _page(status: int = 200, title: str = "", fault: str = "", *, problem: bool = False) -> Response:
    guide = await _guide()
    return await page(
        "start/start.html",
        active="shows",
        status=status,
        strict=False,
        guide=guide,
        show=guide.show,
        step=guide.step,
        steps=STEPS,
        title=title or _("My first show"),
        fault=fault,
        problem=problem,
        exports=await _may_export(),
        connect=await may_connect(principal()),
    )


async def _may_export() -> bool:
    who: UUID = principal().workspace_id
    return principal().may("exports:read") and await current_runtime().flags.is_enabled(who, "export")
