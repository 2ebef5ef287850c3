"""Making a show from the page's form."""

from __future__ import annotations

from uuid import UUID

from dibs import FieldFault, InvalidInputError
from dibs.api.auth import actor
from dibs.models.items import title_fault
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.show_editing import read_instant


async def create_show(workspace_id: UUID, title: str, scheduled_at: str = "") -> UUID:
    """A new draft with this title and the workspace's rules. Raises `InvalidInputError`."""
    title = title.strip()
    problem = title_fault(title) if title else "must not be empty"
    if problem:
        raise InvalidInputError("The show has 1 faulty field.", [FieldFault("title", problem)])
    at = read_instant(scheduled_at, "scheduled_at")
    shows = Shows(current_runtime().db)
    return await shows.create(workspace_id, title, {}, actor=actor(), scheduled_at=at)
