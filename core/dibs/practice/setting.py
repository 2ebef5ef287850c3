"""Making a show ready for practice: items if it has none, started, something on now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.demo_data import demo_items_path
from dibs.errors import ConflictError
from dibs.lane.commands import add_items, pin, set_status
from dibs.models.items import NewItem
from dibs.recording import read_items
from dibs.shows.service import Shows

if TYPE_CHECKING:
    from dibs.audit_log import Actor
    from dibs.db import Database
    from dibs.lane.lanes import Lanes

SAMPLES = 10
_REFUSED = {
    "paused": "The show is paused: resume it, then start the practice run.",
    "ended": "The show has ended; duplicate it to practise again.",
}


def sample_items() -> tuple[NewItem, ...]:
    """A few things to practise with: single pieces, some in sizes, some of which there are many."""
    return read_items(demo_items_path()).items[:SAMPLES]


async def make_ready(db: Database, lanes: Lanes, workspace_id: UUID, show_id: UUID, actor: Actor) -> dict[str, Any]:
    """Add sample items to a show without any, start a draft, pin the first item; returns the show.

    Raises:
        NotFoundError: the workspace has no such show.
        ConflictError: it is paused or has ended.
    """
    shows = Shows(db)
    show = await shows.get(workspace_id, show_id)
    if show["status"] in _REFUSED:
        raise ConflictError(_REFUSED[show["status"]], status=show["status"])
    items = await shows.items(workspace_id, show_id)
    if not items:
        items = await lanes.command(workspace_id, show_id, add_items(sample_items()), actor)
    if show["status"] == "draft":
        await lanes.command(workspace_id, show_id, set_status("active"), actor)
    if show["pinned_item_id"] is None:
        await lanes.command(workspace_id, show_id, pin(UUID(str(items[0]["item_id"]))), actor)
    return await shows.get(workspace_id, show_id)
