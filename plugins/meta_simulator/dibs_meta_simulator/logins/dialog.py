"""What both consent pages have in common: what was asked for, and the way back to the app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote_plus, urlencode

import attrs

from dibs_meta_simulator.logins.codes import Code
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.tokens import Grant
from dibs_meta_simulator.world import World


@attrs.define(auto_exc=True)
class DialogError(Exception):
    """The dialog can't be shown and must not redirect either: the person sees this."""

    title: str
    words: str


@attrs.frozen
class Asked:
    """A request for consent that may be shown."""

    app: App
    redirect_uri: str
    state: str | None
    scopes: tuple[str, ...]


def check_request(app: App | None, params: Mapping[str, str], scopes: Iterable[str], known: Iterable[str]) -> Asked:
    """What was asked for.

    Raises:
        DialogError: no such app, an address that is not registered, or a permission that does not exist.
    """
    if app is None:
        raise DialogError("Invalid app ID", "The provided app ID does not look like a valid app ID.")
    uri = params.get("redirect_uri", "")
    if not app.accepts_redirect(uri):
        raise DialogError(
            "URL blocked",
            "This redirect failed because the redirect URI is not white-listed in the app's client OAuth settings.",
        )
    if params.get("response_type", "code") != "code":
        raise DialogError("Invalid request", "response_type must be code.")
    wanted = tuple(dict.fromkeys(scope for scope in scopes if scope))
    unknown = [scope for scope in wanted if scope not in set(known)]
    if unknown or not wanted:
        raise DialogError("Invalid scopes", f"Invalid Scopes: {', '.join(unknown) or 'none were asked for'}.")
    return Asked(app, uri, params.get("state"), wanted)


def accepted(world: World, asked: Asked, grant: Grant, prefix: str, fragment: str) -> str:
    """Where to go with a fresh code."""
    code = Code(world.ids.text(prefix, 48), asked.app.id, asked.redirect_uri, grant, world.clock.now())
    world.codes[code.value] = code
    return _back(asked, {"code": code.value}) + fragment


def refused(asked: Asked, words: str) -> str:
    """Where to go after Cancel."""
    return _back(asked, {"error": "access_denied", "error_reason": "user_denied", "error_description": words})


def _back(asked: Asked, params: dict[str, str]) -> str:
    if asked.state is not None:
        params["state"] = asked.state
    return f"{asked.redirect_uri}{'&' if '?' in asked.redirect_uri else '?'}{urlencode(params, quote_via=quote_plus)}"
