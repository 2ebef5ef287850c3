"""How far a request to be forgotten is, for the person who made it: nobody signs in here."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, render_template, request

from dibs.api.auth import public
from dibs.api.requests import client_address
from dibs.errors import RateLimitedError
from dibs.runtime import current_runtime
from dibs_web.pages.sign_in import too_many
from dibs_web.rendering import as_response
from dibs_web.security import STRICT

_LONGEST = 100


def add_pages(blueprint: Blueprint) -> None:
    """Add the page that platforms send people to."""
    blueprint.add_url_rule("/deletion", "deletion", public(show_deletion), methods=["GET"])


async def show_deletion() -> Response:
    """The state of the request with the code in the address; 404 if there is none."""
    runtime, code = current_runtime(), request.args.get("code", "").strip()[:_LONGEST]
    try:
        await runtime.accounts.limits.take(f"deletion:address:{client_address()}")
    except RateLimitedError as error:
        response = await _page(429, fault=too_many(error))
        response.headers["Retry-After"] = str(error.data["retry_after"])
        return response
    status = await runtime.erasures.status(code) if code.isprintable() and code.isascii() else None
    platform = runtime.platforms.everywhere.get(status.platform) if status else None
    return await _page(200 if status else 404, deletion=status, code=code, title=platform.title if platform else "")


async def _page(status: int, **values: Any) -> Response:
    body = await render_template("deletion.html", **{"deletion": None, "fault": "", "code": "", **values})
    response = await as_response(body, status)
    response.headers["Content-Security-Policy"] = STRICT
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
