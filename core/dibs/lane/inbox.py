"""Comments that arrived at a process which does not own the show: stored first, then taken in by the owner."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from dibs.clock import monotonic
from dibs.codec import structure, unstructure
from dibs.errors import UnavailableError
from dibs.lane.keys import clean, comment_key
from dibs.lane.load import stored_comments
from dibs.lane.work import CommentOutcome
from dibs.models.comments import IncomingComment

if TYPE_CHECKING:
    from dibs.db import Database
    from dibs.lane.lanes import Lanes

ANSWER_SECONDS = 15.0
_POLL_SECONDS = 0.02
_PAGE = 50

_PUT = "INSERT INTO inbox (workspace_id, show_id, payload) VALUES ($1, $2, $3::jsonb)"
_WITH_MAIL = "SELECT DISTINCT workspace_id, show_id FROM inbox LIMIT 100"
_READ = "SELECT id, payload FROM inbox WHERE workspace_id = $1 AND show_id = $2 ORDER BY id LIMIT $3"
_REMOVE = "DELETE FROM inbox WHERE workspace_id = $1 AND id = ANY($2::bigint[])"


async def hand_over(
    lanes: Lanes, workspace_id: UUID, show_id: UUID, comments: Sequence[IncomingComment]
) -> list[CommentOutcome]:
    """Store comments for the owner of the show and wait for what becomes of them.

    Raises:
        UnavailableError: stored, but not decided within 15 seconds; they will be.
    """
    cleaned = [clean(comment) for comment in comments]
    await lanes.db.hot_fetch(_PUT, workspace_id, show_id, orjson.dumps(unstructure(cleaned)).decode())
    keys = [comment_key(comment) for comment in cleaned]
    deadline = monotonic() + ANSWER_SECONDS
    while monotonic() < deadline:
        async with lanes.db.hot_connection() as connection:
            rows = {r["comment_key"]: r for r in await stored_comments(connection, workspace_id, show_id, keys)}
        if len(rows) == len(set(keys)):
            return [CommentOutcome(rows[k]["comment_no"], rows[k]["verdict"], rows[k]["reason"]) for k in keys]
        await asyncio.sleep(_POLL_SECONDS)
    raise UnavailableError("The comments are stored and will be decided; the owner of the show has not answered yet.")


async def shows_with_mail(db: Database) -> list[tuple[UUID, UUID]]:
    """Shows, of any workspace, for which something lies in the inbox. Each is then worked on in its workspace."""
    return [(row[0], row[1]) for row in await db.hot_fetch(_WITH_MAIL)]


async def drain(lanes: Lanes, workspace_id: UUID, show_id: UUID) -> None:
    """Take the inbox of a show in. A row is removed after its comments are committed; twice does no harm.

    Raises:
        StaleWriterError: another process owns the show, and will do it.
    """
    while rows := await lanes.db.hot_fetch(_READ, workspace_id, show_id, _PAGE):
        for row in rows:
            comments = structure(orjson.loads(row["payload"]), list[IncomingComment], "A stored delivery")
            await lanes.lane(workspace_id, show_id).ingest(comments)
        await lanes.db.hot_fetch(_REMOVE, workspace_id, [row["id"] for row in rows])
