"""Signing in and out with a browser."""

from __future__ import annotations

from uuid import UUID

import structlog
from quart import Blueprint, Response, request

from dibs.accounts.sign_ins import OpenedBy
from dibs.api.acting import opening
from dibs.api.auth import current_identity, public, signed_in
from dibs.api.cookies import SECOND_STEP_PAGE, clear_session_cookie, set_session_cookie, set_step_cookie
from dibs.api.requests import client_address
from dibs.errors import DibsError, RateLimitedError, UnauthenticatedError
from dibs.runtime import current_runtime
from dibs_web.i18n import _
from dibs_web.outside import finish_form, go, is_own_form, known_identity, next_target, outside_page

log = structlog.get_logger("dibs.accounts")


def add_pages(blueprint: Blueprint) -> None:
    """Add sign-in and sign-out."""
    blueprint.add_url_rule("/sign-in", "sign_in", public(sign_in_page), methods=["GET"])
    blueprint.add_url_rule("/sign-in", "sign_in_post", public(sign_in), methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", signed_in(sign_out), methods=["POST"])


async def sign_in_page() -> Response:
    """The form; whoever is signed in already goes on, and on a new server the first account is made."""
    if await known_identity() is not None:
        return go(next_target())
    accounts = current_runtime().accounts
    if accounts.settings.registration != "closed" and not await accounts.users.anybody():
        return go("/register")
    return await sign_in_form(fault=_expired() if request.args.get("expired") else "")


async def sign_in() -> Response:
    """Check e-mail address and password; then the second step, or a session."""
    form = await request.form
    email, password = form.get("email", "").strip(), form.get("password", "")
    if not is_own_form(form):
        return await sign_in_form(403, email, _("This page was open for too long. Sign in again."))
    if not email or not password:
        return await sign_in_form(400, email, _("Fill in both e-mail address and password."))
    runtime = current_runtime()
    try:
        user = await runtime.accounts.sign_in(email, password, client_address())
    except (UnauthenticatedError, RateLimitedError) as error:
        return await _refused(error, email)
    pending = await runtime.accounts.second_factors.ask(user.id, None, "password", next_target())
    if pending is None:
        return await let_in(user.id, None, "password", next_target())
    response = go(SECOND_STEP_PAGE)
    set_step_cookie(response, pending.token, runtime.settings)
    return response


async def sign_out() -> Response:
    """End the session of this browser."""
    runtime, identity = current_runtime(), await current_identity()
    if identity.session is not None:
        await runtime.accounts.close_session(identity.session)
    response = go("/sign-in")
    clear_session_cookie(response, runtime.settings)
    return response


async def let_in(user_id: UUID, workspace_id: UUID | None, by: OpenedBy, target: str) -> Response:
    """Open a session in this browser, and go on."""
    runtime = current_runtime()
    token = await runtime.accounts.open_session(user_id, workspace_id, opening(by))
    log.info("signed_in", user_id=str(user_id), by=by, address=client_address())
    response = finish_form(go(target))
    set_session_cookie(response, token, runtime.settings)
    return response


async def sign_in_form(status: int = 200, email: str = "", fault: str = "") -> Response:
    """The form, and what somebody without an account can do."""
    accounts = current_runtime().accounts
    open_to_all = await accounts.may_register()
    passkeys = accounts.second_factors.passkeys.party
    return await outside_page(
        "sign_in.html", status, email=email, fault=fault, may_register=open_to_all, passkeys=passkeys
    )


def too_many(error: RateLimitedError) -> str:
    """When to try again, in words."""
    return _("Too many attempts. Try again in %(wait)s seconds.", wait=error.data["retry_after"])


async def _refused(error: DibsError, email: str) -> Response:
    if isinstance(error, RateLimitedError):
        response = await sign_in_form(429, email, too_many(error))
        response.headers["Retry-After"] = str(error.data["retry_after"])
        return response
    words = _("The e-mail address or the password is wrong. Check both, or ask whoever runs this server for a link.")
    return await sign_in_form(401, email, words)


def _expired() -> str:
    return _("The second step took too long or was tried too often. Sign in again.")
