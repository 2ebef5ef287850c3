"""Pages for people who are not signed in: a card in the middle, and a CSRF token of their own."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from quart import Response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from dibs.accounts.links import local_path
from dibs.accounts.secrets import new_token
from dibs.accounts.sessions import csrf_token
from dibs.api.auth import Identity, current_identity
from dibs.errors import UnauthenticatedError
from dibs.runtime import current_runtime
from dibs_web.rendering import as_response
from dibs_web.security import STRICT

FORM_COOKIE = "dibs_sign_in"
_SECONDS = 3600
_HOME = "/"


async def outside_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page before the sign-in; there is no session yet that could carry the token of its form."""
    secret = request.cookies.get(FORM_COOKIE) or new_token()
    body = await render_template(template, form_token=csrf_token(secret), next=next_target(), **values)
    response = await as_response(body, status)
    response.headers["Content-Security-Policy"] = STRICT
    secure = current_runtime().settings.secure_cookies
    response.set_cookie(
        FORM_COOKIE, secret, max_age=_SECONDS, httponly=True, secure=secure, samesite="Strict", path="/"
    )
    return response


def is_own_form(form: MultiDict[str, str]) -> bool:
    """Whether a page of ours, in this browser, sends this form."""
    secret, given = request.cookies.get(FORM_COOKIE), form.get("csrf_token", "")
    return bool(secret) and compare_digest(given.encode("utf-8", "replace"), csrf_token(secret or "").encode())


async def known_identity() -> Identity | None:
    """The sign-in of this browser, in whatever workspace or none."""
    try:
        return await current_identity()
    except UnauthenticatedError:
        return None


def next_target() -> str:
    """Where to go after the sign-in."""
    target = request.args.get("next", _HOME)
    return target if local_path(target) and not target.startswith("/sign-in") else _HOME


def go(target: str) -> Response:
    """On to another page of ours."""
    response = redirect(target, 303)
    assert isinstance(response, Response)
    response.headers["Cache-Control"] = "no-store"
    return response


def finish_form(response: Response) -> Response:
    """The form has done its work: forget its token."""
    response.delete_cookie(FORM_COOKIE, path="/")
    return response
