"""Workspaces and their members."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, g, jsonify

from dibs.accounts.access import AccessClaims
from dibs.accounts.fields import check_email, check_name
from dibs.accounts.links import LIFETIME
from dibs.accounts.model import Member, Workspace
from dibs.accounts.permissions import Role
from dibs.api.acting import demand_fresh, link_to, request_id
from dibs.api.answers.accounts import Link, MemberList, Switched, WorkspaceList
from dibs.api.answers.settings import WorkspaceAnswer
from dibs.api.auth import actor, current_identity, needs, principal, require, signed_in
from dibs.api.body import json_body, read_body
from dibs.api.operation import operation
from dibs.codec import structure, unstructure
from dibs.runtime import current_runtime
from dibs.workspace_settings import WorkspacePatch
from dibs.workspace_settings.changing import Change, StoredWorkspace, WorkspaceChanger
from dibs.workspace_settings.changing import get_workspace as find_workspace

blueprint = Blueprint("workspaces", __name__, url_prefix="/api/workspaces")
LINK_SECONDS = int(LIFETIME.total_seconds())


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
@operation("List one's workspaces", answer=WorkspaceList)
async def list_workspaces() -> Response:
    """The workspaces of the signed-in user."""
    identity = await current_identity()
    found = await current_runtime().accounts.workspaces.of_user(identity.user_id)
    return jsonify(unstructure(WorkspaceList(found)))


@blueprint.post("")
@signed_in
@operation("Make a workspace", body=WorkspaceBody, answer=Workspace, status=201)
async def create_workspace() -> tuple[Response, int]:
    """A new workspace that the signed-in user owns."""
    identity, body, accounts = (
        await current_identity(),
        await read_body(WorkspaceBody),
        current_runtime().accounts,
    )
    await accounts.limits.take(f"workspaces:{identity.user_id}")
    made = await accounts.workspaces.create(identity.user_id, body.name, request_id(), g.get("dibs_request_key"))
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
    body, runtime = await json_body(), current_runtime()
    change = Change.of(structure(body, WorkspacePatch, "The body"), body)
    changer = WorkspaceChanger(runtime.db, runtime.plugins, await runtime.flags.hooks_for(workspace_id))
    return _workspace(await changer.change(workspace_id, actor(), change))


def _workspace(stored: StoredWorkspace) -> Response:
    role, settings = principal().role, stored.settings
    found = WorkspaceAnswer(stored.id, stored.name, role, stored.created_at, settings, stored.version)
    return jsonify(unstructure(found))


@blueprint.post("/<uuid:workspace_id>/switch")
@needs("workspace:read")
@operation("Work in another workspace", answer=Switched)
async def switch_workspace(workspace_id: UUID) -> Response:
    """From now on: a new access token, or the browser session moves there."""
    identity, accounts = await current_identity(), current_runtime().accounts
    place = await accounts.workspaces.get(workspace_id, principal().role)
    answer = Switched(place, None, None, None)
    if identity.session is not None:
        await accounts.sessions.move(identity.session, workspace_id)
    elif identity.sign_in_id is not None:
        await accounts.refresh_tokens.move(identity.sign_in_id, identity.user_id, workspace_id)
        claims = AccessClaims(identity.user_id, workspace_id, identity.sign_in_id)
        seconds = current_runtime().settings.access_minutes * 60
        answer = Switched(place, accounts.access_tokens.issue(claims), "Bearer", seconds)
    accounts.standings.forget()
    return jsonify(unstructure(answer))


@blueprint.get("/<uuid:workspace_id>/members")
@needs("members:read")
@operation("List members", answer=MemberList)
async def list_members(workspace_id: UUID) -> Response:
    """Who belongs to the workspace, with their e-mail addresses: only those who may change members see them."""
    return jsonify(unstructure(MemberList(await current_runtime().accounts.members.list(workspace_id))))


@blueprint.post("/<uuid:workspace_id>/members")
@needs("members:write")
@operation("Take in a user who has an account", body=NewMember, answer=Member, status=201, errors=(409,))
async def add_member(workspace_id: UUID) -> tuple[Response, int]:
    """By their e-mail address, at once. People are better invited: they decide themselves whether to join."""
    body, accounts, who = await read_body(NewMember), current_runtime().accounts, principal()
    await accounts.limits.take(f"members:add:{who.user_id}")
    member = await accounts.members.add(workspace_id, actor(), body.email, body.role)
    return jsonify(unstructure(member)), 201


@blueprint.patch("/<uuid:workspace_id>/members/<uuid:user_id>")
@needs("members:write")
@operation("Give a member another role", body=RoleBody, answer=Member, errors=(409,))
async def change_member(workspace_id: UUID, user_id: UUID) -> Response:
    """Only owners make and unmake owners; one owner stays."""
    body = await read_body(RoleBody)
    changed = await current_runtime().accounts.members.change(workspace_id, actor(), user_id, body.role)
    return jsonify(unstructure(changed))


@blueprint.delete("/<uuid:workspace_id>/members/<uuid:user_id>")
@needs("workspace:read")
@operation("Take a member out, or leave", answer=None, status=204, errors=(409,))
async def remove_member(workspace_id: UUID, user_id: UUID) -> tuple[Response, int]:
    """Everyone may leave, but for the last owner; taking out others needs `members:write`. It counts at once."""
    who = principal()
    if who.user_id != user_id:
        await require("members:write", workspace_id)
    await current_runtime().accounts.members.remove(workspace_id, actor(), user_id)
    return Response(b"", 204), 204


@blueprint.post("/<uuid:workspace_id>/members/<uuid:user_id>/sign-in-link")
@needs("members:write")
@operation("Make a sign-in link for a member", answer=Link, status=201)
async def make_sign_in_link(workspace_id: UUID, user_id: UUID) -> tuple[Response, int]:
    """For somebody who forgot the password: good once, for 15 minutes; a second factor is still asked for.

    Only whoever runs this instance may: an account reaches beyond one workspace, so nobody in a workspace gets into it.
    """
    principal().demand("instance:write")
    await demand_fresh()
    runtime = current_runtime()
    await runtime.accounts.limits.take(f"members:link:{principal().user_id}")
    token = await runtime.accounts.link_for_member(workspace_id, actor(), user_id)
    return jsonify(unstructure(Link(link_to(f"/sign-in/{token}"), LINK_SECONDS))), 201
