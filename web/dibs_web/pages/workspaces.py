"""Going from one workspace to another, and where to go for somebody who was taken out of theirs."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, request

from dibs.accounts.fields import check_name
from dibs.api.auth import current_identity, require, signed_in
from dibs.codec import structure
from dibs.errors import InvalidInputError, NotFoundError, RateLimitedError
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.reader import current_reader
from dibs_web.rendering import faults_by_field, page, see_other
from dibs_web.zones import take_zone


@attrs.frozen
class _NewWorkspace:
    name: str = attrs.field(validator=check_name)


def add_pages(blueprint: Blueprint) -> None:
    """Add the choice of a workspace, the switch, and a new one."""
    blueprint.add_url_rule("/workspaces", "workspaces", signed_in(workspaces), methods=["GET"])
    blueprint.add_url_rule("/workspaces", "workspaces_post", signed_in(make_workspace), methods=["POST"])
    blueprint.add_url_rule("/workspaces/switch", "switch_workspace", signed_in(switch), methods=["POST"])


async def workspaces() -> Response:
    """Every workspace of the reader, and a form for a new one."""
    return await page("workspaces.html", active="workspaces")


async def switch() -> Response:
    """Work in another workspace from now on."""
    wanted = (await request.form).get("workspace_id", "")
    found = next((place for place in (await current_reader()).workspaces if str(place.id) == wanted), None)
    if found is None:
        raise NotFoundError("There is no such workspace.")
    await require("workspace:read", found.id)
    return await _enter(found.id, _("You are in %(name)s now.", name=found.name))


async def make_workspace() -> Response:
    """A new workspace, and into it."""
    name, accounts = (await request.form).get("name", "").strip(), current_runtime().accounts
    identity = await current_identity()
    try:
        structure({"name": name}, _NewWorkspace, _("The workspace"))
        await accounts.limits.take(f"workspaces:{identity.user_id}")
    except InvalidInputError as error:
        faults = faults_by_field(error)
        return await page("workspaces.html", active="workspaces", status=400, given=name, faults=faults)
    except RateLimitedError as error:
        faults = {"name": _("Too many at once. Try again in %(wait)s seconds.", wait=error.data["retry_after"])}
        return await page("workspaces.html", active="workspaces", status=429, given=name, faults=faults)
    made = await accounts.workspaces.create(identity.user_id, name)
    who = (await current_reader()).name
    await take_zone(made.id, identity.user_id, who, (await request.form).get("time_zone", ""))
    return await _enter(made.id, _("The workspace %(name)s is yours.", name=made.name))


async def _enter(workspace_id: UUID, toast: str) -> Response:
    identity, accounts = await current_identity(), current_runtime().accounts
    if identity.session is not None:
        await accounts.sessions.move(identity.session, workspace_id)
    accounts.standings.forget()
    return see_other("/", toast=toast)
