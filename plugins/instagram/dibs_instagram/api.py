"""Calls on behalf of one account, at the host and with the token of the login that it came by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs
import structlog

from dibs import IncomingComment
from dibs.clock import utc_now
from dibs.meta import Caller, Graph, as_id, as_instant, as_list, as_mapping, as_text, next_cursor, node_path
from dibs.meta.live_comments import comment_of
from dibs.platforms import Account, RefusedError, TryAgainError

log = structlog.get_logger("dibs.instagram")

MOST, LEAST = 50, 5
_MEDIA = "id,media_type,media_product_type,owner,username,timestamp"
_COMMENT = "id,text,timestamp,username,from,parent_id"
# How a host says that it has no such edge: Instagram's own is not documented to tell broadcasts.
_NO_SUCH_EDGE = frozenset(("gone", "request", "unsupported"))


@attrs.frozen
class CommentPage:
    """Comments, newest first, and the cursor of the page behind it ("" if there is none)."""

    media_id: str
    comments: tuple[IncomingComment, ...]
    after: str = ""


@attrs.frozen
class Media:
    """A broadcast that is on the air; `comments` is None where the platform left them out."""

    media_id: str
    username: str = ""
    started_at: datetime | None = None
    comments: CommentPage | None = None


@attrs.define(eq=False)
class AccountApi:
    """What is asked and told on behalf of an account.

    `limit` is how many comments one answer may hold; it shrinks when the platform asks for less.
    """

    account: Account
    graph: Graph
    limit: int = MOST
    _edge: str = attrs.field(default="", init=False)

    @property
    def by_facebook(self) -> bool:
        """Whether the account came with a Page."""
        return self.account.details.get("login") == "facebook"

    @property
    def caller(self) -> Caller:
        """For reading."""
        return Caller(self.account.token.value, "instagram", self.account.account_id)

    @property
    def strain(self) -> float:
        """By how much the limits of the platform slow calls down, 1 for not at all."""
        return self.graph.pace.slowdown("instagram", self.account.account_id)

    async def on_air(self, *, with_comments: bool = True) -> list[Media]:
        """What the account broadcasts at this moment; empty off air. `unsupported` where it can't be asked for."""
        fields = f"{_MEDIA},comments.limit({self.limit}){{{_COMMENT}}}" if with_comments else _MEDIA
        answer = await self._live_media({"fields": fields})
        found = [self._media(as_mapping(one)) for one in as_list(answer.get("data"))]
        return [media for media in found if media.media_id]

    async def comments(self, media_id: str, after: str = "") -> CommentPage:
        """A page of a broadcast's comments, newest first. `gone` when it is off the air."""
        params = {"fields": _COMMENT, "limit": str(self.limit)} | ({"after": after} if after else {})
        return self._page(media_id, await self.graph.get(node_path(media_id, "comments"), self.caller, params))

    async def subscribe(self) -> None:
        """Have Meta send this account's comments; with a Page it is the Page that is subscribed."""
        if not self.by_facebook:
            await self._subscribe(self.account.account_id, "comments,live_comments")
            return
        page_id = self.account.details.get("page_id")
        if not page_id:
            raise RefusedError("It is not known with which Page this account came: connect it again.", "request")
        try:  # the same as the plugin for Facebook asks for, so that neither takes the other's away
            await self._subscribe(page_id, "feed,live_videos")
        except RefusedError as refused:
            if refused.reason != "request":
                raise
            await self._subscribe(page_id, "live_comments")

    async def unsubscribe(self) -> None:
        """Have Meta send nothing more about this account, if it came by itself: a Page may have others to tell of."""
        if not self.by_facebook:
            await self.graph.delete(node_path(self.account.account_id, "subscribed_apps"), self.caller)

    async def send(self, comment_id: str, text: str) -> str:
        """Answer a comment in private; the id of the message."""
        caller = Caller(self.account.token.value, "messenger", self.account.account_id)
        body = {"recipient": {"comment_id": comment_id}, "message": {"text": text}}
        answer = await self.graph.post(node_path(self.account.account_id, "messages"), caller, json=body)
        return as_id(answer.get("message_id"))

    def ask_for_less(self, error: TryAgainError) -> None:
        """Halve the answers, if that is what the platform wants."""
        if error.data.get("wants_less"):
            self.limit = max(LEAST, self.limit // 2)

    async def _live_media(self, params: Mapping[str, str]) -> Mapping[str, Any]:
        account_id = self.account.account_id
        if self.by_facebook:
            return await self.graph.get(node_path(account_id, "live_media"), self.caller, params)
        for edge in [self._edge] if self._edge else ["me", account_id]:
            try:
                answer = await self.graph.get(node_path(edge, "live_media"), self.caller, params)
            except RefusedError as refused:
                if refused.reason not in _NO_SUCH_EDGE:
                    raise
            else:
                self._edge = edge
                return answer
        raise RefusedError("Instagram does not tell what this account broadcasts.", "unsupported")

    async def _subscribe(self, node: str, fields: str) -> None:
        await self.graph.post(node_path(node, "subscribed_apps"), self.caller, {"subscribed_fields": fields})

    def _media(self, value: Mapping[str, Any]) -> Media:
        media_id = as_id(value.get("id"))
        nested = value.get("comments")
        return Media(
            media_id=media_id,
            username=as_text(value.get("username")),
            started_at=as_instant(value.get("timestamp")),
            comments=None if nested is None else self._page(media_id, as_mapping(nested)),
        )

    def _page(self, media_id: str, answer: Mapping[str, Any]) -> CommentPage:
        listed, after = as_list(answer.get("data")), next_cursor(answer)
        if after is None and len(listed) >= self.limit:  # a nested list may not say that it goes on
            after = as_text(as_mapping(as_mapping(answer.get("paging")).get("cursors")).get("after"))
        return CommentPage(media_id, tuple(self._comments(media_id, listed)), after or "")

    def _comments(self, media_id: str, listed: Iterable[Any]) -> Iterable[IncomingComment]:
        now = utc_now()
        for one in listed:
            try:
                yield comment_of(one, live_id=media_id, seller_ids=[self.account.account_id], otherwise_at=now)
            except ValueError as fault:
                log.warning("instagram_comment_left_out", account=self.account.account_id, why=str(fault))
