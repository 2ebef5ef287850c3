"""Comments of one broadcast by asking again and again: beside the webhook, or instead of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

import attrs
import structlog

from dibs.clock import monotonic
from dibs.meta import backoff
from dibs.models.comments import IncomingComment
from dibs.platforms import RefusedError, SourceBatch, StreamToRead, TryAgainError
from dibs_instagram.api import AccountApi, CommentPage
from dibs_instagram.heard import Heard
from dibs_instagram.pace import Pace

log = structlog.get_logger("dibs.instagram")
T = TypeVar("T")

MOST_PAGES = 200
# One answer without the broadcast, or without its comments, may be a slip of the platform; so many are none.
LOOKS_UNTIL_ENDED, LOOKS_UNTIL_NO_PERMISSION = 2, 3
TRIES, LONGEST_WAIT = 5, 30.0
# Where Instagram lets nobody ask, the webhook alone brings comments; it may let us ask later.
UNREADABLE_SECONDS = 60.0


@attrs.define(eq=False)
class BroadcastReader:
    """Reads one broadcast until it is off the air. What was written after the last look can't be read any more."""

    api: AccountApi
    stream: StreamToRead
    _heard: Heard = attrs.field(init=False)
    _pace: Pace = attrs.field(init=False)
    _without_comments: int = attrs.field(default=0, init=False)
    _last_look: float | None = attrs.field(default=None, init=False)
    _unreadable: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._heard = Heard.from_position(self.stream.position)
        self._pace = Pace(self.stream.polling_seconds)

    async def batches(self) -> AsyncIterator[SourceBatch]:
        """Batches with comments, and one that says that the broadcast is over."""
        gone = 0
        while True:
            page = await self._newest()
            fresh = [] if page is None else await self._fresh(page)
            if fresh:
                yield SourceBatch(tuple(fresh), position=self._heard.add(fresh))
            gone = gone + 1 if page is None else 0
            if gone >= LOOKS_UNTIL_ENDED:
                break
            wait = self._pace.after(len(fresh), self.api.strain)
            await asyncio.sleep(UNREADABLE_SECONDS if self._unreadable else wait)
        unread = None if self._last_look is None else round(monotonic() - self._last_look, 1)
        log.info("instagram_broadcast_ended", stream=str(self.stream.stream_id), seconds_unread=unread)
        yield SourceBatch(ended=True)

    async def _newest(self) -> CommentPage | None:
        """The newest comments; None if the broadcast is not on the air."""
        live = self.stream.live
        try:
            on_air = await self._patiently(self.api.on_air)
        except RefusedError as refused:
            if refused.reason != "unsupported":
                raise
            return await self._unlisted(live.live_id)
        found = next((one for one in on_air if one.media_id in (live.live_id, *live.alternate_ids)), None)
        if found is None:
            return None
        if found.comments is None:
            return await self._left_out(found.media_id)
        self._looked(comments_shown=True)
        return found.comments

    async def _left_out(self, media_id: str) -> CommentPage | None:
        """The platform leaves comments out when it may not show them: ask for them alone, so that it says why."""
        page = await self._page(media_id)
        if page is not None:
            self._looked(comments_shown=bool(page.comments))
            if self._without_comments >= LOOKS_UNTIL_NO_PERMISSION:
                raise RefusedError("Instagram does not show this account's comments: connect it again.", "permission")
        return page

    async def _unlisted(self, media_id: str) -> CommentPage | None:
        """Comments of a broadcast where Instagram does not tell what is on the air."""
        try:
            page = await self._page(media_id)
        except RefusedError as refused:
            if refused.reason not in ("request", "unsupported"):
                raise
            page = None
        if page is not None:
            self._unreadable = False
            self._looked(comments_shown=True)
            return page
        if self._last_look is not None:  # it could be read before: it is over
            return None
        if not self._unreadable:
            log.warning("instagram_webhook_only", stream=str(self.stream.stream_id))
        self._unreadable = True
        return CommentPage(media_id, ())

    async def _fresh(self, page: CommentPage) -> Sequence[IncomingComment]:
        """What was not handed over yet, oldest first: page by page back to what is known."""
        found: dict[str, IncomingComment] = {}
        for _ in range(MOST_PAGES):
            new = [comment for comment in page.comments if self._heard.is_new(comment)]
            found |= {comment.comment_id or "": comment for comment in new}
            older = None if len(new) < len(page.comments) or not page.after else await self._older(page)
            if older is None:
                break
            page = older
        else:
            log.warning("instagram_comments_left_unread", stream=str(self.stream.stream_id), read=len(found))
        # Newest first as they came: of one second, the one further down is the older one.
        oldest_first = list(found.values())[::-1]
        oldest_first.sort(key=lambda comment: comment.posted_at)
        return oldest_first

    async def _older(self, page: CommentPage) -> CommentPage | None:
        """The page behind this one; None if the broadcast ended meanwhile: what was read is handed over then."""
        try:
            found = await self._page(page.media_id, page.after)
        except RefusedError as refused:
            if refused.reason != "request":
                raise
            found = None
        # A cursor goes stale when its comment is deleted: from the top then, what was read is known by its id.
        return found or await self._page(page.media_id)

    async def _page(self, media_id: str, after: str = "") -> CommentPage | None:
        """A page of comments; None if the broadcast is not there."""
        try:
            return await self._patiently(lambda: self.api.comments(media_id, after))
        except RefusedError as refused:
            if refused.reason == "gone":
                return None
            raise

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Sit out what passes soon; the limits of the account and of the app are for the core to wait for."""
        tries = 0
        while True:
            try:
                return await ask()
            except TryAgainError as error:
                tries, wait = tries + 1, error.retry_after or backoff(tries, 0.5)
                if error.scope != "call" or tries >= TRIES or wait > LONGEST_WAIT:
                    raise
                self.api.ask_for_less(error)
            await asyncio.sleep(wait)

    def _looked(self, *, comments_shown: bool) -> None:
        self._last_look = monotonic()
        self._without_comments = 0 if comments_shown else self._without_comments + 1
