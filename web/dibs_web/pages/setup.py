"""The set-up of a show: details, words and rules, items, streams. Works in the middle of a sale as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from dibs import ConflictError, InvalidInputError
from dibs.api.auth import needs, principal
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs.workspace_settings.effect import show_settings
from dibs_web.filters import time_zone
from dibs_web.i18n import _
from dibs_web.rendering import faults_by_field, page, see_other
from dibs_web.rule_fields import FIELDS, as_typed, locale_names, read_fields, typed_back
from dibs_web.show_editing import as_local, edit_details, edit_rules
from dibs_web.stock_choice import offered_batches
from dibs_web.streams_part import Refused, streams_part


def add_pages(blueprint: Blueprint) -> None:
    """Add the page and the targets of its forms."""
    base = "/shows/<uuid:show_id>/setup"
    blueprint.add_url_rule(base, "setup", setup)
    blueprint.add_url_rule(f"{base}/details", "setup_details", save_details, methods=["POST"])
    blueprint.add_url_rule(f"{base}/rules", "setup_rules", save_rules, methods=["POST"])


@needs("shows:read")
async def setup(show_id: UUID) -> Response:
    """The page."""
    return await setup_page(show_id)


@needs("shows:write")
async def save_details(show_id: UUID) -> Response:
    """Title, planned start, practice."""
    form, show = await request.form, await _show(show_id)
    try:
        await edit_details(show_id, form, draft=show["status"] == "draft")
    except InvalidInputError as error:
        return await setup_page(show_id, Given(details=form, detail_faults=faults_by_field(error)), status=400)
    except ConflictError:
        return await setup_page(show_id, Given(conflict=True), status=409)
    return see_other(f"/shows/{show_id}/setup", toast=_("Saved."))


@needs("shows:write")
async def save_rules(show_id: UUID) -> Response:
    """The show's own rules: those that differ from what holds, and those that were its own already."""
    form, show = await request.form, await _show(show_id)
    if form.get("version", "") != str(show["version"]):
        return await setup_page(show_id, Given(conflict=True), status=409)
    given, faults = read_fields(form)
    own = dict(show["rules"])
    try:
        if form.get("reset") in {field.name for field in FIELDS}:
            own.pop(form["reset"], None)
        elif faults:
            return await setup_page(show_id, Given(typed=form, rule_faults=faults), status=400)
        else:
            own |= await _changed(show_id, given)
        await edit_rules(show_id, show, own)
    except InvalidInputError as error:
        return await setup_page(show_id, Given(typed=form, rule_faults=faults_by_field(error)), status=400)
    except ConflictError:
        return await setup_page(show_id, Given(conflict=True), status=409)
    return see_other(f"/shows/{show_id}/setup#rules", toast=_("Saved."))


async def _changed(show_id: UUID, given: dict[str, Any]) -> dict[str, Any]:
    holds = (await show_settings(current_runtime().db, principal().workspace_id, show_id)).rules
    return {name: value for name, value in given.items() if value != holds[name].value}


async def _show(show_id: UUID) -> dict[str, Any]:
    return await Shows(current_runtime().db).get(principal().workspace_id, show_id)


@attrs.frozen
class Given:
    """What was sent and is shown again, with what is wrong with it."""

    details: MultiDict[str, str] | None = None
    typed: MultiDict[str, str] | None = None
    detail_faults: Mapping[str, str] = attrs.field(factory=dict)
    rule_faults: Mapping[str, str] = attrs.field(factory=dict)
    conflict: bool = False
    streams: Refused | None = None


async def setup_page(show_id: UUID, given: Given | None = None, *, status: int = 200) -> Response:
    """The page, with what was refused if something was."""
    given = given or Given()
    show = await _show(show_id)
    items = await Shows(current_runtime().db).items(principal().workspace_id, show_id)
    return await page(
        "setup.html",
        active="shows",
        status=status,
        show=show,
        items=items,
        batches=await offered_batches(items),
        conflict=given.conflict,
        streams=await streams_part(show_id, given.streams),
        **_details(show, given),
        **await _rules(show_id, given),
    )


def _details(show: Mapping[str, Any], given: Given) -> dict[str, Any]:
    form = given.details
    kept = {"title": show["title"], "scheduled_at": as_local(show.get("scheduled_at"), time_zone())}
    practice = show.get("practice", False) if form is None else "practice" in form
    return {"details": form or kept, "practice": practice, "detail_faults": given.detail_faults}


async def _rules(show_id: UUID, given: Given) -> dict[str, Any]:
    effects = (await show_settings(current_runtime().db, principal().workspace_id, show_id)).rules
    holds = {name: effect.value for name, effect in effects.items()}
    return {
        "fields": FIELDS,
        "effects": effects,
        "locales": locale_names(),
        "typed": as_typed(holds) if given.typed is None else typed_back(given.typed),
        "inherited": as_typed({name: effect.inherited for name, effect in effects.items()}),
        "rule_faults": given.rule_faults,
    }
