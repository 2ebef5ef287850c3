"""The texts for the scripts, and the choice of a language."""

from __future__ import annotations

from quart import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from dibs.accounts.links import local_path
from dibs.api.acting import acting
from dibs.api.auth import public, signed_in
from dibs.runtime import current_runtime
from dibs_web.i18n import COOKIE, LANGUAGES, catalogues
from dibs_web.rendering import see_other

_YEAR = 365 * 86400


def add_pages(blueprint: Blueprint) -> None:
    """Add the script and the form's target."""
    blueprint.add_url_rule("/i18n/<version>/<name>.js", "script_texts", public(script_texts))
    blueprint.add_url_rule("/language", "language", signed_in(choose), methods=["POST"])


async def script_texts(version: str, name: str) -> Response:
    """The texts of the scripts in one language."""
    if name not in LANGUAGES:
        raise NotFound
    known = version in catalogues().script_address(name)
    response = Response(catalogues().script(name), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if known else "no-cache"
    return response


async def choose() -> Response:
    """Show everything in another language from now on."""
    form = await request.form
    chosen, back = form.get("language", ""), form.get("next", "/")
    response = see_other(back if local_path(back) else "/")
    if chosen in LANGUAGES:
        await current_runtime().accounts.own.change_profile(await acting(), None, chosen)
        secure = current_runtime().settings.secure_cookies
        response.set_cookie(COOKIE, chosen, max_age=_YEAR, httponly=True, secure=secure, samesite="Lax", path="/")
    return response
