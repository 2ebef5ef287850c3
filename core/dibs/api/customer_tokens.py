"""The token of a customer in a request: where it stands, and who is behind it."""

from __future__ import annotations

from typing import Any, Final

import structlog
from quart import g, has_websocket_context, request, websocket

from dibs.customer_access.model import CustomerPrincipal
from dibs.customer_access.sign_ins import LIFETIME, PREFIX
from dibs.runtime import current_runtime
from dibs.settings import Settings

_FOUND: Final = "dibs_customer"


def cookie_name(settings: Settings) -> str:
    """Another name than that of members: somebody may be both in one browser."""
    return "__Host-dibs_customer" if settings.secure_cookies else "dibs_customer"


def cookie_token() -> str | None:
    """The token that a browser brought; a request with an `Authorization` header is judged by that alone."""
    connection = _connection()
    if "Authorization" in connection.headers:
        return None
    token = connection.cookies.get(cookie_name(current_runtime().settings))
    return token if isinstance(token, str) and token else None


def bearer_token() -> str | None:
    """The token of a customer in the `Authorization` header; that of a member looks otherwise."""
    scheme, _, token = _connection().headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and token.startswith(PREFIX) else None


async def found_customer() -> CustomerPrincipal | None:
    """The customer behind this request, or None."""
    if _FOUND not in g:
        setattr(g, _FOUND, await _look_up())
    known = g.get(_FOUND)
    return known if isinstance(known, CustomerPrincipal) else None


async def _look_up() -> CustomerPrincipal | None:
    token = bearer_token() or cookie_token()
    if token is None:
        return None
    sign_ins = current_runtime().customer_access.sign_ins
    found = await sign_ins.find(token)
    if found is not None:
        sign_ins.seen(token)
        structlog.contextvars.bind_contextvars(customer_id=str(found.customer_id))
    return found


def known_customer() -> CustomerPrincipal | None:
    """The customer, if this request has met one already."""
    known = g.get(_FOUND)
    return known if isinstance(known, CustomerPrincipal) else None


def set_customer_cookie(response: Any, token: str, settings: Settings) -> None:
    """Let the browser keep the sign-in."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        secure=settings.secure_cookies,
        samesite="Lax",
        path="/",
    )


def clear_customer_cookie(response: Any, settings: Settings) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        cookie_name(settings), httponly=True, secure=settings.secure_cookies, samesite="Lax", path="/"
    )


def _connection() -> Any:
    return websocket if has_websocket_context() else request
