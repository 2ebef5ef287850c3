"""Registering, signing in, staying signed in, signing out."""

from __future__ import annotations

import attrs
import structlog
from quart import Blueprint, Response, jsonify, redirect, request

from dibs.accounts.model import Credentials, Registration
from dibs.accounts.permissions import PERMISSIONS
from dibs.accounts.sessions import csrf_token
from dibs.api.acting import opening, request_id
from dibs.api.answers.accounts import Me, SecondStepNeeded, Tokens
from dibs.api.auth import current_identity, public, signed_in
from dibs.api.body import read_body
from dibs.api.cookies import SECOND_STEP_PAGE, clear_session_cookie, set_session_cookie, set_step_cookie
from dibs.api.operation import operation
from dibs.api.requests import client_address
from dibs.api.tokens import as_second_step, as_tokens, open_tokens
from dibs.codec import unstructure
from dibs.errors import NotFoundError
from dibs.runtime import current_runtime

blueprint = Blueprint("accounts", __name__)
log = structlog.get_logger("dibs.accounts")


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
@operation("Make an account", body=Registration, answer=Tokens, status=201, errors=(403, 404, 409))
async def register() -> tuple[Response, int]:
    """With a first workspace, or with an invitation as a member of its workspace; and sign in to it.

    Whether that needs an invitation is told by the setting `registration`.
    """
    new, accounts = await read_body(Registration), current_runtime().accounts
    user, workspace = await accounts.register(new, client_address(), request_id())
    return jsonify(unstructure(await open_tokens(user.id, workspace.id, "password"))), 201


@blueprint.post("/api/auth/login")
@public
@operation("Sign in", body=Credentials, answer=Tokens | SecondStepNeeded, errors=(401, 403, 404))
async def login() -> Response:
    """With e-mail address and password, to the named workspace or the user's first.

    If the user has a second factor the answer holds no tokens, but what `POST auth/second-factor` needs.
    """
    given, accounts = await read_body(Credentials), current_runtime().accounts
    user = await accounts.sign_in(given.email, given.password, client_address())
    pending = await accounts.second_factors.ask(user.id, given.workspace_id, "password")
    if pending is not None:
        return jsonify(unstructure(as_second_step(pending)))
    return jsonify(unstructure(await open_tokens(user.id, given.workspace_id, "password")))


@blueprint.post("/api/auth/refresh")
@public
@operation("Stay signed in", body=RefreshBody, answer=Tokens, errors=(401,))
async def refresh() -> Response:
    """Exchange a refresh token for a new access token and a new refresh token. Each is good once."""
    given, accounts = await read_body(RefreshBody), current_runtime().accounts
    sign_in = await accounts.refresh(given.refresh_token, client_address())
    return jsonify(unstructure(await as_tokens(sign_in, await accounts.users.get(sign_in.user_id))))


@blueprint.post("/api/auth/logout")
@public
@operation("Sign out", body=LogoutBody, body_optional=True, answer=None, status=204, errors=(401,))
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
@operation("See who is signed in", answer=Me)
async def me() -> Response:
    """Who, in which workspace, with which permissions, and which workspaces there are."""
    identity, accounts = await current_identity(), current_runtime().accounts
    workspaces = await accounts.workspaces.of_user(identity.user_id)
    here = next((place for place in workspaces if place.id == identity.workspace_id), None)
    standing = await identity.ask(None)
    answer = Me(
        user=await accounts.users.get(identity.user_id),
        language=await accounts.users.language(identity.user_id),
        instance_operator=standing is not None and standing.instance_operator,
        second_factor=(await accounts.second_factors.of_user(identity.user_id)).on,
        workspace=here,
        permissions=sorted(PERMISSIONS[here.role]) if here else [],
        workspaces=workspaces,
        csrf_token=csrf_token(identity.session) if identity.session else None,
    )
    return jsonify(unstructure(answer))


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
    factors = runtime.accounts.second_factors
    pending = await factors.ask(link.user_id, link.workspace_id, "link", link.target)
    response = redirect(link.target if pending is None else SECOND_STEP_PAGE, 303)
    assert isinstance(response, Response)
    if pending is None:
        session = await runtime.accounts.open_session(link.user_id, link.workspace_id, opening("link"))
        set_session_cookie(response, session, runtime.settings)
        log.info("signed_in", user_id=str(link.user_id), by="link", address=client_address())
    else:
        set_step_cookie(response, pending.token, runtime.settings)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
