"""A small platform with broadcasts: a real server, what a test breaks in it, and the adapter that reads it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import attrs
import orjson
from quart import Quart, Response, jsonify, request

from dibs import PluginInfo, hookimpl
from dibs.models.comments import Author, IncomingComment
from dibs.platforms import (
    Abilities,
    Account,
    CommentEdit,
    Live,
    Platform,
    PlatformContext,
    RefusedError,
    SourceBatch,
    StreamToRead,
    TryAgainError,
)

from ...harbour.server import serving


@attrs.frozen
class ToySettings:
    """Where the platform is, and how often it is asked."""

    url: str = ""
    every: float = 0.05


@attrs.frozen
class ToyRules:
    """What a workspace may set."""

    colour: str = "red"


PLUGIN = PluginInfo("toy", "Toy", "A platform for tests.", default=True, settings=ToyRules, instance=ToySettings)


class Toy(Platform):
    """Comments by number: the position is how many were read."""

    name = "toy"
    title = "Toy"
    abilities = Abilities(webhooks=True)

    def __init__(self, context: PlatformContext) -> None:
        self.settings, self.http = context.settings, context.http
        self.colours: list[str] = []

    async def lives(self, account: Account) -> Sequence[Live]:
        return [_live(one) for one in (await self._ask("/lives", account))["lives"]]

    async def live(self, account: Account, live_id: str) -> Live:
        return _live(await self._ask(f"/lives/{live_id}", account))

    async def comments(self, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        self.colours.append(stream.settings.colour)
        position = dict(stream.position)
        while True:
            found = await self._ask(
                f"/lives/{stream.live.live_id}/comments?after={position.get('n', 0)}", stream.account
            )
            if found.get("crash"):
                raise ZeroDivisionError("the adapter fell over")
            position = {"n": found["next"]}
            yield SourceBatch(
                tuple(_comment(one, stream.live.live_id) for one in found["comments"]),
                tuple(CommentEdit(one["id"], one["text"]) for one in found["edits"]),
                tuple(found["removals"]),
                position,
                found["viewers"],
                found["ended"],
            )
            await asyncio.sleep(self.settings.every)

    async def _ask(self, path: str, account: Account) -> Mapping[str, Any]:
        headers = {"Authorization": account.token.value}
        answer = await self.http.request("GET", self.settings.url + path, headers=headers)
        body: Mapping[str, Any] = orjson.loads(answer.body)
        if answer.status == 429:
            raise TryAgainError("Toy is busy.", retry_after=body["retry_after"], scope="account")
        if answer.status >= 500:
            raise TryAgainError("Toy does not answer now.")
        if answer.status >= 400:
            raise RefusedError(body["message"], body["reason"])
        return body


def _live(one: Mapping[str, Any]) -> Live:
    return Live(
        one["id"], one["title"], one["status"], viewers=one["viewers"], url=f"https://toy.example/{one['id']}",
        alternate_ids=(f"v{one['id']}",), seller_ids=("seller",),
    )  # fmt: skip


def _comment(one: Mapping[str, Any], live_id: str) -> IncomingComment:
    author = Author(one["who"], one["who"].title()) if one["who"] else None
    return IncomingComment("toy", one["text"], datetime.fromisoformat(one["at"]), one["id"], author, live_id)


@hookimpl
def platforms(context: PlatformContext) -> Sequence[Platform]:
    """The one platform."""
    return [Toy(context)]


@attrs.define(eq=False)
class Broadcast:
    """A live at the platform; `comments` are all that it ever had."""

    id: str
    title: str = "Friday live"
    status: str = "live"
    viewers: int | None = 10
    comments: list[dict[str, Any]] = attrs.field(factory=list)
    edits: list[dict[str, str]] = attrs.field(factory=list)
    removals: list[str] = attrs.field(factory=list)
    ended: bool = False

    def say(self, text: str, who: str = "ana", at: datetime | None = None) -> str:
        """A viewer comments; the id of the comment."""
        comment_id = f"{self.id}-{len(self.comments) + 1}"
        stamp = (at or datetime.now(UTC)).isoformat()
        self.comments.append({"id": comment_id, "text": text, "who": who, "at": stamp})
        return comment_id


@attrs.define(eq=False)
class ToyServer:
    """What the platform knows, for tests to read and to change.

    Attributes:
        dead: tokens that are refused.
        status: a status to answer instead; `retry_after` goes with 429.
        hangs, crashes: it answers nothing, or something at which the adapter falls over.
        page: at most so many comments in an answer.
        asked: paths, with the token that asked.
    """

    url: str = ""
    lives: dict[str, Broadcast] = attrs.field(factory=dict)
    dead: set[str] = attrs.field(factory=set)
    status: int | None = None
    retry_after: float = 0.3
    hangs: bool = False
    crashes: bool = False
    page: int = 50
    asked: list[tuple[str, str]] = attrs.field(factory=list)

    def go_live(self, live_id: str = "777", **more: Any) -> Broadcast:
        """A broadcast begins."""
        made = self.lives[live_id] = Broadcast(live_id, **more)
        return made

    def app(self) -> Quart:
        """The application that serves it."""
        app = Quart("toy")
        app.before_request(self._before)
        app.add_url_rule("/lives", "lives", self._lives)
        app.add_url_rule("/lives/<live_id>", "live", self._live)
        app.add_url_rule("/lives/<live_id>/comments", "comments", self._comments)
        return app

    async def _before(self) -> tuple[Response, int] | None:
        token = request.headers["Authorization"]
        self.asked.append((request.path, token))
        while self.hangs:
            await asyncio.sleep(0.05)
        if token in self.dead:
            return jsonify({"reason": "token", "message": "The token has ended."}), 400
        if self.status is not None:
            return jsonify({"retry_after": self.retry_after, "reason": "gone", "message": "It is gone."}), self.status
        return None

    async def _lives(self) -> Response:
        return jsonify({"lives": [_told(live) for live in self.lives.values()]})

    async def _live(self, live_id: str) -> Any:
        live = self.lives.get(live_id)
        return (jsonify({"reason": "gone", "message": "No such live."}), 404) if live is None else jsonify(_told(live))

    async def _comments(self, live_id: str) -> Any:
        live, after = self.lives[live_id], int(request.args["after"])
        if self.crashes:
            return jsonify({"crash": True})
        found = live.comments[after : after + self.page]
        return jsonify(
            {
                "comments": found, "next": after + len(found), "viewers": live.viewers, "edits": live.edits,
                "removals": live.removals, "ended": live.ended and after + len(found) == len(live.comments),
            }
        )  # fmt: skip


def _told(live: Broadcast) -> dict[str, Any]:
    return {"id": live.id, "title": live.title, "status": live.status, "viewers": live.viewers}


@asynccontextmanager
async def toy_server() -> AsyncIterator[ToyServer]:
    """The platform, reachable."""
    made = ToyServer()
    async with serving(made.app()) as url:
        made.url = url
        yield made
