"""Signing in and out with a browser."""

from __future__ import annotations

from hmac import compare_digest

from quart import Blueprint, Response, make_response, redirect, render_template, request

from dibs.accounts.links import local_path
from dibs.accounts.secrets import new_token
from dibs.accounts.sessions import csrf_token
from dibs.api.auth import current_identity, optional_principal, public, signed_in
from dibs.api.cookies import clear_session_cookie, set_session_cookie
from dibs.api.requests import client_address
from dibs.errors import DibsError, ForbiddenError, RateLimitedError, UnauthenticatedError
from dibs.runtime import current_runtime

_FORM_COOKIE = "dibs_sign_in"
_FORM_SECONDS = 3600
_HOME = "/"
_EXPIRED = "This page was open for too long. Sign in again."


def add_pages(blueprint: Blueprint) -> None:
    """Add sign-in and sign-out."""
    blueprint.add_url_rule("/sign-in", "sign_in", public(sign_in_page), methods=["GET"])
    blueprint.add_url_rule("/sign-in", "sign_in_post", public(sign_in), methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", signed_in(sign_out), methods=["POST"])


async def sign_in_page() -> Response:
    """The form; whoever is signed in already goes on."""
    if await optional_principal() is not None:
        return _go(_next())
    return await _form(200)


async def sign_in() -> Response:
    """Check e-mail address and password, open a session."""
    form = await request.form
    email, password = form.get("email", "").strip(), form.get("password", "")
    if not _is_own_form(form.get("csrf_token", "")):
        return await _form(403, email, _EXPIRED)
    if not email or not password:
        return await _form(400, email, "Fill in both e-mail address and password.")
    runtime = current_runtime()
    try:
        user = await runtime.accounts.sign_in(email, password, client_address())
        token = await runtime.accounts.open_session(user.id)
    except (UnauthenticatedError, RateLimitedError, ForbiddenError) as error:
        return await _refused(error, email)
    response = _go(_next())
    set_session_cookie(response, token, runtime.settings)
    response.delete_cookie(_FORM_COOKIE, path="/sign-in")
    return response


async def sign_out() -> Response:
    """End the session of this browser."""
    runtime, identity = current_runtime(), await current_identity()
    if identity.session is not None:
        await runtime.accounts.close_session(identity.session)
    response = _go("/sign-in")
    clear_session_cookie(response, runtime.settings)
    return response


async def _refused(error: DibsError, email: str) -> Response:
    if isinstance(error, RateLimitedError):
        wait = error.data["retry_after"]
        response = await _form(429, email, f"Too many attempts. Try again in {wait} seconds.")
        response.headers["Retry-After"] = str(wait)
        return response
    if isinstance(error, ForbiddenError):
        return await _form(403, email, f"{error.message} Ask an admin of the workspace to add you.")
    hint = "Check both, or ask an admin of your workspace for a sign-in link."
    return await _form(401, email, f"{error.message} {hint}")


async def _form(status: int, email: str = "", fault: str = "") -> Response:
    """The form with its own CSRF token: there is no session yet that could carry one."""
    secret = request.cookies.get(_FORM_COOKIE) or new_token()
    page = await render_template("sign_in.html", email=email, fault=fault, next=_next(), form_token=csrf_token(secret))
    response = await make_response(page, status)
    assert isinstance(response, Response)
    secure = current_runtime().settings.secure_cookies
    response.set_cookie(
        _FORM_COOKIE,
        secret,
        max_age=_FORM_SECONDS,
        httponly=True,
        secure=secure,
        samesite="Strict",
        path="/sign-in",
    )
    return response


def _is_own_form(given: str) -> bool:
    secret = request.cookies.get(_FORM_COOKIE)
    return bool(secret) and compare_digest(given.encode(), csrf_token(secret or "").encode())


def _next() -> str:
    target = request.args.get("next", _HOME)
    return target if local_path(target) and not target.startswith("/sign-in") else _HOME


def _go(target: str) -> Response:
    response = redirect(target, 303)
    assert isinstance(response, Response)
    response.headers["Cache-Control"] = "no-store"
    return response
