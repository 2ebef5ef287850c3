"""Inviting people to a workspace, and accepting an invitation."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.accounts.fields import check_email
from dibs.accounts.invitations import LIFETIME
from dibs.accounts.permissions import Role
from dibs.api.acting import acting, link_to
from dibs.api.answers.accounts import InvitationList, InvitationMade, InvitationOffer, Joined
from dibs.api.auth import actor, current_identity, needs, principal, public, signed_in
from dibs.api.body import read_body
from dibs.api.operation import operation
from dibs.api.requests import client_address
from dibs.clock import utc_now
from dibs.codec import unstructure
from dibs.runtime import current_runtime

blueprint = Blueprint("invitations", __name__, url_prefix="/api")


@attrs.frozen
class NewInvitation:
    """An invitation to a workspace.

    Attributes:
        email: only the account with this address can accept it; without it whoever has the link.
    """

    role: Role = "operator"
    email: str | None = attrs.field(default=None, validator=attrs.validators.optional(check_email))


@blueprint.get("/workspaces/<uuid:workspace_id>/invitations")
@needs("members:read")
@operation("List open invitations", answer=InvitationList)
async def list_invitations(workspace_id: UUID) -> Response:
    """Those that can still be accepted; their links are not told again."""
    return jsonify(unstructure(InvitationList(await current_runtime().accounts.invitations.open(workspace_id))))


@blueprint.post("/workspaces/<uuid:workspace_id>/invitations")
@needs("members:write")
@operation("Invite somebody by a link", body=NewInvitation, answer=InvitationMade, status=201, errors=(409,))
async def invite(workspace_id: UUID) -> tuple[Response, int]:
    """The link is good once, for seven days. Only owners invite owners."""
    given, runtime, who = await read_body(NewInvitation), current_runtime(), principal()
    await runtime.accounts.limits.take(f"invitations:{who.user_id}")
    made = await runtime.accounts.invitations.create(workspace_id, actor(), given.role, given.email)
    url = link_to(f"/join/{made[1]}")
    answer = InvitationMade(made[0], given.role, given.email, url, utc_now() + LIFETIME)
    return jsonify(unstructure(answer)), 201


@blueprint.delete("/workspaces/<uuid:workspace_id>/invitations/<uuid:invitation_id>")
@needs("members:write")
@operation("Take an invitation back", answer=None, status=204)
async def revoke(workspace_id: UUID, invitation_id: UUID) -> tuple[Response, int]:
    """Its link is void from now on."""
    await current_runtime().accounts.invitations.revoke(workspace_id, actor(), invitation_id)
    return Response(b"", 204), 204


@blueprint.get("/invitations/<token>")
@public
@operation("See what an invitation offers", answer=InvitationOffer)
async def look(token: str) -> Response:
    """For whoever has the link."""
    accounts = current_runtime().accounts
    await accounts.limits.take(f"invitation:address:{client_address()}")
    found = await accounts.invitations.look(token)
    offer = InvitationOffer(
        found.workspace, found.role, found.invited_by, found.email_required, found.expires_at, found.state
    )
    return jsonify(unstructure(offer))


@blueprint.post("/invitations/<token>/accept")
@signed_in
@operation("Accept an invitation", answer=Joined, errors=(409,))
async def accept(token: str) -> Response:
    """Makes the signed-in user a member. Who wants to work there switches to the workspace afterwards."""
    identity, accounts = await current_identity(), current_runtime().accounts
    await accounts.limits.take(f"invitation:user:{identity.user_id}")
    user = await accounts.users.get(identity.user_id)
    joined = await accounts.invitations.accept(token, user, (await acting()).actor)
    places = await accounts.workspaces.of_user(user.id)
    return jsonify(unstructure(Joined(next(place for place in places if place.id == joined))))
