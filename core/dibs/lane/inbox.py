"""Comments that arrived at a process which does not own the show: stored first, then taken in by the owner."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import attrs
import orjson
import structlog

from dibs.clock import monotonic
from dibs.codec import structure, unstructure
from dibs.errors import StaleReaderError, UnavailableError
from dibs.lane.keys import clean, comment_key
from dibs.lane.load import stored_comments
from dibs.lane.marks import StreamMark, stale_among
from dibs.lane.work import CommentOutcome
from dibs.models.comments import IncomingComment
from dibs.shows.claims import read_claims
from dibs.shows.sql import CLAIMS_OF_COMMENTS

if TYPE_CHECKING:
    from dibs.db import Database

Ingest: TypeAlias = Callable[..., Awaitable[object]]
"""`Lane.ingest`."""

ANSWER_SECONDS = 15.0
_log = structlog.get_logger("dibs.lane")
_POLL_SECONDS = 0.02
_PAGE = 50

_PUT = "INSERT INTO inbox (workspace_id, show_id, payload) VALUES ($1, $2, $3::jsonb) RETURNING id"
_THERE = "SELECT 1 FROM inbox WHERE workspace_id = $1 AND id = $2"
_WITH_MAIL = "SELECT DISTINCT workspace_id, show_id FROM inbox LIMIT 100"
_READ = "SELECT id, payload FROM inbox WHERE workspace_id = $1 AND show_id = $2 ORDER BY id LIMIT $3"
_REMOVE = "DELETE FROM inbox WHERE workspace_id = $1 AND id = ANY($2::bigint[])"


@attrs.frozen
class _Handed:
    """A delivery as it lies in the inbox."""

    comments: tuple[IncomingComment, ...]
    mark: StreamMark | None = None
    since: datetime | None = None


async def hand_over(
    db: Database,
    workspace_id: UUID,
    show_id: UUID,
    comments: Sequence[IncomingComment],
    turn: asyncio.Lock,
    *,
    detail: bool = False,
    mark: StreamMark | None = None,
    since: datetime | None = None,
) -> list[CommentOutcome]:
    """Store comments for the owner of the show and wait for what becomes of them; with `detail`, the claims too.

    `turn` is the show's in this process: what comes in first is stored first, and so decided first.

    Raises:
        StaleReaderError: another process reads the stream of the mark.
        UnavailableError: stored, but not decided within 15 seconds; they will be.
    """
    cleaned = [clean(comment) for comment in comments]
    keys = [comment_key(comment) for comment in cleaned]
    async with turn:
        known = set(await _stored(db, workspace_id, show_id, keys))
        payload = orjson.dumps(unstructure(_Handed(tuple(cleaned), mark, since))).decode()
        row_id = (await db.hot_fetch(_PUT, workspace_id, show_id, payload))[0]["id"]
    deadline = monotonic() + ANSWER_SECONDS
    while monotonic() < deadline:
        rows = await _stored(db, workspace_id, show_id, keys)
        if mark is not None and await _settled(db, workspace_id, row_id):
            await _check_reader(db, workspace_id, mark)
        elif mark is not None:
            rows = {}  # its mark comes with it, be its comments known already
        if len(rows) == len(set(keys)):
            made = _outcomes(keys, known, rows)
            return await _with_claims(db, workspace_id, show_id, made) if detail else made
        await asyncio.sleep(_POLL_SECONDS)
    raise UnavailableError("The comments are stored and will be decided; the owner of the show has not answered yet.")


async def _settled(db: Database, workspace_id: UUID, row_id: int) -> bool:
    return not await db.hot_fetch(_THERE, workspace_id, row_id)


async def _check_reader(db: Database, workspace_id: UUID, mark: StreamMark) -> None:
    if await stale_among(db, workspace_id, [(mark.stream_id, mark.fence)]):
        raise StaleReaderError("Another process reads this stream.", stream_id=str(mark.stream_id))


def _handed(payload: Any) -> _Handed:
    """A stored delivery; older ones are the list of their comments."""
    whole = {"comments": payload} if isinstance(payload, list) else payload
    return structure(whole, _Handed, "A stored delivery")


async def _stored(db: Database, workspace_id: UUID, show_id: UUID, keys: Sequence[str]) -> dict[str, Any]:
    async with db.hot_connection() as connection:
        rows = await stored_comments(connection, workspace_id, show_id, keys)
    return {row["comment_key"]: row for row in rows}


def _outcomes(keys: Sequence[str], known: set[str], rows: Mapping[str, Any]) -> list[CommentOutcome]:
    """The first delivery of each comment tells its verdict, any other one is a duplicate."""
    made: list[CommentOutcome] = []
    for key in keys:
        row = rows[key]
        duplicate = CommentOutcome(None, "duplicate")
        made.append(duplicate if key in known else CommentOutcome(row["comment_no"], row["verdict"], row["reason"]))
        known.add(key)
    return made


async def _with_claims(
    db: Database, workspace_id: UUID, show_id: UUID, made: Sequence[CommentOutcome]
) -> list[CommentOutcome]:
    numbers = [outcome.comment_no for outcome in made if outcome.comment_no is not None]
    found: dict[int, list[dict[str, Any]]] = {}
    for claim in await read_claims(db, workspace_id, show_id, CLAIMS_OF_COMMENTS, numbers) if numbers else ():
        found.setdefault(claim["comment_no"], []).append(claim)
    return [attrs.evolve(outcome, claims=found.get(outcome.comment_no or 0, ())) for outcome in made]


async def shows_with_mail(db: Database) -> list[tuple[UUID, UUID]]:
    """Shows, of any workspace, for which something lies in the inbox. Each is then worked on in its workspace."""
    return [(row[0], row[1]) for row in await db.hot_fetch(_WITH_MAIL)]


async def drain(db: Database, workspace_id: UUID, show_id: UUID, ingest: Ingest) -> None:
    """Take the inbox of a show in. A row is removed after its comments are committed; twice does no harm.

    Raises:
        StaleWriterError: another process owns the show, and will do it.
    """
    while rows := await db.hot_fetch(_READ, workspace_id, show_id, _PAGE):
        for row in rows:
            handed = _handed(orjson.loads(row["payload"]))
            try:
                await ingest(handed.comments, mark=handed.mark, since=handed.since)
            except StaleReaderError:
                _log.info("inbox.stale_reader", show_id=str(show_id))  # whoever reads the stream now brings them too
        await db.hot_fetch(_REMOVE, workspace_id, [row["id"] for row in rows])
