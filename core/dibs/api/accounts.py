"""Registering, signing in, staying signed in, signing out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify, redirect, request

from dibs.accounts.model import Credentials, Registration, User, Workspace
from dibs.accounts.permissions import PERMISSIONS
from dibs.accounts.refresh import SignIn
from dibs.accounts.sessions import csrf_token
from dibs.api.auth import Identity, current_identity, public, signed_in
from dibs.api.body import read_body
from dibs.api.cookies import clear_session_cookie, set_session_cookie
from dibs.api.requests import client_address
from dibs.codec import unstructure
from dibs.errors import NotFoundError
from dibs.runtime import current_runtime

blueprint = Blueprint("accounts", __name__)


@attrs.frozen
class RefreshBody:
    """The body of a refresh."""

    refresh_token: str = attrs.field(validator=attrs.validators.max_len(200), repr=False)


@attrs.frozen
class LogoutBody:
    """The body of a logout; without a token the sign-in of the request itself ends."""

    refresh_token: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.max_len(200)), repr=False
    )


@blueprint.post("/api/auth/register")
@public
async def register() -> tuple[Response, int]:
    """Make an account with a first workspace, and sign in to it."""
    new, accounts = await read_body(Registration), current_runtime().accounts
    user, workspace = await accounts.register(new, client_address())
    return jsonify(await _tokens(await accounts.open_sign_in(user.id, workspace.id), user)), 201


@blueprint.post("/api/auth/login")
@public
async def login() -> Response:
    """Sign in with e-mail address and password, to the named workspace or the user's first."""
    given, accounts = await read_body(Credentials), current_runtime().accounts
    user = await accounts.sign_in(given.email, given.password, client_address())
    return jsonify(await _tokens(await accounts.open_sign_in(user.id, given.workspace_id), user))


@blueprint.post("/api/auth/refresh")
@public
async def refresh() -> Response:
    """Exchange a refresh token for a new access token and a new refresh token."""
    given, accounts = await read_body(RefreshBody), current_runtime().accounts
    sign_in = await accounts.refresh(given.refresh_token, client_address())
    return jsonify(await _tokens(sign_in, await accounts.users.get(sign_in.user_id)))


@blueprint.post("/api/auth/logout")
@public
async def logout() -> tuple[Response, int]:
    """End the sign-in of the refresh token in the body, else of the request's access token or cookie."""
    accounts, settings = current_runtime().accounts, current_runtime().settings
    given = await read_body(LogoutBody) if await request.get_data() else LogoutBody()
    response = Response(b"", 204)
    if given.refresh_token is not None:
        await accounts.refresh_tokens.revoke_token(given.refresh_token)
    else:
        identity = await current_identity()
        if identity.sign_in_id is not None:
            await accounts.refresh_tokens.revoke(identity.sign_in_id)
        if identity.session is not None:
            await accounts.sessions.close(identity.session)
            clear_session_cookie(response, settings)
    accounts.standings.forget()
    return response, 204


@blueprint.get("/api/auth/me")
@signed_in
async def me() -> Response:
    """Who is signed in, in which workspace, with which permissions, and which workspaces there are."""
    identity, accounts = await current_identity(), current_runtime().accounts
    workspaces = await accounts.workspaces.of_user(identity.user_id)
    here = next((place for place in workspaces if place.id == identity.workspace_id), None)
    body: dict[str, Any] = {
        "user": unstructure(await accounts.users.get(identity.user_id)),
        "workspace": unstructure(here) if here else None,
        "permissions": sorted(PERMISSIONS[here.role]) if here else [],
        "workspaces": unstructure(workspaces),
    }
    return jsonify(_with_csrf(body, identity))


@blueprint.get("/sign-in/<token>")
@public
async def follow_link(token: str) -> Response:
    """Use a one-time link up, and open the page that it leads to. Looking ahead does not use it up."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method == "HEAD" or "prefetch" in purpose or "preview" in purpose:
        return Response(b"", 204, headers={"Cache-Control": "no-store"})
    runtime = current_runtime()
    link = await runtime.accounts.redeem_link(token, client_address())
    if link is None:
        raise NotFoundError("This sign-in link was used already, or is older than 15 minutes.")
    session = await runtime.accounts.open_session(link.user_id, link.workspace_id)
    response = redirect(link.target, 303)
    assert isinstance(response, Response)
    set_session_cookie(response, session, runtime.settings)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _tokens(sign_in: SignIn, user: User) -> dict[str, Any]:
    runtime = current_runtime()
    places = await runtime.accounts.workspaces.of_user(user.id)
    return {
        "access_token": runtime.accounts.access_token(sign_in),
        "token_type": "Bearer",
        "expires_in": runtime.settings.access_minutes * 60,
        "refresh_token": sign_in.token,
        "user": unstructure(user),
        "workspace": unstructure(_place(places, sign_in.workspace_id)),
    }


def _place(places: list[Workspace], workspace_id: UUID) -> Workspace | None:
    return next((place for place in places if place.id == workspace_id), None)


def _with_csrf(body: dict[str, Any], identity: Identity) -> dict[str, Any]:
    return {**body, "csrf_token": csrf_token(identity.session)} if identity.session else body
