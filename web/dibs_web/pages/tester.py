"""The rule tester: comments on one side, what each would do and why on the other, while they are typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from dibs import ConflictError, FieldFault, InvalidInputError, NotFoundError
from dibs.api.auth import actor, needs, principal
from dibs.models.items import item_number_fault
from dibs.rule_tester import Stage, TriedItem, bare_stage, show_stage, try_comments
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs.workspace_settings.changing import Change, WorkspaceChanger, get_workspace
from dibs.workspace_settings.effect import Effects, rules_in_effect, show_settings
from dibs_web.choices import native_name
from dibs_web.comment_words import reason_words, rule_words, sum_words, verdict_words
from dibs_web.i18n import _
from dibs_web.rendering import faults_by_field, fragment, page, see_other
from dibs_web.rule_fields import FIELDS, as_typed, locale_names, read_fields, typed_back
from dibs_web.sample_comments import EVERYWHERE, ITEMS, SAMPLES, samples_for
from dibs_web.settings_form import field_of
from dibs_web.show_editing import edit_rules

PARSING = ("claim_words", "pass_words", "locales", "several", "claim_without_code", "max_quantity")
MOST, LONGEST, MOST_ITEMS = 500, 10_000, 200


def add_pages(blueprint: Blueprint) -> None:
    """Add the page, its results, and saving what was tried."""
    blueprint.add_url_rule("/tester", "tester", tester)
    blueprint.add_url_rule("/tester/results", "tester_results", results, methods=["POST"])
    blueprint.add_url_rule("/tester/save", "tester_save", save, methods=["POST"])


@attrs.frozen
class _Place:
    """What is tested: a show, or the workspace's rules with supposed items."""

    show: Mapping[str, Any] | None
    effects: Effects

    @property
    def show_id(self) -> UUID | None:
        """The show's id."""
        return None if self.show is None else UUID(str(self.show["id"]))


@needs("shows:read")
async def tester() -> Response:
    """The page, for a show (`?show_id=` or `?show=`) or for the workspace."""
    place = await _place(request.args.get("show_id") or request.args.get("show") or "")
    return await _page(place)


@needs("shows:read")
async def results() -> Response:
    """What the comments of the form would do; called while somebody types."""
    form = await request.form
    try:
        place = await _place(form.get("show_id", ""))
        comments, stage = await _try(place, form)
    except InvalidInputError as error:
        return await fragment("tester/results.html", faults=faults_by_field(error), comments=[], **_words())
    return await fragment("tester/results.html", faults={}, comments=comments, stage=stage, **_words())


@needs("shows:read")
async def save() -> Response:
    """Keep the rules that were tried: for the show (`to=show`), or for the workspace."""
    form, who = await request.form, principal()
    place, to_show = await _place(form.get("show_id", "")), form.get("to") == "show"
    who.demand("shows:write" if to_show else "workspace:write")
    try:
        tried = _tried(place, form)
        if to_show and place.show is not None and place.show_id is not None:
            await edit_rules(place.show_id, place.show, {**place.show["rules"], **tried})
        elif tried:
            await _save_for_all(tried)
    except (InvalidInputError, ConflictError) as error:
        faults = faults_by_field(error) if isinstance(error, InvalidInputError) else {"": error.message}
        return await _page(place, form, {field_of(path): words for path, words in faults.items()}, status=400)
    where = f"/tester?show_id={place.show_id}" if place.show else "/tester"
    return see_other(where, toast=_("Saved for the show.") if to_show else _("Saved for the workspace."))


async def _save_for_all(tried: Mapping[str, Any]) -> None:
    runtime, workspace_id = current_runtime(), principal().workspace_id
    hooks = await runtime.flags.hooks_for(workspace_id)
    change = Change.read({"settings": {"rules": dict(tried)}})
    await WorkspaceChanger(runtime.db, runtime.plugins, hooks).change(workspace_id, actor(), change)


async def _place(show_id: str) -> _Place:
    db, workspace_id = current_runtime().db, principal().workspace_id
    if not show_id:
        document = (await get_workspace(db, workspace_id)).document
        return _Place(None, rules_in_effect(document.get("rules") or {}, {})[0])
    try:
        wanted = UUID(show_id)
    except ValueError:
        raise NotFoundError("There is no such show.") from None
    show = await Shows(db).get(workspace_id, wanted)
    return _Place(show, (await show_settings(db, workspace_id, wanted)).rules)


def _tried(place: _Place, form: MultiDict[str, str]) -> dict[str, Any]:
    """The rules of the form that differ from what holds. Raises `InvalidInputError`."""
    given, faults = read_fields(form)
    if faults:
        raise InvalidInputError("The rules have faults.", [FieldFault(name, words) for name, words in faults.items()])
    return {name: value for name, value in given.items() if name in PARSING and value != place.effects[name].value}


async def _try(place: _Place, form: MultiDict[str, str]) -> tuple[list[Any], Stage]:
    runtime, workspace_id = current_runtime(), principal().workspace_id
    texts = [line.rstrip("\r")[:LONGEST] for line in form.get("text", "").split("\n") if line.strip()][:MOST]
    tried = _tried(place, form)
    if place.show_id is not None:
        stage = await show_stage(runtime.db, workspace_id, place.show_id, tried)
    else:
        items, pinned = read_items(form.get("items", "")), form.get("pinned", "").strip() or None
        stage = await bare_stage(runtime.db, workspace_id, tried, items, pinned)
    return await try_comments(stage, await runtime.flags.hooks_for(workspace_id), texts), stage


def read_items(text: str) -> list[TriedItem]:
    """`12, A1, 13:red, 13:blue` as items; what can't be a number is left out."""
    found: list[TriedItem] = []
    for entry in re.split(r"[,\n]", text)[:MOST_ITEMS]:
        number, _sep, variant = (part.strip() for part in entry.partition(":"))
        if number and item_number_fault(number) is None:
            found.append(TriedItem(number, variant[:80] or None))
    return found


def _words() -> dict[str, Any]:
    words = {"verdict_words": verdict_words, "reason_words": reason_words, "rule_words": rule_words}
    return {**words, "sum_words": sum_words}


async def _numbers(place: _Place) -> list[str]:
    """The numbers of the first two items of the show."""
    if place.show_id is None:
        return []
    items = await Shows(current_runtime().db).items(principal().workspace_id, place.show_id)
    return list(dict.fromkeys(item["item_number"] for item in items))[:2]


async def _page(
    place: _Place,
    form: MultiDict[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> Response:
    holds = {name: effect.value for name, effect in place.effects.items()}
    shows, _more = await Shows(current_runtime().db).page(principal().workspace_id)
    return await page(
        "tester/tester.html",
        active="tester",
        status=status,
        strict=False,
        show=place.show,
        shows=shows,
        effects=place.effects,
        fields=[field for field in FIELDS if field.name in PARSING],
        locales=locale_names(),
        native=native_name,
        typed=as_typed(holds) if form is None else typed_back(form),
        faults=faults or {},
        text=form.get("text", "") if form else "\n".join(samples_for(holds["locales"], await _numbers(place))),
        items=form.get("items", "") if form else ITEMS,
        pinned=form.get("pinned", "") if form else "",
        samples={**SAMPLES, "": EVERYWHERE},
    )
