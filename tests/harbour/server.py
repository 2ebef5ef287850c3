"""The platform itself: a server with a consent dialog, tokens, accounts, and whatever a test breaks in it."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import attrs
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, jsonify, redirect, request

ALL = ("comments", "profile")


@attrs.define(eq=False)
class HarbourServer:
    """What the platform knows, for tests to read and to change.

    Attributes:
        accounts: names by id of what the next consent gives access to.
        declined: permissions that the person leaves out.
        consent: whether the person agrees.
        days: how long a token lives; None for ever.
        down: it answers 500.
        refused: answer every call with this reason.
        deaf: subscriptions are refused.
    """

    url: str = ""
    accounts: dict[str, str] = attrs.field(factory=lambda: {"p1": "Anna's Closet"})
    user: str = "u1"
    declined: tuple[str, ...] = ()
    consent: bool = True
    days: float | None = 60
    down: bool = False
    refused: str | None = None
    deaf: bool = False
    redirect_uri: str | None = None
    codes: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    tokens: dict[str, str] = attrs.field(factory=dict)
    issued: list[str] = attrs.field(factory=list)
    dead: set[str] = attrs.field(factory=set)
    calls: list[tuple[str, str]] = attrs.field(factory=list)
    again: bool = False

    def new_token(self, account_id: str) -> str:
        """A token that only the platform and its adapter may ever see."""
        token = f"canary-{secrets.token_hex(16)}"
        self.tokens[token] = account_id
        self.issued.append(token)
        return token

    def kill(self, account_id: str) -> None:
        """Every token of an account is dead from now on."""
        self.dead |= {token for token, owner in self.tokens.items() if owner == account_id}

    @property
    def expires_at(self) -> str | None:
        return None if self.days is None else (datetime.now(UTC) + timedelta(days=self.days)).isoformat()

    @property
    def granted(self) -> list[str]:
        return [scope for scope in ALL if scope not in self.declined]

    def made(self, account_id: str) -> dict[str, Any]:
        return {"token": self.new_token(account_id), "expires_at": self.expires_at}

    def app(self) -> Quart:
        """The application that serves it."""
        app = Quart("harbour")
        app.add_url_rule("/dialog", "dialog", self._dialog)
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        app.add_url_rule("/<any(me, lives):what>", "read", self._call)
        app.add_url_rule("/<any(refresh, revoke, subscribe):what>", "write", self._call, methods=["POST"])
        app.before_request(self._before)
        return app

    async def _before(self) -> tuple[Response, int] | None:
        if self.down:
            return jsonify({}), 500
        if self.refused and request.path != "/dialog":
            return _refusal(self.refused)
        return None

    async def _dialog(self) -> Any:
        self.again = request.args.get("again") == "1"
        answer = {"state": request.args["state"]}
        if self.consent:
            code = secrets.token_hex(8)
            self.codes[code] = {"redirect_uri": request.args["redirect_uri"]}
            answer["code"] = code
        else:
            answer |= {"error": "access_denied", "error_description": "The user said no"}
        return redirect(f"{request.args['redirect_uri']}?{urlencode(answer)}")

    async def _token(self) -> Any:
        form = await request.form
        known = self.codes.pop(form["code"], None)
        if known is None:
            return _refusal("request", "The code was used already.")
        if form["redirect_uri"] != (self.redirect_uri or known["redirect_uri"]):
            return _refusal("configuration", "The redirect address is not the registered one.")
        scopes = {"scopes": self.granted, "missing": list(self.declined)}
        found = [{"id": one, "name": name, **scopes, **self.made(one)} for one, name in self.accounts.items()]
        return jsonify({"user": self.user, "accounts": found})

    async def _call(self, what: str) -> Any:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        account_id = self.tokens.get(token)
        self.calls.append((what, account_id or ""))
        if account_id is None or token in self.dead:
            return _refusal("token", "The access token has expired.")
        if what == "refresh":
            return jsonify(self.made(account_id))
        if what == "revoke":
            self.dead.add(token)
        if what == "subscribe" and self.deaf:
            return _refusal("permission", "This app may not subscribe.")
        if what == "lives":
            return jsonify({"lives": [{"id": "777", "title": "Friday live"}]})
        return jsonify({"scopes": self.granted, "missing": list(self.declined)})


def _refusal(reason: str, message: str = "Harbour refuses this.") -> tuple[Response, int]:
    return jsonify({"reason": reason, "message": message}), 400


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """An application at a free port of the loopback address; its origin."""
    ended = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.errorlog = None
    server = asyncio.create_task(serve(app, config, shutdown_trigger=ended.wait))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        ended.set()
        await server


@asynccontextmanager
async def harbour_server() -> AsyncIterator[HarbourServer]:
    """The platform, reachable."""
    made = HarbourServer()
    async with serving(made.app()) as url:
        made.url = url
        yield made
