"""The cookie of a browser session, and that of a sign-in which waits for its second step."""

from __future__ import annotations

from typing import Any, Final

from dibs.settings import Settings

SECOND_STEP_PAGE: Final = "/sign-in/second-factor"
_STEP: Final = "dibs_second_step"
_STEP_SECONDS: Final = 300


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


def step_token(connection: Any) -> str | None:
    """The token of the sign-in that waits for its second step in this browser."""
    token = connection.cookies.get(_STEP)
    return token if isinstance(token, str) and token else None


def set_step_cookie(response: Any, token: str, settings: Settings) -> None:
    """Let the browser keep the sign-in until its second step; only the pages of the sign-in get it back."""
    response.set_cookie(
        _STEP,
        token,
        max_age=_STEP_SECONDS,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="Lax",
        path="/sign-in",
    )


def clear_step_cookie(response: Any, settings: Settings) -> None:
    """Let the browser forget the unfinished sign-in."""
    response.delete_cookie(_STEP, httponly=True, secure=settings.secure_cookies, samesite="Lax", path="/sign-in")
