"""Connections: the accounts that shows listen to, connecting and disconnecting them, and how a sign-in there ended."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID

from quart import Blueprint, Response, jsonify, request

from dibs.api.auth import actor, current_identity, needs, principal
from dibs.api.connections import platform_views
from dibs.connections.consents import Browser, Result
from dibs.connections.leaving import Disconnected, disconnect
from dibs.errors import NotFoundError
from dibs.models.platform import RefusedError, TryAgainError
from dibs.runtime import current_runtime
from dibs_web.broken import banner_of
from dibs_web.connection_words import WITHOUT_RESULT, outcome_text, outcome_title, standing_of
from dibs_web.i18n import _, dgettext
from dibs_web.outside import go
from dibs_web.rendering import page, see_other

_PATH: Final = "/connections"


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, what its buttons do, and the pages after a platform's dialog."""
    routes = (
        ("", "connections", connections, "GET"),
        ("/broken", "connections_broken", broken, "GET"),
        ("/result", "connections_result", result, "GET"),
        ("/choose/<uuid:result_id>", "connections_choose", choose, "POST"),
        ("/<platform>/reconnect", "connections_reconnect", reconnect, "GET"),
        ("/<uuid:connection_id>/check", "connections_check", check, "POST"),
        ("/<uuid:connection_id>/disconnect", "connections_disconnect", leave, "POST"),
    )
    for path, name, view, method in routes:
        blueprint.add_url_rule(_PATH + path, name, view, methods=[method])


@needs("connections:read")
async def connections() -> Response:
    """The list."""
    runtime, workspace_id = current_runtime(), principal().workspace_id
    platforms = await platform_views(runtime, workspace_id)
    titles = await _titles()
    found = await runtime.connections.all_of(workspace_id)
    return await page(
        "connections/connections.html",
        active="connections",
        found=[(one, standing_of(one, titles.get(one.platform, one.platform))) for one in found],
        titles=titles,
        platforms=platforms,
        ready=[one for one in platforms if one.login and not one.missing_settings],
        unready=[one for one in platforms if one.login and one.missing_settings],
        in_show=await runtime.connections.in_running_shows(workspace_id),
        start=start_path,
    )


@needs("connections:read")
async def broken() -> Response:
    """The banner of every page, asked for again and again: accounts of running shows whose access has ended."""
    found = await banner_of(principal())
    return jsonify({"lines": [] if found is None else [line.as_json() for line in found.lines]})


@needs("connections:write")
async def reconnect(platform: str) -> Response:
    """To the platform's dialog, for one account; afterwards back to the page `next`."""
    wanted, back = request.args.get("connection", ""), request.args.get("next", "")
    return go(start_path(platform, wanted, back))


@needs("connections:write")
async def check(connection_id: UUID) -> Response:
    """Ask the platform now."""
    try:
        found = await current_runtime().connections.checks.check(principal().workspace_id, connection_id, actor())
    except TryAgainError:
        return see_other(_PATH, toast=_("The platform does not answer now. Try again in a while."))
    except RefusedError as error:
        return see_other(_PATH, toast=error.message)
    words = {
        "good": _("%(name)s works.", name=found.name),
        "reconnect": _("The access to %(name)s has ended. Connect it again.", name=found.name),
    }
    return see_other(_PATH, toast=words.get(found.health, _("Checked. Look at what it says below.")))


@needs("connections:write")
async def leave(connection_id: UUID) -> Response:
    """Disconnect an account."""
    runtime, workspace_id = current_runtime(), principal().workspace_id
    one = await runtime.connections.get(workspace_id, connection_id)
    done = await disconnect(runtime.connections, workspace_id, connection_id, actor())
    return see_other(_PATH, toast=_gone(done, one.name, (await _titles()).get(one.platform, one.platform)))


@needs("connections:read")
async def result() -> Response:
    """How a sign-in at a platform ended. What the address says by itself is one of few words."""
    outcome, platform = request.args.get("outcome", ""), request.args.get("platform", "")
    if outcome in WITHOUT_RESULT:
        return await _ended(outcome, platform, None)
    try:
        found = await current_runtime().connections.consents.result(
            principal().workspace_id, await _browser(), UUID(request.args.get("id", ""))
        )
    except (ValueError, NotFoundError):
        return await _ended("unknown", platform, None)
    return await _ended(found.outcome, found.platform, found)


@needs("connections:write")
async def choose(result_id: UUID) -> Response:
    """Connect the accounts that were chosen."""
    keys, who = (await request.form).getlist("account"), principal()
    consents = current_runtime().connections.consents
    try:
        found = await consents.choose(who.workspace_id, await _browser(), result_id, actor(), keys)
    except NotFoundError:
        return await _ended("unknown", "", None, 404)
    if not found.connected:
        return see_other(_PATH, toast=_("No account was chosen, so none was connected."))
    if found.smooth and found.return_to:
        return see_other(found.return_to)
    return see_other(f"{_PATH}/result?id={result_id}")


def start_path(platform: str, connection: object = "", back: str = "", *, again: bool = False) -> str:
    """Where the browser goes to connect an account at a platform."""
    query = {"connection": str(connection or ""), "next": back, "ask_again": "1" if again else ""}
    given = urlencode({name: value for name, value in query.items() if value})
    return f"/api/connections/oauth/{quote(platform, safe='')}/start{'?' if given else ''}{given}"


async def _ended(outcome: str, platform: str, found: Result | None, status: int = 200) -> Response:
    titles = await _titles()
    title = titles.get(platform, _("The platform"))
    views = {one.name: one for one in await platform_views(current_runtime(), principal().workspace_id)}
    view = views.get(platform)
    back, again = (found.return_to, found.connection_id) if found is not None else ("", None)
    return await page(
        "connections/result.html",
        active="connections",
        status=status,
        outcome=outcome,
        title=outcome_title(outcome, title),
        text=outcome_text(outcome, title, found),
        result=found,
        titles=titles,
        view=view,
        try_again=start_path(platform, again, back) if view is not None and not view.missing_settings else "",
        ask_again=start_path(platform, again, back, again=True),
        back=back,
    )


async def _browser() -> Browser:
    identity = await current_identity()
    return Browser(identity.user_id, identity.session or "")


async def _titles() -> dict[str, str]:
    platforms = current_runtime().platforms
    return {name: dgettext(platforms.plugin_of(name), one.title) for name, one in platforms.everywhere.items()}


def _gone(done: Disconnected, name: str, platform: str) -> str:
    if done.problem:
        return _(
            "%(name)s is disconnected. %(platform)s did not take the access back: remove the app there, too.",
            name=name, platform=platform,
        )  # fmt: skip
    if done.shared:
        return _(
            "%(name)s is disconnected. The access at %(platform)s stays for the other accounts of the same sign-in.",
            name=name, platform=platform,
        )  # fmt: skip
    if done.revoked:
        return _(
            "%(name)s is disconnected, and the access at %(platform)s was given back.", name=name, platform=platform
        )
    return _("%(name)s is disconnected.", name=name)
