"""From the newest comments back to what is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
import structlog

from dibs import IncomingComment
from dibs.clock import monotonic
from dibs_instagram.api import CommentPage
from dibs_instagram.asking import Asker
from dibs_instagram.heard import Heard

log = structlog.get_logger("dibs.instagram")

MOST_PAGES, MOST_SWEPT = 200, 20
SWEEP_SECONDS = 10.0


@attrs.define(eq=False)
class Walker:
    """Collects what was not handed over yet.

    Pages are joined by cursors, and where they meet comments may be lost: a comment that is deleted meanwhile takes its
    cursor along. So what was read over several pages is gone through once more, some seconds later, while the limits
    of the platform are far.
    """

    asker: Asker
    heard: Heard
    _sweep_to: datetime | None = attrs.field(default=None, init=False)
    _sweep_at: float = attrs.field(default=0.0, init=False)

    async def fresh(self, page: CommentPage) -> Sequence[IncomingComment]:
        """What is new, oldest first, beginning at the newest page."""
        down_to = self._sweep_to if monotonic() >= self._sweep_at and self.asker.api.strain <= 1.0 else None
        if down_to is not None:
            self._sweep_to = None
        found, pages = await self._collect(page, down_to)
        if pages > 1 and down_to is None and found:
            self._sweep_later(min(comment.posted_at for comment in found))
        # Newest first as they came: of one second, the one further down is the older one.
        oldest_first = found[::-1]
        oldest_first.sort(key=lambda comment: comment.posted_at)
        return oldest_first

    async def _collect(self, page: CommentPage, down_to: datetime | None) -> tuple[list[IncomingComment], int]:
        """New comments, newest first, and how many pages that took; back to `down_to`, whatever is known."""
        found: dict[str, IncomingComment] = {}
        most = MOST_PAGES if down_to is None else MOST_SWEPT
        for pages in range(1, most + 1):
            new = [comment for comment in page.comments if self.heard.is_new(comment)]
            found |= {comment.comment_id or "": comment for comment in new}
            if not page.after or (len(new) < len(page.comments) and _reaches(page, down_to)):
                return list(found.values()), pages
            older = await self.asker.older(page)
            if older is None:  # it ended meanwhile: what was read is handed over
                return list(found.values()), pages
            page = older
        if down_to is None:
            log.warning("instagram_comments_left_unread", media=page.media_id, read=len(found))
        return list(found.values()), most

    def _sweep_later(self, oldest: datetime) -> None:
        if self._sweep_to is None:
            self._sweep_at = monotonic() + SWEEP_SECONDS
        self._sweep_to = min(oldest, self._sweep_to or oldest)


def _reaches(page: CommentPage, down_to: datetime | None) -> bool:
    return down_to is None or any(comment.posted_at < down_to for comment in page.comments)
