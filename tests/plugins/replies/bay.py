"""A platform for tests: its adapter, and the server that it calls over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import attrs
import orjson
from quart import Quart, Response, jsonify, request

from dibs import PluginInfo, hookimpl
from dibs.platforms import (
    Abilities,
    Account,
    Answered,
    Live,
    Platform,
    PlatformContext,
    RefusedError,
    Sent,
    SourceBatch,
    StreamToRead,
    TryAgainError,
)


@attrs.frozen
class BaySettings:
    """Where it is."""

    url: str = ""


PLUGIN = PluginInfo("bay", "Bay", "A platform for tests.", default=True, instance=BaySettings)


class Bay(Platform):
    """Both kinds of answers; a private one once for each comment."""

    name = "bay"
    title = "Bay"
    abilities = Abilities(public_reply=True, private_reply=True)

    def __init__(self, context: PlatformContext) -> None:
        self.settings, self.http = context.settings, context.http

    async def live(self, account: Account, live_id: str) -> Live:
        return Live(live_id)

    async def lives(self, account: Account) -> Sequence[Live]:
        return [Live("live1")]

    async def comments(self, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        """Nothing: the tests hand comments in themselves."""
        while True:
            yield SourceBatch()
            await asyncio.sleep(3600)

    async def reply(self, account: Account, comment: Answered, text: str, *, private: bool) -> Sent:
        body = {"comment": comment.comment_id, "text": text, "private": private, "token": account.token.value}
        try:
            answer = await self.http.request("POST", f"{self.settings.url}/answers", json=body, seconds=5)
            told: Any = orjson.loads(answer.body)
        except (OSError, aiohttp.ClientError, ValueError) as error:
            raise TryAgainError("Bay did not answer.", uncertain=True, retry_after=0.2) from error
        if answer.status == 429:
            raise TryAgainError("Too many.", retry_after=told["wait"], scope="account")
        if answer.status >= 500:
            raise TryAgainError("Bay is down.", retry_after=0.2)
        if answer.status >= 400:
            raise RefusedError("Bay refuses it.", told["reason"])
        return Sent(told["id"])


class LiveBay(Bay):
    """Takes private answers only, and only while live."""

    name = "livebay"
    title = "Live Bay"
    abilities = Abilities(private_reply=True, reply_only_live=True)


@hookimpl
def platforms(context: PlatformContext) -> Sequence[Platform]:
    """Both."""
    return [Bay(context), LiveBay(context)]


@attrs.define(eq=False)
class BayServer:
    """What was said there, in order, and what a test breaks: `answers` are statuses and bodies for the next calls.

    A status of 0 takes the answer and says nothing that can be read.
    """

    url: str = ""
    said: list[dict[str, Any]] = attrs.field(factory=list)
    calls: list[float] = attrs.field(factory=list)
    answers: list[tuple[int, dict[str, Any]]] = attrs.field(factory=list)
    slow: float = 0.0

    def app(self) -> Quart:
        """The application that serves it."""
        app = Quart("bay")
        app.add_url_rule("/answers", "answers", self._answer, methods=["POST"])
        app.add_url_rule("/said", "said", self._said)
        return app

    def texts(self, *, private: bool) -> list[str]:
        """What was said in this way."""
        return [one["text"] for one in self.said if one["private"] is private]

    async def _said(self) -> Response:
        return jsonify(self.said)

    async def _answer(self) -> Any:
        asked = await request.get_json()
        self.calls.append(asyncio.get_running_loop().time())
        status, body = self.answers.pop(0) if self.answers else (200, {})
        if status not in (0, 200):
            return jsonify(body), status
        if asked["private"] and any(one["private"] and one["comment"] == asked["comment"] for one in self.said):
            return jsonify({"reason": "done"}), 400
        self.said.append(asked)
        if self.slow:
            await asyncio.sleep(self.slow)
        if status == 0:
            return Response(b"")
        return jsonify({"id": f"m{len(self.said)}"})
