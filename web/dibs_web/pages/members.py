"""Members of the workspace: who they are, their roles, invitations, and taking somebody out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quart import Blueprint, Response, request

from dibs.accounts.fields import check_email
from dibs.accounts.permissions import ROLES, Role
from dibs.api.acting import demand_fresh, link_to
from dibs.api.auth import actor, needs, principal, require
from dibs.errors import (
    ConflictError,
    DibsError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    StaleSignInError,
)
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.pages.sign_in import too_many
from dibs_web.rendering import page, see_other

_PATH = "/members"


def add_pages(blueprint: Blueprint) -> None:
    """Add the list, and what can be done there."""
    routes = (
        ("", "members", needs("members:read")(members), "GET"),
        ("/invite", "members_invite", needs("members:write")(invite), "POST"),
        ("/role", "members_role", needs("members:write")(change_role), "POST"),
        ("/remove", "members_remove", needs("workspace:read")(remove), "POST"),
        ("/revoke", "members_revoke", needs("members:write")(revoke), "POST"),
        ("/link", "members_link", needs("members:write")(make_link), "POST"),
    )
    for path, name, view, method in routes:
        blueprint.add_url_rule(_PATH + path, name, view, methods=[method])


async def members() -> Response:
    """Everybody who belongs to the workspace, and who is invited."""
    return await _list()


async def invite() -> Response:
    """A link for somebody new; it is shown once, on the page that answers."""
    form, runtime, who = await request.form, current_runtime(), principal()
    role, email = _role(form.get("role", "")), form.get("email", "").strip()
    if email and not _is_email(email):
        faults = {"email": _("Enter an e-mail address such as ana@example.com, or leave it empty.")}
        return await _list(400, faults=faults, given={"role": role, "email": email})
    try:
        await runtime.accounts.limits.take(f"invitations:{who.user_id}")
        made = await runtime.accounts.invitations.create(who.workspace_id, actor(), role, email or None)
    except (ForbiddenError, ConflictError, RateLimitedError) as error:
        return await _list(409, fault=_why(error), given={"role": role, "email": email})
    url = link_to(f"/join/{made[1]}")
    return await _list(link={"url": url, "role": role, "email": email, "for": "invitation"})


async def change_role() -> Response:
    """Another role for a member."""
    form, who = await request.form, principal()
    role, user_id = _role(form.get("role", "")), _id(form.get("user_id", ""))
    try:
        changed = await current_runtime().accounts.members.change(who.workspace_id, actor(), user_id, role)
    except (ForbiddenError, ConflictError) as error:
        return await _list(409, fault=_why(error))
    return see_other(_PATH, toast=_("%(name)s has another role now.", name=changed.name))


async def remove() -> Response:
    """Take a member out, or leave."""
    who, user_id = principal(), _id((await request.form).get("user_id", ""))
    leaving = user_id == who.user_id
    if not leaving:
        await require("members:write")
    try:
        await current_runtime().accounts.members.remove(who.workspace_id, actor(), user_id)
    except (ForbiddenError, ConflictError) as error:
        if leaving and not who.may("members:read"):
            raise
        return await _list(409, fault=_why(error))
    if leaving:
        return see_other("/workspaces", toast=_("You have left the workspace."))
    return see_other(_PATH, toast=_("Removed. Their sign-ins no longer see this workspace."))


async def revoke() -> Response:
    """Take an invitation back."""
    form, who = await request.form, principal()
    try:
        invitation_id = _id(form.get("invitation_id", ""))
        await current_runtime().accounts.invitations.revoke(who.workspace_id, actor(), invitation_id)
    except (NotFoundError, ForbiddenError) as error:
        return await _list(409, fault=_why(error))
    return see_other(_PATH, toast=_("The invitation was taken back; its link is void."))


async def make_link() -> Response:
    """A sign-in link for a member who forgot the password; only whoever runs the instance makes one."""
    who, runtime = principal(), current_runtime()
    who.demand("instance:write")
    user_id = _id((await request.form).get("user_id", ""))
    try:
        await demand_fresh()
        await runtime.accounts.limits.take(f"members:link:{who.user_id}")
        token = await runtime.accounts.link_for_member(who.workspace_id, actor(), user_id)
    except StaleSignInError:
        return see_other(f"/account/confirm?next={_PATH}")
    except RateLimitedError as error:
        return await _list(429, fault=too_many(error))
    return await _list(link={"url": link_to(f"/sign-in/{token}"), "for": "sign-in"})


async def _list(status: int = 200, **values: Any) -> Response:
    who, accounts = principal(), current_runtime().accounts
    roles = [role for role in ROLES if role != "owner" or who.may("owners:write")]
    return await page(
        "members.html",
        active="members",
        status=status,
        members=await accounts.members.list(who.workspace_id),
        invitations=await accounts.invitations.open(who.workspace_id),
        me=who.user_id,
        operator=who.instance_operator,
        roles=roles,
        choices=[(role, _choices()[role]) for role in roles],
        **{"fault": "", "faults": {}, "given": {}, "link": None, **values},
    )


def _choices() -> dict[Role, str]:
    return {
        "owner": _("Owner – everything, and who else is an owner"),
        "admin": _("Admin – settings and members, too"),
        "operator": _("Operator – prepares and runs shows"),
        "viewer": _("Viewer – looks only"),
    }


def _role(text: str) -> Role:
    found = next((role for role in ROLES if role == text), None)
    if found is None:
        raise NotFoundError("There is no such role.")
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("There is no such member.") from None


def _is_email(text: str) -> bool:
    try:
        check_email(None, _FIELD, text)
    except ValueError:
        return False
    return True


_FIELD: Any = None


def _why(error: DibsError) -> str:
    if isinstance(error, RateLimitedError):
        return too_many(error)
    if isinstance(error, ForbiddenError):
        return _("Only owners make, change and remove owners.")
    if isinstance(error, NotFoundError):
        return _("This invitation was used or taken back already.")
    if error.data.get("reason") == "last_owner" or "owner" in error.message:
        return _("A workspace needs an owner: make somebody else an owner first.")
    return _("Very many invitations wait already. Take some back first.")
