"""The cookie of a browser session."""

from __future__ import annotations

from typing import Any

from dibs.settings import Settings


def cookie_name(settings: Settings) -> str:
    """`__Host-` makes browsers refuse the cookie from any other host or over plain http."""
    return "__Host-dibs_session" if settings.secure_cookies else "dibs_session"


def session_token(connection: Any, settings: Settings) -> str | None:
    """The session token that this request or WebSocket brought."""
    token = connection.cookies.get(cookie_name(settings))
    return token if isinstance(token, str) and token else None


def set_session_cookie(response: Any, token: str, settings: Settings) -> None:
    """Let the browser keep the session."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.refresh_days * 86400,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="Lax",
        path="/",
    )


def clear_session_cookie(response: Any, settings: Settings) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(
        cookie_name(settings), httponly=True, secure=settings.secure_cookies, samesite="Lax", path="/"
    )
