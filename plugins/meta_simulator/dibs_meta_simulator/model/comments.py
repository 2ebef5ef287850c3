"""Comments of one broadcast, in order of second and arrival."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from operator import attrgetter

import attrs

from dibs_meta_simulator.model.people import Viewer

_KEY = attrgetter("key")


@attrs.define(eq=False)
class Comment:
    """A comment on a live video, on Instagram live media, or under another comment.

    Attributes:
        number: the order of arrival.
        low_quality: hidden by `live_filter=filter_low_quality`.
        private_reply: the text that was sent in answer, None before.
    """

    id: str
    live_id: str
    number: int
    author: Viewer
    text: str
    created: float
    parent_id: str | None = None
    attachment: dict[str, object] | None = None
    low_quality: bool = False
    hidden: bool = False
    deleted: bool = False
    private_reply: str | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Its place: whole seconds, since Meta knows no finer, then arrival."""
        return int(self.created), self.number


class MediaComment(Comment):
    """A comment on Instagram live media."""


@attrs.define(eq=False)
class Thread:
    """The comments of one broadcast."""

    _items: list[Comment] = attrs.field(factory=list)

    def add(self, comment: Comment) -> None:
        """Put a comment in its place."""
        if self._items and comment.key < self._items[-1].key:
            insort(self._items, comment, key=_KEY)
        else:
            self._items.append(comment)

    def __len__(self) -> int:
        return sum(not comment.deleted for comment in self._items)

    def vanished(self, key: tuple[int, int]) -> bool:
        """Whether the comment of that place was deleted."""
        place = bisect_left(self._items, key, key=_KEY)
        return place < len(self._items) and self._items[place].key == key and self._items[place].deleted

    def walk(self, newest_first: bool, after: tuple[int, int] | None = None) -> Iterator[Comment]:
        """Comments that are still there, from the end, or from behind a place."""
        if newest_first:
            start = len(self._items) if after is None else bisect_left(self._items, after, key=_KEY)
            places = range(start - 1, -1, -1)
        else:
            start = 0 if after is None else bisect_left(self._items, (after[0], after[1] + 1), key=_KEY)
            places = range(start, len(self._items))
        for place in places:
            if not self._items[place].deleted:
                yield self._items[place]
