"""From handed-over comments to a decided batch: cleaning, duplicates, buyers, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from dibs.clock import utc_now
from dibs.ids import uuid7
from dibs.lane.changes import Changes
from dibs.lane.decide import Arrival, DecisionHooks, decide
from dibs.lane.keys import clean, comment_key
from dibs.lane.load import load_buyers, stored_comments
from dibs.lane.marks import Marks, Reached, StreamMark
from dibs.lane.payloads import claim_payload
from dibs.lane.state import Board, BuyerRef
from dibs.lane.work import CommentOutcome, CommentWork
from dibs.models.comments import IncomingComment

if TYPE_CHECKING:
    from dibs.db import Database

_DUPLICATE = CommentOutcome(None, "duplicate")


@attrs.define(eq=False)
class Batch:
    """Some callers' comments on their way through one transaction.

    `slots` holds, for each caller's comment, the position of its arrival, or an outcome that is known already;
    `answers` is what the callers are told once it is committed. An entry is a key, its comment, when it came, and
    whether it was posted before its source counts.
    """

    works: Sequence[CommentWork]
    entries: list[tuple[str, IncomingComment, datetime, bool]] = attrs.field(factory=list)
    slots: list[list[int | CommentOutcome]] = attrs.field(factory=list)
    changes: Changes | None = None
    answers: list[list[CommentOutcome]] = attrs.field(factory=list)
    marks: Marks = attrs.field(factory=dict)

    def mark(self, mark: StreamMark, slots: Sequence[int | CommentOutcome]) -> None:
        """Note how far a stream was read, and which of the comments that brought it so far are new."""
        posted = [self.entries[slot][1].posted_at for slot in slots if isinstance(slot, int)]
        self.marks.setdefault((mark.stream_id, mark.fence), Reached(mark)).add(mark, posted)


def collect(board: Board, works: Sequence[CommentWork], stored: dict[str, CommentOutcome]) -> Batch:
    """Clean comments and set duplicates apart. `stored` are outcomes of comments that an earlier attempt stored."""
    batch = Batch(works)
    fresh: dict[str, None] = {}
    for work in works:
        slots: list[int | CommentOutcome] = []
        since = work.since
        for raw in work.comments:
            comment = clean(raw)
            key = comment_key(comment)
            if key in stored:
                slots.append(stored.pop(key))
            elif key in board.keys or key in fresh:
                slots.append(_DUPLICATE)
            else:
                fresh[key] = None
                slots.append(len(batch.entries))
                early = since is not None and comment.posted_at < since
                batch.entries.append((key, comment, work.received_at, early))
        batch.slots.append(slots)
        if work.mark is not None:
            batch.mark(work.mark, slots)
    return batch


async def look_up_stored(db: Database, board: Board, works: Iterable[CommentWork]) -> dict[str, CommentOutcome]:
    """What an earlier attempt, or somebody else, has stored of these comments; the board then knows their keys.

    A comment whose time of receipt is this very delivery's was stored by an attempt whose answer got lost: it counts
    as stored, not as a duplicate.
    """
    mine = {comment_key(clean(c)): work.received_at for work in works for c in work.comments}
    async with db.hot_connection() as connection:
        rows = await stored_comments(connection, board.workspace_id, board.show_id, list(mine))
    board.keys.update((row["comment_key"], None) for row in rows)
    return {
        row["comment_key"]: CommentOutcome(row["comment_no"], row["verdict"], row["reason"])
        for row in rows
        if row["received_at"] == mine[row["comment_key"]]
    }


async def resolve_buyers(db: Database, board: Board, batch: Batch) -> list[BuyerRef]:
    """Make every author of the batch known to the board; the buyers that do not exist yet are returned."""
    wanted: dict[tuple[str, str], str] = {}
    for _, comment, _, _ in batch.entries:
        if comment.author is not None and (key := (comment.platform, comment.author.user_id)) not in board.buyers:
            wanted.setdefault(key, comment.author.name)
    if not wanted:
        return []
    async with db.hot_connection() as connection:
        board.meet((await load_buyers(connection, board.workspace_id, list(wanted))).values())
    new = [BuyerRef(uuid7(), *key, name) for key, name in wanted.items() if key not in board.buyers]
    board.buyers.update(((buyer.platform, buyer.user_id), buyer) for buyer in new)
    return new


def decide_batch(board: Board, hooks: DecisionHooks, batch: Batch, new_buyers: list[BuyerRef]) -> Changes:
    """Decide what is new in the batch at one go; board and returned changes hold the outcome."""
    for _ in decide_in_steps(board, hooks, batch, new_buyers):
        pass
    assert batch.changes is not None
    return batch.changes


def decide_in_steps(board: Board, hooks: DecisionHooks, batch: Batch, new_buyers: list[BuyerRef]) -> Iterator[None]:
    """The same in steps of a few comments, with the outcome in `batch.changes` at the end.

    Whoever takes the steps may let others have a turn in between, but nobody else may touch the board.
    """
    changes = Changes(board, utc_now())
    changes.buyers = new_buyers
    known = board.buyers
    arrivals = [
        Arrival(key, comment, known[comment.platform, comment.author.user_id] if comment.author else None, at, early)
        for key, comment, at, early in batch.entries
    ]
    yield from decide(board, hooks, arrivals, changes)
    changes.marks = batch.marks
    changes.finish()
    batch.changes = changes


def outcomes(batch: Batch) -> list[list[CommentOutcome]]:
    """For each caller, what became of each comment."""
    rows = batch.changes.comments if batch.changes else []
    claims = _claims(batch) if any(work.detail for work in batch.works) else {}
    made = [CommentOutcome(row.comment_no, row.verdict, row.reason, claims.get(row.comment_no, ())) for row in rows]
    return [[made[slot] if isinstance(slot, int) else slot for slot in slots] for slots in batch.slots]


def _claims(batch: Batch) -> dict[int, list[dict[str, object]]]:
    found: dict[int, list[dict[str, object]]] = {}
    for claim in batch.changes.new_claims.values() if batch.changes else ():
        if claim.comment_no is not None:
            place = claim.item.position_of(claim) if claim.item else None
            found.setdefault(claim.comment_no, []).append(claim_payload(claim, place))
    return found
