"""Who calls: the token, its app, and the proof that the call comes from the app's server."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from dibs_meta_simulator.errors import GraphError, bad_parameter, known_error
from dibs_meta_simulator.hosts import INSTAGRAM_GRAPH
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.tokens import Kind, Token
from dibs_meta_simulator.signing import app_secret_proof
from dibs_meta_simulator.world import World

_UNREADABLE = "Invalid OAuth access token - Cannot parse access token"
_FIVE_MINUTES = 300


def given_token(params: Mapping[str, Any], headers: Mapping[str, str]) -> str | None:
    """The token's text, from the header or a parameter."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth") and value:
        return value.strip()
    found = params.get("access_token")
    return str(found) if found else None


def check_token(world: World, host: str, value: str | None) -> Token:
    """The token, alive and of this host's kind.

    Raises:
        GraphError: code 190, 102, or 2500 if there is none.
    """
    if not value:
        raise GraphError("An active access token must be used to query information about the current user.", 2500)
    token = world.tokens.find(value)
    if token is None:
        raise known_error(190, message=_UNREADABLE)
    if (token.kind is Kind.INSTAGRAM) != (host == INSTAGRAM_GRAPH) and token.kind is not Kind.APP:
        raise known_error(190, message=_UNREADABLE)
    fault = token.fault(world.clock.now())
    if fault is not None:
        raise fault
    if token.kind is not Kind.APP and world.clock.now() >= token.data_access_expires:
        raise known_error(10, message="(#10) Access to the user's data has expired, the user has to log in again")
    return token


def check_proof(world: World, app: App, token: Token, params: Mapping[str, Any]) -> None:
    """The proof, if one is given or needed: with the secret of the app that issued the token.

    Raises:
        GraphError: code 100.
    """
    proof, seconds = params.get("appsecret_proof"), params.get("appsecret_time")
    if token.kind is Kind.APP:
        return
    if not proof:
        if app.require_proof or world.faults.hit("bare_proof"):
            raise bad_proof("API calls from the server require an appsecret_proof argument")
        return
    secret = app.instagram_secret if token.kind is Kind.INSTAGRAM else app.secret
    moment = None if seconds is None else _moment(world, str(seconds))
    if not hmac.compare_digest(str(proof).encode(), app_secret_proof(secret, token.value, moment).encode()):
        raise bad_proof("Invalid appsecret_proof provided in the API argument")


def bad_proof(words: str) -> GraphError:
    """Code 100 without the number in the words, as it was seen."""
    return GraphError(words, 100, kind="GraphMethodException")


def _moment(world: World, text: str) -> int:
    if not text.isdigit():
        raise bad_parameter("Param appsecret_time must be a unix timestamp")
    if abs(world.clock.now() - int(text)) > _FIVE_MINUTES:
        raise bad_proof("Invalid appsecret_proof provided in the API argument: it is older than five minutes")
    return int(text)
