"""Accepting an invitation: signed in, or after signing in or making an account on the way."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dibs.accounts.invitations import Invited
from dibs.api.acting import acting
from dibs.api.auth import current_identity, public, signed_in
from dibs.api.requests import client_address
from dibs.errors import ConflictError, DibsError, DuplicateError, ForbiddenError, NotFoundError, RateLimitedError
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.outside import known_identity, outside_page
from dibs_web.pages.sign_in import too_many
from dibs_web.reader import current_reader
from dibs_web.rendering import see_other


def add_pages(blueprint: Blueprint) -> None:
    """Add the page that an invitation leads to."""
    blueprint.add_url_rule("/join/<token>", "join", public(join_page), methods=["GET"])
    blueprint.add_url_rule("/join/<token>", "join_post", signed_in(join), methods=["POST"])


async def join_page(token: str) -> Response:
    """Who invites, where, and as what."""
    accounts = current_runtime().accounts
    try:
        await accounts.limits.take(f"invitation:address:{client_address()}")
        return await _page(token, await accounts.invitations.look(token))
    except NotFoundError:
        return await _page(token, None, 404)
    except RateLimitedError as error:
        return await outside_page("join.html", 429, token=token, offer=None, reader=None, fault=too_many(error))


async def join(token: str) -> Response:
    """Become a member, and go there."""
    identity, accounts = await current_identity(), current_runtime().accounts
    offer = await _look(token)
    try:
        await accounts.limits.take(f"invitation:user:{identity.user_id}")
        user = await accounts.users.get(identity.user_id)
        place = await accounts.invitations.accept(token, user, (await acting()).actor)
    except (NotFoundError, ConflictError, ForbiddenError, RateLimitedError) as error:
        return await _page(token, offer, 409, _why(error))
    if identity.session is not None:
        await accounts.sessions.move(identity.session, place)
    accounts.standings.forget()
    assert offer is not None
    return see_other("/", toast=_("You are a member of %(name)s now.", name=offer.workspace))


async def _page(token: str, offer: Invited | None, status: int = 200, fault: str = "") -> Response:
    reader = await current_reader() if await known_identity() is not None else None
    member = reader is not None and offer is not None and offer.workspace_id in {p.id for p in reader.workspaces}
    return await outside_page(
        "join.html", status, token=token, offer=offer, reader=reader, fault=fault, member=member, path=request.path
    )


async def _look(token: str) -> Invited | None:
    try:
        return await current_runtime().accounts.invitations.look(token)
    except NotFoundError:
        return None


def _why(error: DibsError) -> str:
    if isinstance(error, RateLimitedError):
        return too_many(error)
    if isinstance(error, DuplicateError):
        return _("You are a member of this workspace already.")
    if isinstance(error, ForbiddenError):
        return _("This invitation is for another e-mail address. Sign in with the account that has it.")
    return ""
