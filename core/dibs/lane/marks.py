"""How far a stream was read: written with the comments that it is about, by whoever holds the stream's lease."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
import orjson

from dibs.errors import InvalidInputError
from dibs.models.platform import Position

if TYPE_CHECKING:
    from dibs.db import Database


_LARGEST_POSITION = 16_384
_MOST_VIEWERS = 2**31 - 1


def watching(viewers: int | None) -> int | None:
    """A number of viewers as it can be stored."""
    return None if viewers is None else max(0, min(int(viewers), _MOST_VIEWERS))


def _storable(_: object, __: object, position: Position | None) -> None:
    """What the database would refuse must not come into a batch that is others' as well."""
    try:
        text = b"" if position is None else orjson.dumps(dict(position))
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"The position is no JSON object: {error}") from error
    if len(text) > _LARGEST_POSITION or b"\\u0000" in text:
        raise InvalidInputError("The position is too large, or contains the character NUL.")


@attrs.frozen
class StreamMark:
    """What a reader of a stream writes along with its comments.

    Raises `InvalidInputError` for a position that can't be stored.

    Attributes:
        fence: the number of the reader's lease; with another one in the lease row nothing is written. None for what
            a platform told by itself: that is written whoever reads the stream.
        position: where to go on after these comments; None leaves it as it is.
        viewers: how many watch, None if not told.
    """

    stream_id: UUID
    fence: int | None
    position: Position | None = attrs.field(default=None, validator=_storable)
    viewers: int | None = attrs.field(default=None, converter=watching)


@attrs.define
class Reached:
    """Marks of one reader in one batch, with how many comments were new and when the last of them was posted."""

    mark: StreamMark
    seen: int = 0
    last_comment_at: datetime | None = None

    def add(self, mark: StreamMark, posted: Sequence[datetime]) -> None:
        """Take a later delivery in."""
        kept = self.mark.position if mark.position is None else mark.position
        viewers = self.mark.viewers if mark.viewers is None else mark.viewers
        self.mark = attrs.evolve(mark, position=kept, viewers=viewers)
        self.seen += len(posted)
        self.last_comment_at = max((*posted, *([self.last_comment_at] if self.last_comment_at else ())), default=None)


Key = tuple[UUID, int | None]
Marks = dict[Key, Reached]
"""The marks of a batch, by stream and fence."""

# `$1` is the workspace. The leases stay as they are until the write is committed: whoever takes a stream over
# afterwards reads the position that was written.
_MARKS = """
marks AS (
    SELECT g.* FROM jsonb_to_recordset(${number}::jsonb)
        AS g(stream_id uuid, fence bigint, position jsonb, viewers int, seen bigint, last_comment_at timestamptz)
),
held AS (
    SELECT l.stream_id FROM stream_leases l JOIN marks g ON g.stream_id = l.stream_id AND g.fence = l.fence
    WHERE l.workspace_id = $1::uuid ORDER BY l.stream_id FOR SHARE OF l
)"""
_SET = """
    position = coalesce(g.position, t.position), viewers = coalesce(g.viewers, t.viewers),
    comments_seen = t.comments_seen + g.seen, last_look_at = clock_timestamp(),
    last_comment_at = CASE WHEN g.last_comment_at IS NULL THEN t.last_comment_at
        ELSE greatest(t.last_comment_at, least(g.last_comment_at, clock_timestamp())) END
"""
# A stream may be told of by its reader and by its platform in one batch: its row is written once.
_EACH = """
    SELECT stream_id, (array_agg(position) FILTER (WHERE position IS NOT NULL))[1] AS position, max(viewers) AS viewers,
        sum(seen) AS seen, max(last_comment_at) AS last_comment_at
    FROM {marks} GROUP BY stream_id
"""
_ALONE = f"""
WITH {_MARKS.format(number=2)},
good AS (
    SELECT g.* FROM marks g LEFT JOIN held ON held.stream_id = g.stream_id
    WHERE g.fence IS NULL OR held.stream_id IS NOT NULL
),
written AS (
    UPDATE streams t SET {_SET} FROM ({_EACH.format(marks="good")}) g
    WHERE t.workspace_id = $1::uuid AND t.id = g.stream_id
)
SELECT stream_id, fence FROM good
"""
_STALE = """
SELECT g.stream_id, g.fence FROM unnest($2::uuid[], $3::bigint[]) AS g(stream_id, fence)
LEFT JOIN stream_leases l ON l.workspace_id = $1 AND l.stream_id = g.stream_id AND l.fence = g.fence
WHERE l.fence IS NULL
"""


def sources(number: int) -> str:
    """The parts of a statement that read marks from parameter `number` as `marks`, and lock their leases as `held`."""
    return _MARKS.format(number=number).strip()


ALL_HELD = "(SELECT count(*) FROM held) = (SELECT count(g.fence) FROM marks g)"
WRITE_MARKS = f"""
    UPDATE streams t SET {_SET} FROM show, ({_EACH.format(marks="marks")}) g
    WHERE t.workspace_id = $1::uuid AND t.id = g.stream_id RETURNING 1
"""


def document(marks: Iterable[Reached]) -> str:
    """Marks as a statement takes them."""
    return orjson.dumps([_row(one) for one in marks]).decode()


def _row(one: Reached) -> dict[str, Any]:
    found: dict[str, Any] = {
        "stream_id": one.mark.stream_id,
        "fence": one.mark.fence,
        "viewers": one.mark.viewers,
        "seen": one.seen,
    }
    if one.mark.position is not None:
        found["position"] = dict(one.mark.position)
    return {**found, "last_comment_at": one.last_comment_at}


async def write_alone(db: Database, workspace_id: UUID, marks: Iterable[Reached]) -> set[Key]:
    """Write marks that bring no comment; which of them were written, the others are stale."""
    rows = await db.hot_fetch(_ALONE, workspace_id, document(marks))
    return {(UUID(bytes=row["stream_id"].bytes), row["fence"]) for row in rows}


async def stale_among(db: Database, workspace_id: UUID, marks: Iterable[Key]) -> set[Key]:
    """Those of the marks, as stream and fence, whose lease has another number by now."""
    wanted = [(stream_id, fence) for stream_id, fence in marks if fence is not None]
    rows = await db.hot_fetch(_STALE, workspace_id, [one[0] for one in wanted], [one[1] for one in wanted])
    return {(UUID(bytes=row["stream_id"].bytes), row["fence"]) for row in rows}
