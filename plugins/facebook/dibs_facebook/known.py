"""What was read of a broadcast already, in a bounded memory, and the position that says so after a crash."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from dibs import IncomingComment
from dibs.clock import utc_now
from dibs.meta import as_id, as_list, as_number, as_text
from dibs.platforms import CommentEdit, Position
from dibs_facebook.decoding import place

# A lower bound may leave out its own second, and comments of one second come in any order.
OVERLAP_SECONDS = 2
MOST_KNOWN, MOST_IN_POSITION = 5000, 400


@attrs.define
class _Heard:
    at: float
    text: int | None


@attrs.define(eq=False)
class Known:
    """The comments that were handed over.

    Attributes:
        newest: until when all was read, the time of the newest one, in unix seconds; None if there was none.
        edge: the id by which comments are asked for, if it is not the first choice.
    """

    newest: float | None = None
    edge: str = ""
    _heard: OrderedDict[str, _Heard] = attrs.field(factory=OrderedDict)

    @classmethod
    def from_position(cls, position: Position) -> Known:
        """What a stored position remembers."""
        known = cls(as_number(position.get("t")), as_text(position.get("edge")))
        for comment_id in filter(None, map(as_id, as_list(position.get("ids")))):
            known._heard[comment_id] = _Heard(known.newest or 0.0, None)
        return known

    @property
    def since(self) -> int | None:
        """From where on to ask so that nothing is missed, in unix seconds; None for from the beginning."""
        return None if self.newest is None else max(0, int(self.newest) - OVERLAP_SECONDS)

    @property
    def remembered(self) -> float:
        """From when on comments that were handed over are known as such, in unix seconds: earlier ones look new."""
        if len(self._heard) < MOST_KNOWN:
            return 0.0
        return next(iter(self._heard.values())).at + OVERLAP_SECONDS

    def __contains__(self, comment_id: object) -> bool:
        return comment_id in self._heard

    def fresh(self, comments: Iterable[IncomingComment]) -> list[IncomingComment]:
        """Those that were not handed over, oldest first, each once."""
        found = {comment.comment_id: comment for comment in comments if comment.comment_id not in self._heard}
        return sorted(found.values(), key=place)

    def edited(self, comments: Iterable[IncomingComment]) -> list[CommentEdit]:
        """Those that were handed over with another text; from now on this one is known."""
        found = []
        for comment in comments:
            heard = self._heard.get(comment.comment_id or "")
            if heard is not None and heard.text != (text := hash(comment.text)):
                if heard.text is not None:
                    found.append(CommentEdit(comment.comment_id or "", comment.text))
                heard.text = text
        return found

    def remember(self, comments: Iterable[IncomingComment]) -> None:
        """Take comments for handed over. What is told by itself may leave some out: it says nothing of how far."""
        now = utc_now().timestamp()
        for comment in comments:
            at = min(now, comment.posted_at.timestamp())
            self._heard[comment.comment_id or ""] = _Heard(at, hash(comment.text))
        while len(self._heard) > MOST_KNOWN:
            self._heard.popitem(last=False)

    def add(self, fresh: Sequence[IncomingComment], read: Iterable[IncomingComment] = ()) -> Position | None:
        """Take comments for handed over; the position to store with them, None if it is still the one before.

        Args:
            read: all that was read with them, without a gap.

        A time that lies ahead of us counts as now: as a lower bound it would hide all that comes before it.
        """
        before, now = self.newest, utc_now().timestamp()
        self.remember(fresh)
        for comment in (*fresh, *read):
            at = min(now, comment.posted_at.timestamp())
            self.newest = max(at, self.newest or at)
        return self.position() if fresh or self.newest != before else None

    def position(self) -> Position:
        """Small and JSON-able: the time of the newest comment, and the ids about that time."""
        newest = self.newest or 0.0
        about = [one for one, heard in self._heard.items() if heard.at >= newest - OVERLAP_SECONDS - 1]
        stored: Mapping[str, Any] = {"t": newest, "ids": about[-MOST_IN_POSITION:]}
        return {**stored, "edge": self.edge} if self.edge else stored
