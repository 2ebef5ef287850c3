"""Making a show from the page's form."""

from __future__ import annotations

from uuid import UUID

from dibs import FieldFault, InvalidInputError
from dibs.ids import uuid7
from dibs.models.items import title_fault
from dibs.runtime import current_runtime

_CREATE = "INSERT INTO shows (workspace_id, id, title) VALUES ($1, $2, $3)"


async def create_show(workspace_id: UUID, title: str) -> UUID:
    """A new draft with this title. Raises `InvalidInputError`."""
    title = title.strip()
    problem = title_fault(title) if title else "must not be empty"
    if problem:
        raise InvalidInputError("The show has 1 faulty field.", [FieldFault("title", problem)])
    show_id = uuid7()
    await current_runtime().db.hot_fetch(_CREATE, workspace_id, show_id, title)
    return show_id
