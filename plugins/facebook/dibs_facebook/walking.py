"""Going through the comments of a broadcast page by page, whatever cursors and empty pages do on the way."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import attrs

from dibs import IncomingComment
from dibs.meta import as_text
from dibs.platforms import RefusedError, StreamToRead
from dibs_facebook.api import COMMENT_FIELDS, PLAIN_COMMENT_FIELDS, Order, PageApi
from dibs_facebook.decoding import CommentPage, place, read_page
from dibs_facebook.known import Known

Ask = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]

# A hundred is known to work; more at once saves calls while much is written, where Facebook gives it.
PAGE_SIZE, BUSY_PAGE, SMALLEST_PAGE, LARGEST_PAGE = 100, 200, 10, 400
MOST_BACK, MOST_BACK_AT_FIRST = 6, 10
MOST_EMPTY, MOST_STALLS = 20, 6
_ELSEWHERE = ("gone", "request", "unsupported")


@attrs.define(eq=False)
class Walker:
    """Reads pages of comments of one broadcast. `ask` sits out what passes soon.

    Attributes:
        size: comments asked for at once; halved when Facebook wants that.
        busy_size: the same while much is written; no more than `size` where Facebook refuses that.
        used_cursors: whether pages were joined by cursors, which may lose comments where they meet.
    """

    api: PageApi
    stream: StreamToRead
    known: Known
    ask: Ask
    size: int = PAGE_SIZE
    busy_size: int = BUSY_PAGE
    used_cursors: bool = False
    _busy: bool = False
    _fields: str = COMMENT_FIELDS

    def ask_for_less(self) -> None:
        """The answer was too large for Facebook."""
        if self.busy_size <= self.size or not self._busy:
            self.size = max(SMALLEST_PAGE, self.size // 2)
        self.busy_size = self.size

    async def newest(self) -> Sequence[IncomingComment] | None:
        """The newest comments, oldest first, back to what is known; None if the way back was lost or is too long."""
        found: dict[str, IncomingComment] = {}
        comments = await self._back(found)
        new = sum(comment_id not in self.known for comment_id in found)
        self._busy = comments is None or new > self.size // 3
        return comments

    async def _back(self, found: dict[str, IncomingComment]) -> Sequence[IncomingComment] | None:
        after, first, empty = None, self.known.newest is None, 0
        for _ in range(MOST_BACK_AT_FIRST if first else MOST_BACK + MOST_EMPTY):
            try:
                page = await self._page("reverse_chronological", after=after)
            except RefusedError as refused:
                if after is None or refused.reason not in _ELSEWHERE:
                    raise
                return None
            before = len(found)
            found |= {comment.comment_id or "": comment for comment in page.comments}
            empty = 0 if page.comments else empty + 1
            if page.after is None or self._connects(page) or empty > MOST_EMPTY:
                return sorted_out(found)
            if (after is not None and page.comments and len(found) == before) or page.after == after:
                break
            if not first and len(found) > MOST_BACK * self.busy_size:
                break
            after, self.used_cursors = page.after, True
        return sorted_out(found) if first and self._all_that_counts(found) else None

    def _all_that_counts(self, found: Mapping[str, IncomingComment]) -> bool:
        """Whether a first look has gone back to where comments begin to count."""
        since = self.stream.since
        return since is None or any(comment.posted_at < since for comment in found.values())

    async def forward(self, since: int | None) -> AsyncIterator[Sequence[IncomingComment]]:
        """Every page from a time on, oldest first."""
        seen: OrderedDict[str, None] = OrderedDict()
        after, latest, empty, stalls, times = None, 0, 0, 0, 1
        while stalls < MOST_STALLS and empty < MOST_EMPTY:
            try:
                page = await self._page("chronological", since=since, after=after, times=times)
            except RefusedError as refused:
                if after is None or refused.reason not in _ELSEWHERE:
                    raise
                page = None
            news = [comment for comment in page.comments if comment.comment_id not in seen] if page else []
            if news:
                seen.update((comment.comment_id or "", None) for comment in news)
                while len(seen) > LARGEST_PAGE * 3:
                    seen.popitem(last=False)
                latest, empty, stalls = max(latest, int(news[-1].posted_at.timestamp())), 0, 0
                yield news
            if page is not None and page.after is None:
                return
            if page is not None and page.after != after and (news or not page.comments):
                empty += not page.comments
                after, self.used_cursors = page.after, True
                continue
            # The cursor leads nowhere or back: begin again where the last page ended, with more at once if that is
            # all within one second.
            stalls += 1
            times = times if after else times * 2
            after, since = None, max(since or 0, latest - 1) if seen else since

    async def _page(
        self, order: Order, *, since: int | None = None, after: str | None = None, times: int = 1
    ) -> CommentPage:
        """A page, by the broadcast's own id or, where that is refused, by its video's."""
        how: dict[str, Any] = {"since": since, "after": after}
        edges = self._edges()
        for number, edge in enumerate(edges, 1):
            try:
                return await self._page_at(edge, order, times, how)
            except RefusedError as refused:
                if self._asks_for_too_much(refused, times):
                    return await self._page_at(edge, order, 1, how)
                if after is not None or number == len(edges) or refused.reason not in _ELSEWHERE:
                    raise
        raise AssertionError("a broadcast has an id")

    async def _page_at(self, edge: str, order: Order, times: int, how: Mapping[str, Any]) -> CommentPage:
        async def ask() -> Mapping[str, Any]:
            limit = min((self.busy_size if self._busy else self.size) * times, LARGEST_PAGE)
            return await self.api.comments(edge, order, limit=limit, fields=self._fields, **how)

        answer = await self.ask(ask)
        self.known.edge = edge if edge != self.stream.live.live_id else ""
        return read_page(answer, self.stream.live.live_id, self.sellers)

    def _edges(self) -> Sequence[str]:
        live = self.stream.live
        return tuple(dict.fromkeys(filter(None, (self.known.edge, live.live_id, *live.alternate_ids))))

    @property
    def sellers(self) -> frozenset[str]:
        """Whose comments are the seller's own."""
        return frozenset((self.api.page_id, *self.stream.live.seller_ids))

    def _asks_for_too_much(self, refused: RefusedError, times: int) -> bool:
        """Whether to try again with less: some Pages know not all fields, and nobody says how large a page may be."""
        said = as_text(refused.data.get("said")).lower()
        if "limit" in said and (self._busy or times > 1) and self.busy_size > self.size:
            self.busy_size = self.size
            return True
        if self._fields == PLAIN_COMMENT_FIELDS or ("field" not in said and refused.reason != "unsupported"):
            return False
        self._fields = PLAIN_COMMENT_FIELDS
        return True

    def _connects(self, page: CommentPage) -> bool:
        """Whether a page reaches back behind what is known, by a second, since comments may show late."""
        newest = self.known.newest
        return newest is not None and bool(page.comments) and page.comments[0].posted_at.timestamp() < newest - 1


def sorted_out(found: dict[str, IncomingComment]) -> Sequence[IncomingComment]:
    """Oldest first."""
    return sorted(found.values(), key=place)
