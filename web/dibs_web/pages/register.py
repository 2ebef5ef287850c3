"""Making an account: the first one of a server, one for whoever is invited, or, where that is wanted, any."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from quart import Blueprint, Response, request

from dibs.accounts.fields import PASSWORD_LENGTH
from dibs.accounts.invitations import Invited
from dibs.accounts.model import Registration
from dibs.api.acting import request_id
from dibs.api.auth import public
from dibs.api.requests import client_address
from dibs.codec import structure
from dibs.errors import ConflictError, DibsError, DuplicateError, ForbiddenError, InvalidInputError, RateLimitedError
from dibs.errors import NotFoundError as NoSuchThing
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.outside import go, is_own_form, known_identity, outside_page
from dibs_web.pages.sign_in import let_in, too_many
from dibs_web.zones import take_zone

START = "/start"


def add_pages(blueprint: Blueprint) -> None:
    """Add the form."""
    blueprint.add_url_rule("/register", "register", public(register_page), methods=["GET"])
    blueprint.add_url_rule("/register", "register_post", public(register), methods=["POST"])


async def register_page() -> Response:
    """The form, or why there is none."""
    invitation = request.args.get("invitation", "")[:200]
    if await known_identity() is not None:
        return go(f"/join/{quote(invitation, safe='')}" if invitation else "/")
    return await _page({"invitation": invitation})


async def register() -> Response:
    """Make the account, and sign in to it."""
    form = await request.form
    given = {name: form.get(name, "").strip() for name in ("email", "name", "workspace_name", "invitation")}
    if not is_own_form(form):
        return await _page(given, 403, _("This page was open for too long. Send it again."))
    try:
        filled = {name: value for name, value in given.items() if value}
        new = structure({**filled, "password": form.get("password", "")}, Registration, "The form")
        user, workspace = await current_runtime().accounts.register(new, client_address(), request_id())
    except DibsError as error:
        return await _refused(error, given)
    if not new.invitation:
        await take_zone(workspace.id, user.id, user.name, form.get("time_zone", ""))
    return await let_in(user.id, workspace.id, "password", "/" if new.invitation else START)


async def _refused(error: DibsError, given: dict[str, str]) -> Response:
    if isinstance(error, InvalidInputError):
        return await _page(given, 400, faults={fault.path: _problem(fault.path) for fault in error.faults})
    if isinstance(error, RateLimitedError):
        return await _page(given, 429, too_many(error))
    if isinstance(error, DuplicateError):
        taken = _("There is an account with this address already. Sign in with it.")
        return await _page(given, 409, faults={"email": taken})
    if isinstance(error, ForbiddenError) and error.data.get("reason") == "email":
        other = _("The invitation is for another e-mail address. Use the one that it was sent to.")
        return await _page(given, 403, faults={"email": other})
    if isinstance(error, ForbiddenError | NoSuchThing | ConflictError):
        return await _page(given, 403)
    raise error


def _problem(field: str) -> str:
    low, high = PASSWORD_LENGTH
    return {
        "email": _("Enter an e-mail address such as ana@example.com."),
        "name": _("Enter a name of at most 120 characters."),
        "password": _("Choose a password of %(low)s to %(high)s characters.", low=low, high=high),
        "workspace_name": _("Enter a name of at most 120 characters, or leave it empty."),
    }.get(field, _("This can’t be used."))


async def _page(given: dict[str, str], status: int = 200, fault: str = "", faults: Any = None) -> Response:
    accounts = current_runtime().accounts
    offer = await _offer(given.get("invitation", ""))
    may = await accounts.may_register() or (offer is not None and accounts.settings.registration != "closed")
    first = may and not await accounts.users.anybody()
    return await outside_page(
        "register.html" if may else "register_closed.html",
        status if may or status != 200 else 403,
        given=given,
        fault=fault,
        faults=faults or {},
        offer=offer,
        first=first,
        low=PASSWORD_LENGTH[0],
        closed=accounts.settings.registration == "closed",
    )


async def _offer(token: str) -> Invited | None:
    if not token:
        return None
    try:
        found = await current_runtime().accounts.invitations.look(token)
    except NoSuchThing:
        return None
    return found if found.state == "open" else None
