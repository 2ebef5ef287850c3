"""Whether a show is followed: asked for each claim of a sale, so it is remembered for a moment.

A process may have heard "no" just before somebody opens the carts of a show. What it lets pass meanwhile is made good
by the job `live_shopping.catch_up`, which comes when no process can remember that any more.
"""

from __future__ import annotations

from time import monotonic
from typing import Final
from uuid import UUID

from dibs import EventContext

SECONDS: Final = 2.0
_MOST: Final = 1000
_FOLLOWED = "SELECT 1 FROM live_shows WHERE workspace_id = $1 AND show_id = $2"
_known: dict[tuple[UUID, UUID], tuple[float, bool]] = {}


async def is_followed(context: EventContext, show_id: UUID) -> bool:
    """Whether the carts of this show were opened; the answer may be two seconds old."""
    key, now = (context.data.workspace_id, show_id), monotonic()
    known = _known.get(key)
    if known is not None and now - known[0] < SECONDS:
        return known[1]
    answer = bool(await context.data.fetch(_FOLLOWED, show_id))
    if len(_known) >= _MOST:
        _known.clear()
    _known[key] = now, answer
    return answer


def forget(workspace_id: UUID, show_id: UUID) -> None:
    """Ask again, because the answer has changed."""
    _known.pop((workspace_id, show_id), None)
