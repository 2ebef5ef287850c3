"""Workspaces and their members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.accounts.access import AccessClaims
from dibs.accounts.fields import check_email, check_name
from dibs.accounts.permissions import Role
from dibs.api.auth import current_identity, needs, principal, require, signed_in
from dibs.api.body import read_body
from dibs.codec import unstructure
from dibs.runtime import current_runtime

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
async def get_workspace(workspace_id: UUID) -> Response:
    """One workspace."""
    found = await current_runtime().accounts.workspaces.get(workspace_id, principal().role)
    return jsonify(unstructure(found))


@blueprint.patch("/<uuid:workspace_id>")
@needs("workspace:write")
async def rename_workspace(workspace_id: UUID) -> Response:
    """Give a workspace another name."""
    body = await read_body(WorkspaceBody)
    renamed = await current_runtime().accounts.workspaces.rename(workspace_id, body.name, principal().role)
    return jsonify(unstructure(renamed))


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
