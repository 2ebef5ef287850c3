"""The streams on a show's set-up page: what it listens to, adding, choosing, trying again, removing."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from quart import Blueprint, Response, request

from dibs.api.auth import actor, needs, principal
from dibs.errors import ConflictError, InvalidInputError
from dibs.models.platform import PlatformError
from dibs.runtime import current_runtime
from dibs_web.i18n import _, translate
from dibs_web.pages.setup import Given, setup_page
from dibs_web.rendering import faults_by_field, see_other
from dibs_web.streams_part import Refused, connection_key

_BASE = "/shows/<uuid:show_id>/setup/streams"


def add_pages(blueprint: Blueprint) -> None:
    """Add the targets of the forms. What they show is a part of the set-up page."""
    blueprint.add_url_rule(_BASE, "stream_add", add, methods=["POST"])
    blueprint.add_url_rule(f"{_BASE}/<uuid:stream_id>/choose", "stream_choose", choose, methods=["POST"])
    blueprint.add_url_rule(f"{_BASE}/<uuid:stream_id>/retry", "stream_retry", retry, methods=["POST"])
    blueprint.add_url_rule(f"{_BASE}/<uuid:stream_id>/remove", "stream_remove", remove, methods=["POST"])


@needs("shows:run")
async def add(show_id: UUID) -> Response:
    """Have the show listen to a broadcast: the one that is named, or the next."""
    form = await request.form
    where = "" if form.get("way") == "next" else form.get("where", "")
    if form.get("way") == "find":
        return see_other(f"/shows/{show_id}/setup?{urlencode({'connection': form.get('connection_id', '')})}#streams")
    call = current_runtime().streams.operators.add(
        principal().workspace_id, show_id, actor(), connection_key(form.get("connection_id")), where=where,
        shared="shared" in form,
    )  # fmt: skip
    return await _done(show_id, call, _("Added."), connection=form.get("connection_id", ""), where=where)


@needs("shows:run")
async def choose(show_id: UUID, stream_id: UUID) -> Response:
    """Say which broadcast a stream is."""
    form = await request.form
    call = current_runtime().streams.operators.choose(
        principal().workspace_id, show_id, stream_id, actor(), form.get("where", ""), shared="shared" in form
    )
    return await _done(show_id, call, _("Saved."))


@needs("shows:run")
async def retry(show_id: UUID, stream_id: UUID) -> Response:
    """Try again at once."""
    call = current_runtime().streams.operators.retry(principal().workspace_id, show_id, stream_id, actor())
    return await _done(show_id, call, _("It is tried again now."))


@needs("shows:run")
async def remove(show_id: UUID, stream_id: UUID) -> Response:
    """Listen no more."""
    call = current_runtime().streams.operators.remove(principal().workspace_id, show_id, stream_id, actor())
    return await _done(show_id, call, _("Removed. What it brought stays."))


async def _done(show_id: UUID, call: Awaitable[object], words: str, **typed: str) -> Response:
    """Back to the set-up page. What was refused stands there in words, and what was typed stays."""
    try:
        await call
    except InvalidInputError as error:
        problem = next(iter(faults_by_field(error).values()))
        return await _again(show_id, 400, _("What you typed %(problem)s.", problem=problem), typed)
    except ConflictError as error:
        taken = error.data.get("shared") is False
        return await _again(show_id, 409, translate(error.message), typed, taken=taken)
    except PlatformError as error:
        return await _again(show_id, 409, error.message, typed)
    return see_other(f"/shows/{show_id}/setup#streams", toast=words)


async def _again(show_id: UUID, status: int, words: str, typed: Mapping[str, str], *, taken: bool = False) -> Response:
    return await setup_page(show_id, Given(streams=Refused(words, **typed, taken=taken)), status=status)
