"""The list of shows as the page shows it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from dibs.runtime import current_runtime
from dibs.shows.service import Shows


@attrs.frozen
class ShowLine:
    """One line of the list of shows."""

    id: str
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


async def show_lines(workspace_id: UUID) -> list[ShowLine]:
    """The shows of a workspace, those that run now on top."""
    names = [field.name for field in attrs.fields(ShowLine)]
    rows = await Shows(current_runtime().db).all(workspace_id)
    return [ShowLine(**{name: row[name] for name in names}) for row in rows]
