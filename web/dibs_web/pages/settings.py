"""The settings of the workspace: one form, checked as a whole, with a look at what its rules do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError
from dibs.api.auth import actor, needs, principal
from dibs.runtime import current_runtime
from dibs.workspace_settings.changing import Change, WorkspaceChanger, get_workspace
from dibs.workspace_settings.effect import rules_in_effect, workspace_in_effect
from dibs.workspace_settings.model import POLLING, RETENTION
from dibs_web.choices import currency_choices, language_choices, native_name, zone_choices
from dibs_web.i18n import _, translate
from dibs_web.rendering import faults_by_field, page, see_other
from dibs_web.rule_fields import FIELDS, locale_names
from dibs_web.sample_comments import ITEMS, samples_for
from dibs_web.settings_form import field_of, read_settings, typed_again, typed_settings

WORDS = ("claim_words", "pass_words", "locales", "several", "claim_without_code")


def add_pages(blueprint: Blueprint) -> None:
    """Add the page and the target of its form."""
    blueprint.add_url_rule("/settings", "settings", settings)
    blueprint.add_url_rule("/settings", "settings_post", save, methods=["POST"])


@needs("workspace:read")
async def settings() -> Response:
    """The page."""
    return await _page()


@needs("workspace:write")
async def save() -> Response:
    """Write what differs from what holds."""
    form, runtime, workspace_id = await request.form, current_runtime(), principal().workspace_id
    holds = await get_workspace(runtime.db, workspace_id)
    sent = read_settings(form, holds.settings)
    if sent.faults:
        return await _page(typed_again(form), sent.faults, status=400)
    try:
        changer = WorkspaceChanger(runtime.db, runtime.plugins, await runtime.flags.hooks_for(workspace_id))
        await changer.change(workspace_id, actor(), Change.read(sent.body))
    except InvalidInputError as error:
        faults = {field_of(path): words for path, words in faults_by_field(error).items()}
        return await _page(typed_again(form), faults, status=400)
    except ConflictError as error:
        if "carts" in error.data:
            return await _page(typed_again(form), {"currency": translate(error.message)}, status=409)
        return await _page(conflict=True, status=409)
    return see_other("/settings", toast=_("Saved. Shows that run go by it from the next comment on."))


async def _page(
    typed: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    conflict: bool = False,
    status: int = 200,
) -> Response:
    stored = await get_workspace(current_runtime().db, principal().workspace_id)
    holds = stored.settings
    document = stored.document
    return await page(
        "settings/settings.html",
        active="settings",
        status=status,
        strict=False,
        typed=typed or typed_settings(stored.name, holds),
        faults=faults or {},
        conflict=conflict,
        version=stored.version,
        effects={**rules_in_effect(document.get("rules") or {}, {})[0], **workspace_in_effect(document)},
        words=[field for field in FIELDS if field.name in WORDS],
        limits=[field for field in FIELDS if field.name not in WORDS],
        locales=locale_names(),
        native=native_name,
        currencies=currency_choices(),
        languages_out=language_choices(holds.language),
        zones=zone_choices(),
        polling=POLLING,
        retention=RETENTION,
        samples=samples_for(holds.rules.locales),
        items=ITEMS,
    )
