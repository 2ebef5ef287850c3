"""Refusing what another site makes a browser send."""

from __future__ import annotations

from hmac import compare_digest
from urllib.parse import urlsplit

from quart import Request

from dibs.accounts.sessions import csrf_token
from dibs.errors import ForbiddenError
from dibs.settings import Settings

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_REFUSED = "This request does not come from a page of this server. Load the page again."


def check_origin(request: Request, settings: Settings) -> None:
    """Refuse an unsafe request that a browser says comes from elsewhere. Programs send neither header.

    Raises:
        ForbiddenError
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        if not same_origin(origin, request.headers.get("Host", ""), settings):
            raise ForbiddenError(_REFUSED, origin=origin[:200])
    elif request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForbiddenError(_REFUSED)


def same_origin(origin: str, host: str, settings: Settings) -> bool:
    """Whether a page of this origin may act here: our own address, a listed one, or the host that was
    asked."""
    if origin in (settings.origin, *settings.allowed_origins):
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc == host


async def check_csrf(request: Request, session: str) -> None:
    """Refuse an unsafe request with a session cookie that does not carry the session's CSRF token.

    Raises:
        ForbiddenError
    """
    given = request.headers.get("X-CSRF-Token")
    if given is None and request.mimetype in _FORMS:
        given = (await request.form).get("csrf_token")
    if given is None or not compare_digest(given.encode("utf-8", "replace"), csrf_token(session).encode()):
        raise ForbiddenError(_REFUSED, reason="csrf")
