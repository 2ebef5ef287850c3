"""The token endpoints of Instagram Login: code exchange, long-lived exchange, refresh."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import attrs

from dibs_meta_simulator.errors import GraphError
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.tokens import DAY, Kind, Token
from dibs_meta_simulator.world import World

_TYPE = "IGApiException"


@attrs.define(auto_exc=True)
class InstagramError(Exception):
    """An error of the token host, which has an envelope of its own."""

    message: str

    def envelope(self) -> dict[str, Any]:
        """The body."""
        return {"error_type": "OAuthException", "code": 400, "error_message": self.message}


def exchange_code(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """`POST api.instagram.com/oauth/access_token`.

    Raises:
        InstagramError: the code, the secret or the address is wrong.
    """
    app = world.nodes.get(str(params.get("client_id") or ""))
    if not isinstance(app, App) or params.get("client_id") != app.instagram_id:
        raise InstagramError("Invalid platform app")
    if not _same(params.get("client_secret"), app.instagram_secret):
        raise InstagramError("Error validating client secret.")
    if params.get("grant_type") != "authorization_code":
        raise InstagramError("Invalid grant_type")
    code = world.codes.get(str(params.get("code") or ""))
    now = world.clock.now()
    if code is None or code.app_id != app.id or code.used or code.old(now):
        raise InstagramError("Matching code was not found or was already used")
    if code.redirect_uri != params.get("redirect_uri"):
        raise InstagramError(
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
            "in the OAuth dialog request"
        )
    code.used = True
    token = world.tokens.instagram(code.grant)
    answer = {
        "access_token": token.value,
        "user_id": token.user_id,
        "permissions": ",".join(sorted(token.grant.granted)),
    }
    return answer if world.faults.hit("flat_token") else {"data": [answer]}


def longer(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """`GET graph.instagram.com/access_token`: sixty days for an hour.

    Raises:
        GraphError: the token or the secret is wrong.
    """
    if params.get("grant_type") != "ig_exchange_token":
        raise GraphError("Unsupported grant type", 100, kind=_TYPE)
    token = _token(world, params)
    app: App = world.get(App, token.app_id)
    if not _same(params.get("client_secret"), app.instagram_secret):
        raise GraphError("Error validating client secret.", 101, kind=_TYPE)
    if not token.short:
        raise GraphError("Session key invalid. This is not a short-lived token", 452, kind=_TYPE)
    return _answer(world, world.tokens.instagram(token.grant, short=False))


def refresh(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """`GET graph.instagram.com/refresh_access_token`: sixty days more, for a token that is a day old and alive.

    Raises:
        GraphError: it is too young, dead, short-lived, or has lost its permission.
    """
    if params.get("grant_type") != "ig_refresh_token":
        raise GraphError("Unsupported grant type", 100, kind=_TYPE)
    token, now = _token(world, params), world.clock.now()
    if token.short:
        raise GraphError("Only long-lived tokens can be refreshed", 100, kind=_TYPE)
    if now < token.issued + DAY:
        raise GraphError("The token must be at least 24 hours old to be refreshed", 100, kind=_TYPE)
    if "instagram_business_basic" not in token.grant.granted:
        raise GraphError("Application does not have permission for this action", 10, kind=_TYPE, status=403)
    token.issued = float(int(now))
    token.expires = token.issued + 60 * DAY
    token.grant.at = now
    return _answer(world, token)


def _token(world: World, params: Mapping[str, Any]) -> Token:
    token = world.tokens.find(str(params.get("access_token") or ""))
    if token is None or token.kind is not Kind.INSTAGRAM:
        raise GraphError("Invalid OAuth access token - Cannot parse access token", 190)
    fault = token.fault(world.clock.now())
    if fault is not None:
        raise fault
    return token


def _answer(world: World, token: Token) -> dict[str, Any]:
    left = int(token.expires - world.clock.now())
    return {"access_token": token.value, "token_type": "bearer", "expires_in": left}


def _same(given: object, secret: str) -> bool:
    return hmac.compare_digest(str(given or "").encode(), secret.encode())
