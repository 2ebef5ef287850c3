"""A short message that the next page shows once: kept in a cookie that this session has signed."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hmac import compare_digest, new

import orjson
from quart import Response, request

from dibs.accounts.links import local_path
from dibs.runtime import current_runtime

_COOKIE = "dibs_toast"
_SECONDS = 60
_LONGEST = 500


def keep_toast(response: Response, key: str, words: str, undo: str | None) -> None:
    """Let the next page say this; `undo` is the path that a POST takes it back at."""
    body = orjson.dumps({"words": words[:_LONGEST], "undo": undo})
    value = f"{urlsafe_b64encode(body).decode()}.{_signature(key, body)}"
    secure = current_runtime().settings.secure_cookies
    response.set_cookie(_COOKIE, value, max_age=_SECONDS, httponly=True, secure=secure, samesite="Lax", path="/")


def take_toast(key: str) -> dict[str, str | None] | None:
    """What the page before left to say; nothing that this session did not sign."""
    text, _, signature = request.cookies.get(_COOKIE, "").partition(".")
    try:
        body = urlsafe_b64decode(text)
        if not body or not compare_digest(signature.encode(), _signature(key, body).encode()):
            return None
        given = orjson.loads(body)
    except ValueError:
        return None
    undo = given.get("undo")
    return {"words": str(given.get("words", "")), "undo": undo if undo and local_path(undo) else None}


def forget_toast(response: Response) -> None:
    """The message was shown."""
    if _COOKIE in request.cookies:
        response.delete_cookie(_COOKIE, path="/")


def _signature(key: str, body: bytes) -> str:
    return new(key.encode(), b"dibs toast" + body, "sha256").hexdigest()
