"""The plugins of the workspace: what each does and how it fares, its switch, its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from quart import Blueprint, Response, request

from dibs import ConflictError, InvalidInputError, NotFoundError
from dibs.api.auth import actor, needs, principal
from dibs.codec import structure
from dibs.flags.log import By
from dibs.plugins.forms import SettingField
from dibs.plugins.listing import describe_for
from dibs.runtime import current_runtime
from dibs.workspace_settings.changing import Change, WorkspaceChanger, get_workspace
from dibs_web.i18n import N_, _, dgettext, translate
from dibs_web.plugin_form import Row, read_form, rows_again, rows_of
from dibs_web.rendering import faults_by_field, page, see_other

HOOKS: Final[Mapping[str, str]] = {
    "navigation": N_("adds entries to the navigation"),
    "jobs": N_("does things later"),
    "handle_event": N_("follows what happens"),
    "attention": N_("says what needs attention"),
    "allocate_claim": N_("shares out the stock"),
    "event_bus": N_("wakes other processes"),
    "export_columns": N_("adds columns to exports"),
    "export_kinds": N_("adds exports"),
    "check_credit": N_("says what a customer may still owe"),
    "credit_left": N_("screens public claims by credit"),
    "draft_exposure": N_("counts what stands in open carts"),
    "price_lines": N_("gives prices"),
    "refine_prices": N_("changes prices"),
    "read_purchase_order": N_("reads purchase orders"),
    "person_erased": N_("lets go of people who are erased"),
    "order_comments": N_("orders comments"),
    "parse_comment": N_("reads comments"),
    "platforms": N_("connects accounts and hears their comments"),
    "simulators": N_("plays a platform for trying out"),
    "register_blueprints": N_("adds pages"),
    "screen_claim": N_("may refuse claims"),
}
_ALONE: Final[Mapping[str, str]] = {
    "parse_comment": N_("No other plugin that is on reads comments: nobody could claim."),
    "allocate_claim": N_("No other plugin that is on shares out the stock: every claim would wait for you."),
}


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, a plugin's own page, and what their buttons do."""
    blueprint.add_url_rule("/plugins", "plugins", plugins)
    blueprint.add_url_rule("/plugins/<name>", "plugin", plugin)
    blueprint.add_url_rule("/plugins/<name>", "plugin_post", save, methods=["POST"])
    blueprint.add_url_rule("/plugins/<name>/switch", "plugin_switch", switch, methods=["POST"])
    blueprint.add_url_rule("/plugins/<name>/revive", "plugin_revive", revive, methods=["POST"])
    blueprint.add_url_rule("/plugins/<name>/rollout", "plugin_rollout", roll_out, methods=["POST"])


@needs("plugins:read")
async def plugins() -> Response:
    """The list."""
    found, flags = await _found(), {}
    if principal().may("instance:write"):
        flags = {view.key: view for view in await current_runtime().flags.overview()}
    shown = [one for one in found["plugins"] if not one["built_in"]]
    return await page(
        "plugins/plugins.html",
        active="plugins",
        switchable=[one for one in shown if not one["flag"]["always"]],
        fixed=[one for one in shown if one["flag"]["always"]],
        refused=found["refused"],
        instance=flags,
        warnings={one["name"]: _warnings(one, shown) for one in shown},
        hook_words=lambda hooks: [translate(HOOKS.get(hook, hook)) for hook in hooks],
        titles={one["name"]: dgettext(one["name"], one["title"]) for one in shown},
    )


@needs("plugins:read")
async def plugin(name: str) -> Response:
    """The settings of one plugin."""
    return await _page(name)


@needs("workspace:write")
async def save(name: str) -> Response:
    """Write the settings of one plugin."""
    form, one = await request.form, await _one(name)
    fields = _fields(one)
    values, faults = read_form(fields, form)
    runtime, workspace_id = current_runtime(), principal().workspace_id
    try:
        if not faults:
            changer = WorkspaceChanger(runtime.db, runtime.plugins, await runtime.flags.hooks_for(workspace_id))
            values |= await _not_in_forms(name, fields)
            body = {"settings": {"rules": {"plugins": {name: values or None}}}, "version": _version(form)}
            await changer.change(workspace_id, actor(), Change.read(body))
            return see_other(f"/plugins/{name}", toast=_("Saved. Shows that run go by it from the next comment on."))
    except InvalidInputError as error:
        faults = {_field(path, name): words for path, words in faults_by_field(error).items()}
    except ConflictError:
        return await _page(name, conflict=True, status=409)
    return await _page(name, rows_again(name, fields, form), faults, status=400)


@needs("flags:write")
async def switch(name: str) -> Response:
    """Switch a plugin on or off in the workspace, or go back to what holds for all (`to`: on, off, default)."""
    form, flags, workspace_id = await request.form, current_runtime().flags, principal().workspace_id
    to, back = form.get("to"), f"/plugins/{name}" if form.get("back") == "here" else "/plugins"
    title = dgettext(name, (await _one(name))["title"])
    if to == "default":
        await flags.clear_override(workspace_id, name, actor())
        return see_other("/plugins", toast=_("%(name)s is as the default says.", name=title))
    await flags.set_override(workspace_id, name, to == "on", actor())
    words = _("%(name)s is on.", name=title) if to == "on" else _("%(name)s is off.", name=title)
    return see_other(back, toast=words)


@needs("flags:write")
async def revive(name: str) -> Response:
    """Switch a plugin on again that failed too often."""
    title = dgettext(name, (await _one(name))["title"])
    await current_runtime().flags.revive(principal().workspace_id, name, actor())
    return see_other("/plugins", toast=_("%(name)s is on again.", name=title))


@needs("instance:write")
async def roll_out(name: str) -> Response:
    """Say what holds for all workspaces that have not chosen (`to`: on, off, default, or some percent of them)."""
    form, flags = await request.form, current_runtime().flags
    to, percent, by = form.get("to"), form.get("rollout", ""), By(principal().workspace_id, actor())
    if to == "default":
        await flags.clear_flag(name, by)
    elif to == "some":
        share = int(percent) if percent.isascii() and percent.isdigit() and len(percent) < 4 else 101
        if share > 100:
            return see_other("/plugins", toast=_("Nothing was changed: the percentage must be from 0 to 100."))
        await flags.set_flag(name, True, share, by)
    else:
        await flags.set_flag(name, to == "on", None, by)
    return see_other("/plugins", toast=_("Saved for all workspaces."))


async def _found() -> dict[str, Any]:
    runtime = current_runtime()
    return await describe_for(runtime.plugins, runtime.flags, principal().workspace_id)


async def _one(name: str) -> dict[str, Any]:
    own = (one for one in (await _found())["plugins"] if not one["built_in"])
    found: dict[str, Any] | None = next((one for one in own if one["name"] == name), None)
    if found is None:
        raise NotFoundError("There is no such plugin.", plugin=name)
    return found


def _fields(one: Mapping[str, Any]) -> list[SettingField]:
    return [structure(field, SettingField) for field in one["settings"]]


async def _not_in_forms(name: str, fields: Sequence[SettingField]) -> dict[str, Any]:
    stored = await get_workspace(current_runtime().db, principal().workspace_id)
    values = stored.settings.rules.plugins.get(name, {})
    return {field.name: values[field.name] for field in fields if field.kind == "other" and field.name in values}


def _version(form: Mapping[str, str]) -> int | None:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _field(path: str, name: str) -> str:
    return path.removeprefix(f"settings.rules.plugins.{name}.").partition("[")[0] if f".{name}." in path else ""


def _warnings(one: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[str]:
    """What else happens if a plugin is switched off."""
    on = [other for other in others if other["enabled"] and other["name"] != one["name"]]
    found = [
        _("%(name)s needs it and goes off as well.", name=dgettext(other["name"], other["title"]))
        for other in on
        if one["name"] in other["requires"]
    ]
    for hook, words in _ALONE.items():
        if hook in one["hooks"] and not any(hook in other["hooks"] for other in on):
            found.append(translate(words))
    return found


async def _page(
    name: str,
    rows: list[Row] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    conflict: bool = False,
    status: int = 200,
) -> Response:
    one = await _one(name)
    stored = await get_workspace(current_runtime().db, principal().workspace_id)
    values = stored.settings.rules.plugins.get(name, {})
    return await page(
        "plugins/plugin.html",
        active="plugins",
        status=status,
        plugin=one,
        title=dgettext(name, one["title"]),
        summary=dgettext(name, one["summary"]),
        rows=rows or rows_of(name, _fields(one), values),
        set_here=set(values),
        faults=faults or {},
        conflict=conflict,
        version=stored.version,
    )
