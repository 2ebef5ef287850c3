"""The adapter: what Dibs asks of a platform, said in the words of Corner."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from dibs.platforms import (
    Abilities,
    Account,
    Answered,
    Live,
    Outgoing,
    Platform,
    RefusedError,
    Sent,
    SourceBatch,
    StreamToRead,
    Token,
    WebhookContent,
    WebhookNews,
    WebhookRequest,
)
from dibs_corner.client import call
from dibs_corner.notes import as_comment
from dibs_corner.settings import CornerSettings


class Corner(Platform):
    """Rooms of Corner. One of these serves all workspaces, so it keeps nothing about any of them."""

    name: ClassVar[str] = "corner"
    title: ClassVar[str] = "Corner"
    abilities: ClassVar[Abilities] = Abilities(webhooks=True, public_reply=True, readable_after_end=True)

    def __init__(self, settings: CornerSettings, http: Outgoing) -> None:
        self._settings, self._http = settings, http

    def missing_settings(self) -> tuple[str, ...]:
        """What is needed before anybody can connect."""
        return tuple(name for name in ("app_id", "secret") if not getattr(self._settings, name))

    # --- connecting

    def authorize_url(self, state: str, redirect_uri: str, *, ask_again: bool = False) -> str:
        """Corner asks the person, and sends the browser back with a code."""
        query = {"app": self._settings.app_id, "state": state, "back": redirect_uri}
        return f"{self._settings.base_url}/consent?{urlencode(query)}"

    async def accounts(self, code: str, redirect_uri: str) -> Sequence[Account]:
        """Corner gives a token for each room of the person."""
        told = {"code": code, "back": redirect_uri, "secret": self._settings.secret}
        answer = await self._call("POST", "/token", body=told)
        return [
            Account(self.name, room["id"], room["name"], Token(room["token"]), user_id=answer["person"])
            for room in answer["rooms"]
        ]

    # --- broadcasts and comments

    async def lives(self, account: Account) -> Sequence[Live]:
        """What goes on in the room."""
        found = await self._call("GET", f"/rooms/{account.account_id}/lives", token=account.token.value)
        return [Live(live["id"], live["title"], url=f"{self._settings.base_url}/l/{live['id']}") for live in found]

    async def live(self, account: Account, live_id: str) -> Live:
        """One of them."""
        live = await self._call("GET", f"/lives/{live_id}", token=account.token.value)
        return Live(live["id"], live["title"], "ended" if live["over"] else "live")

    async def comments(self, stream: StreamToRead) -> AsyncIterator[SourceBatch]:
        """Everything after the last note that was stored. The position travels with the batch that it belongs to."""
        after = int(stream.position.get("after", 0))
        path, token = f"/lives/{stream.live.live_id}/notes", stream.account.token.value
        while True:
            page = await self._call("GET", path, token=token, params={"after": str(after)})
            after = page["last"]
            heard = tuple(as_comment(note) for note in page["notes"])
            yield SourceBatch(heard, position={"after": after}, viewers=page["viewers"], ended=page["over"])
            if page["over"]:
                return
            await asyncio.sleep(stream.polling_seconds)

    # --- webhooks

    def handshake(self, query: Mapping[str, str]) -> str | None:
        """Corner sends the token and a challenge, and wants the challenge back."""
        known, given = self._settings.verify_token, query.get("token", "")
        fits = known and hmac.compare_digest(known.encode(), given.encode())
        return query.get("challenge") if fits else None

    def verified(self, request: WebhookRequest) -> bool:
        """HMAC-SHA256 of the bytes as they came."""
        return self._signs(request.body, request.headers.get("x-corner-signature", ""))

    def decode(self, request: WebhookRequest) -> WebhookContent:
        """The notes by room and broadcast; other kinds of news are left out."""
        told = json.loads(request.body)
        if request.headers.get("x-corner-kind") != "notes":
            return WebhookContent(left_out=("not about notes",))
        news = [
            WebhookNews(
                part["room"], part["live"], SourceBatch(tuple(map(as_comment, part["notes"])), source="webhook")
            )
            for part in told["parts"]
        ]
        return WebhookContent(tuple(news))

    def signed_user(self, signed_request: str) -> str:
        """`person.signature`, when a person removes the app or wants to be forgotten."""
        person, _, signature = signed_request.rpartition(".")
        if not person or not self._signs(person.encode(), signature):
            raise RefusedError("The request is not signed by Corner.", "request")
        return person

    # --- answering

    async def reply(self, account: Account, comment: Answered, text: str, *, private: bool) -> Sent:
        """Everybody in the room sees it."""
        if private:
            raise RefusedError("Corner has no private answers.", "unsupported")
        body = {"to": comment.comment_id, "text": text}
        sent = await self._call("POST", f"/lives/{comment.live_id}/answers", token=account.token.value, body=body)
        return Sent(sent["id"])

    def _signs(self, content: bytes, signature: str) -> bool:
        secret = self._settings.secret.encode()
        expected = hmac.digest(secret, content, "sha256").hex()
        return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))

    async def _call(self, method: str, path: str, **more: Any) -> Any:
        return await call(self._http, method, f"{self._settings.base_url}{path}", **more)
