"""The token endpoints of the Facebook side: code exchange, long-lived exchange, and what a token is good for."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from dibs_meta_simulator.errors import GraphError, bad_parameter, known_error
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.tokens import Kind, Token
from dibs_meta_simulator.world import World

_SAME = (
    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the "
    "OAuth dialog request"
)


def exchange(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """`oauth/access_token`: a code, a user token, or the app's own credentials.

    Raises:
        GraphError: code 1 for a wrong secret, 100 for a code that is of no use, 190 for a dead token.
    """
    app = _app(world, params)
    kind = params.get("grant_type")
    if kind == "client_credentials":
        return {"access_token": app.token, "token_type": "bearer"}
    if kind == "fb_exchange_token":
        return _answer(world, _longer(world, app, str(params.get("fb_exchange_token") or "")))
    return _answer(world, _for_code(world, app, params))


def debug(world: World, params: Mapping[str, Any], caller: Token) -> dict[str, Any]:
    """`debug_token`: an invalid token is an answer as well, not an error.

    Raises:
        GraphError: code 100, the caller's token is of another app.
    """
    value = str(params.get("input_token") or "")
    if not value:
        raise bad_parameter("The parameter input_token is required.")
    token = world.tokens.find(value)
    if token is None:
        error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    if token.app_id != caller.app_id:
        raise bad_parameter("You must provide an app access token, or a user access token of an owner of the app")
    return {"data": _described(world, token)}


def _app(world: World, params: Mapping[str, Any]) -> App:
    app = world.nodes.get(str(params.get("client_id") or ""))
    if not isinstance(app, App) or params.get("client_id") != app.id:
        raise GraphError("Error validating application. Cannot get application info due to a system error.", 101)
    if not hmac.compare_digest(str(params.get("client_secret") or "").encode(), app.secret.encode()):
        raise GraphError("Error validating client secret.", 1)
    return app


def _for_code(world: World, app: App, params: Mapping[str, Any]) -> Token:
    code = world.codes.get(str(params.get("code") or ""))
    if code is None or code.app_id != app.id:
        raise GraphError("Invalid verification code format.", 100)
    if code.redirect_uri != params.get("redirect_uri"):
        raise GraphError(_SAME, 100, 36008)
    if code.used:
        raise GraphError("This authorization code has been used.", 100, 36009)
    if code.old(world.clock.now()):
        raise GraphError("This authorization code has expired.", 100, 36007)
    code.used = True
    return world.tokens.user(code.grant)


def _longer(world: World, app: App, value: str) -> Token:
    token = world.tokens.find(value)
    if token is None or token.kind is not Kind.USER or token.app_id != app.id:
        raise known_error(190)
    fault = token.fault(world.clock.now())
    if fault is not None:
        raise fault
    return world.tokens.user(token.grant, short=False)


def _answer(world: World, token: Token) -> dict[str, Any]:
    left = int(token.expires - world.clock.now())
    return {"access_token": token.value, "token_type": "bearer", "expires_in": left}


def _described(world: World, token: Token) -> dict[str, Any]:
    app: App = world.get(App, token.app_id)
    scopes = sorted(token.grant.granted)
    fault = token.fault(world.clock.now())
    data: dict[str, Any] = {"app_id": app.id, "type": token.kind.value, "application": app.name}
    if fault is not None:
        data["error"] = {"code": fault.code, "message": fault.message}
        if fault.subcode is not None:
            data["error"]["subcode"] = fault.subcode
    data |= {
        "is_valid": fault is None,
        "expires_at": int(token.expires),
        "data_access_expires_at": int(token.data_access_expires),
        "issued_at": int(token.issued),
        "user_id": token.user_id,
        "scopes": scopes,
        "granular_scopes": [_granular(token, scope) for scope in scopes],
    }
    if token.profile_id is not None:
        data["profile_id"] = token.profile_id
    return data


def _granular(token: Token, scope: str) -> dict[str, Any]:
    targets = sorted(token.grant.pages) if token.profile_id is None else [token.profile_id]
    of_pages = scope.startswith(("pages_", "instagram_"))
    return {"scope": scope, "target_ids": targets} if of_pages and targets else {"scope": scope}
