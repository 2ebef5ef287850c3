"""Asking for a broadcast's comments: with patience, and in every way that the platform may need."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import attrs
import structlog

from dibs.clock import monotonic
from dibs.meta import backoff
from dibs.platforms import Live, RefusedError, TryAgainError
from dibs_instagram.api import AccountApi, CommentPage

log = structlog.get_logger("dibs.instagram")
T = TypeVar("T")

# One answer without the comments may be a slip of the platform; so many are none.
LOOKS_UNTIL_NO_PERMISSION = 3
TRIES, LONGEST_WAIT = 5, 30.0


@attrs.define(eq=False)
class Asker:
    """Asks for the comments of one broadcast.

    Attributes:
        last_look: when comments were last seen, in seconds of a clock that only rises; None before.
        refused: the last look found no broadcast because an error said that it is not there.
        unreadable: Instagram neither tells what is on the air nor shows the comments; the webhook alone brings them.
    """

    api: AccountApi
    live: Live
    last_look: float | None = attrs.field(default=None, init=False)
    refused: bool = attrs.field(default=False, init=False)
    unreadable: bool = attrs.field(default=False, init=False)
    _without_comments: int = attrs.field(default=0, init=False)

    async def newest(self) -> CommentPage | None:
        """The newest comments; None if the broadcast is not on the air."""
        self.refused = False
        try:
            on_air = await self._patiently(self.api.on_air)
        except RefusedError as refused:
            if refused.reason != "unsupported":
                raise
            return await self._unlisted(self.live.live_id)
        ids = (self.live.live_id, *self.live.alternate_ids)
        found = next((one for one in on_air if one.media_id in ids), None)
        if found is None:
            return None
        if found.comments is None:
            return await self._left_out(found.media_id)
        self._looked(comments_shown=True)
        return found.comments

    async def older(self, page: CommentPage) -> CommentPage | None:
        """The page behind this one; None if the broadcast is over.

        A cursor goes stale when its comment is deleted: then it begins at the top again.
        """
        try:
            found = await self._page(page.media_id, page.after)
        except RefusedError as refused:
            if refused.reason != "request":
                raise
            found = None
        return found or await self._page(page.media_id)

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
            self.unreadable = False
            self._looked(comments_shown=True)
            return page
        if self.last_look is not None:  # it could be read before: it is over
            return None
        if not self.unreadable:
            log.warning("instagram_webhook_only", account=self.api.account.account_id, media=media_id)
        self.unreadable = True
        return CommentPage(media_id, ())

    async def _page(self, media_id: str, after: str = "") -> CommentPage | None:
        """A page of comments; None if the broadcast is not there."""
        try:
            return await self._patiently(lambda: self.api.comments(media_id, after))
        except RefusedError as refused:
            if refused.reason == "gone":
                self.refused = True
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
        self.last_look = monotonic()
        self._without_comments = 0 if comments_shown else self._without_comments + 1
