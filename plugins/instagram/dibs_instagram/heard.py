"""Which comments of a broadcast were read, and how that is kept from one process to the next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from dibs import IncomingComment
from dibs.clock import utc_now
from dibs.meta import as_instant
from dibs.platforms import Position

REMEMBERED = 5_000
_IDS_KEPT = 100
# A comment may show up behind younger ones: so far is looked back after a restart. What was read counts once anyway.
OVERLAP = timedelta(seconds=10)


@attrs.define(eq=False)
class Heard:
    """New is what was not read by this process, nor, by its time, by one before.

    The time decides and not the way back to the last comment read: that one may have been deleted.
    """

    _since: datetime | None = None
    _newest: datetime | None = None
    _known: OrderedDict[str, None] = attrs.field(factory=OrderedDict, init=False)

    @classmethod
    def from_position(cls, position: Position) -> Heard:
        """As it was stored; a position that can't be read is none."""
        newest, ids = as_instant(position.get("until")), position.get("ids")
        made = cls(None if newest is None else newest - OVERLAP, newest)
        made._remember(one for one in (ids if isinstance(ids, list) else ()) if isinstance(one, str))
        return made

    def is_new(self, comment: IncomingComment) -> bool:
        """Whether it has to be handed over."""
        if comment.comment_id in self._known:
            return False
        return self._since is None or comment.posted_at >= self._since

    def add(self, comments: Iterable[IncomingComment]) -> Position | None:
        """Take note of comments that are handed over, and give the position behind them."""
        taken = list(comments)
        if not taken:
            return None
        # A time in the future would hide after a restart what comes until then.
        latest = min(max(comment.posted_at for comment in taken), utc_now())
        self._newest = latest if self._newest is None else max(self._newest, latest)
        self._remember(comment.comment_id or "" for comment in sorted(taken, key=lambda one: one.posted_at))
        return {"until": self._newest.isoformat(), "ids": list(self._known)[-_IDS_KEPT:]}

    def _remember(self, ids: Iterable[str]) -> None:
        for one in ids:
            self._known[one] = None
            self._known.move_to_end(one)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
