"""What the pages read by themselves: headings and the list of shows. Each query names its workspace."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from dibs import NotFoundError
from dibs.runtime import current_runtime

_HEADING = "SELECT id, title FROM shows WHERE workspace_id = $1 AND id = $2"
_LIST = """
SELECT id, title, status, created_at, activated_at, ended_at FROM shows WHERE workspace_id = $1
ORDER BY status IN ('active', 'paused') DESC, id DESC LIMIT 200
"""


@attrs.frozen
class ShowLine:
    """One line of the list of shows."""

    id: UUID
    title: str
    status: str
    created_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None

    @property
    def at(self) -> datetime:
        """The instant that says most: the end, else the start, else when it was made."""
        return self.ended_at or self.activated_at or self.created_at

    @property
    def what(self) -> str:
        """What happened at that instant."""
        if self.ended_at is not None:
            return "ended"
        return "started" if self.activated_at is not None else "created"

    @property
    def lasted(self) -> str:
        """How long an ended show ran, such as `1 h 20 min`; empty for any other."""
        if self.ended_at is None or self.activated_at is None:
            return ""
        minutes = round((self.ended_at - self.activated_at).total_seconds() / 60)
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if hours else f"{rest} min"


@attrs.frozen
class ShowHeading:
    """What the frame of a console needs."""

    id: UUID
    title: str


async def show_heading(workspace_id: UUID, show_id: UUID) -> ShowHeading:
    """Id and title of a show. Raises `NotFoundError`, also for a show of another workspace."""
    rows = await current_runtime().db.hot_fetch(_HEADING, workspace_id, show_id)
    if not rows:
        raise NotFoundError("There is no such show.")
    return ShowHeading(*rows[0])


async def show_lines(workspace_id: UUID) -> list[ShowLine]:
    """The newest 200 shows, those that run now on top."""
    return [ShowLine(*row) for row in await current_runtime().db.hot_fetch(_LIST, workspace_id)]
