"""Workspaces and their members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.accounts.access import AccessClaims
from dibs.accounts.fields import check_email, check_name
from dibs.accounts.permissions import Role
from dibs.api.answers.settings import WorkspaceAnswer
from dibs.api.auth import actor, current_identity, needs, principal, require, signed_in
from dibs.api.body import json_body, read_body
from dibs.api.operation import operation
from dibs.codec import unstructure
from dibs.runtime import current_runtime
from dibs.workspace_settings import WorkspacePatch
from dibs.workspace_settings.changing import Change, StoredWorkspace, WorkspaceChanger
from dibs.workspace_settings.changing import get_workspace as find_workspace

blueprint = Blueprint("workspaces", __name__, url_prefix="/api/workspaces")


@attrs.frozen
class WorkspaceBody:
    """A workspace as handed in."""

    name: str = attrs.field(validator=check_name)


@attrs.frozen
class NewMember:
    """A user who is taken in, by the e-mail address of their account."""

    email: str = attrs.field(validator=check_email)
    role: Role = "operator"


@attrs.frozen
class RoleBody:
    """Another role for a member."""

    role: Role


@blueprint.get("")
@signed_in
async def list_workspaces() -> Response:
    """The workspaces of the signed-in user."""
    identity = await current_identity()
    found = await current_runtime().accounts.workspaces.of_user(identity.user_id)
    return jsonify({"workspaces": unstructure(found)})


@blueprint.post("")
@signed_in
async def create_workspace() -> tuple[Response, int]:
    """A new workspace that the signed-in user owns."""
    identity, body, accounts = (
        await current_identity(),
        await read_body(WorkspaceBody),
        current_runtime().accounts,
    )
    await accounts.limits.take(f"workspaces:{identity.user_id}")
    made = await accounts.workspaces.create(identity.user_id, body.name)
    accounts.standings.forget()
    return jsonify(unstructure(made)), 201


@blueprint.get("/<uuid:workspace_id>")
@needs("workspace:read")
@operation("Read a workspace with its settings", answer=WorkspaceAnswer)
async def get_workspace(workspace_id: UUID) -> Response:
    """One workspace."""
    return _workspace(await find_workspace(current_runtime().db, workspace_id))


@blueprint.patch("/<uuid:workspace_id>")
@needs("workspace:write")
@operation("Change the name or the settings of a workspace", body=WorkspacePatch, answer=WorkspaceAnswer, errors=(409,))
async def change_workspace(workspace_id: UUID) -> Response:
    """Change name or settings; shows that run obey at once. What is left out stays, null is the default."""
    change, runtime = Change.read(await json_body()), current_runtime()
    changer = WorkspaceChanger(runtime.db, runtime.plugins, await runtime.flags.hooks_for(workspace_id))
    return _workspace(await changer.change(workspace_id, actor(), change))


def _workspace(stored: StoredWorkspace) -> Response:
    role, settings = principal().role, stored.settings
    found = WorkspaceAnswer(stored.id, stored.name, role, stored.created_at, settings, stored.version)
    return jsonify(unstructure(found))


@blueprint.post("/<uuid:workspace_id>/switch")
@needs("workspace:read")
async def switch_workspace(workspace_id: UUID) -> Response:
    """Work in another workspace from now on: a new access token, or the browser session moves there."""
    identity, accounts = await current_identity(), current_runtime().accounts
    place = await accounts.workspaces.get(workspace_id, principal().role)
    answer: dict[str, Any] = {"workspace": unstructure(place)}
    if identity.session is not None:
        await accounts.sessions.move(identity.session, workspace_id)
    elif identity.sign_in_id is not None:
        await accounts.refresh_tokens.move(identity.sign_in_id, identity.user_id, workspace_id)
        claims = AccessClaims(identity.user_id, workspace_id, identity.sign_in_id)
        minutes = current_runtime().settings.access_minutes
        token = accounts.access_tokens.issue(claims)
        answer |= {"access_token": token, "token_type": "Bearer", "expires_in": minutes * 60}
    accounts.standings.forget()
    return jsonify(answer)


@blueprint.get("/<uuid:workspace_id>/members")
@needs("members:read")
async def list_members(workspace_id: UUID) -> Response:
    """Who belongs to the workspace."""
    return jsonify({"members": unstructure(await current_runtime().accounts.members.list(workspace_id))})


@blueprint.post("/<uuid:workspace_id>/members")
@needs("members:write")
async def add_member(workspace_id: UUID) -> tuple[Response, int]:
    """Take in a user who has an account."""
    body, accounts, who = await read_body(NewMember), current_runtime().accounts, principal()
    await accounts.limits.take(f"members:add:{who.user_id}")
    member = await accounts.members.add(workspace_id, who.user_id, body.email, body.role)
    return jsonify(unstructure(member)), 201


@blueprint.patch("/<uuid:workspace_id>/members/<uuid:user_id>")
@needs("members:write")
async def change_member(workspace_id: UUID, user_id: UUID) -> Response:
    """Give a member another role."""
    body, who = await read_body(RoleBody), principal()
    changed = await current_runtime().accounts.members.change(workspace_id, who.user_id, user_id, body.role)
    return jsonify(unstructure(changed))


@blueprint.delete("/<uuid:workspace_id>/members/<uuid:user_id>")
@needs("workspace:read")
async def remove_member(workspace_id: UUID, user_id: UUID) -> tuple[Response, int]:
    """Take a member out. Everyone may leave; taking out others needs `members:write`."""
    who = principal()
    if who.user_id != user_id:
        await require("members:write", workspace_id)
    await current_runtime().accounts.members.remove(workspace_id, who.user_id, user_id)
    return Response(b"", 204), 204
