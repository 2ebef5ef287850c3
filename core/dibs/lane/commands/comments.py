"""What became of comments afterwards: their authors changed them, or they were deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from dibs.errors import PluginHookError
from dibs.lane import stock
from dibs.lane.changes import ORDERED, Changes, CommentRow
from dibs.lane.commands.model import Command, LoadingCommand
from dibs.lane.decide import DecisionHooks, find_item, review
from dibs.lane.keys import clean_text, is_erased, key_of
from dibs.lane.load import load_buyers
from dibs.lane.state import Board, ClaimState
from dibs.models.comments import Author, IncomingComment, Intent
from dibs.models.platform import CommentEdit

if TYPE_CHECKING:
    from dibs.db import RawConnection

EDITED: Final = "comment_edited"
DELETED: Final = "comment_deleted"
_COMMENTS = """
SELECT m.comment_key, m.comment_no, m.comment_id, m.platform, m.live_id, m.author_id, m.author_name, m.text,
    m.posted_at, m.received_at, m.reason, m.edited_text, m.removed_at, (
        SELECT max(c.act) FROM claims c
        WHERE c.workspace_id = $1 AND c.show_id = $2 AND c.comment_no = m.comment_no) AS acts
FROM comments m WHERE m.workspace_id = $1 AND m.show_id = $2 AND m.comment_key = ANY($3::text[])
"""


def change_comments(platform: str, edits: Sequence[CommentEdit], removals: Sequence[str]) -> LoadingCommand:
    """Note that comments were changed, or deleted, at their platform, and do what the show's rules say about that.

    Twice does no harm; a comment that the show does not have is left out. Claims are touched only while the show is
    on: what comes later is stored and shown. Answers how many comments it was news of.
    """

    async def load(connection: RawConnection, board: Board) -> Command:
        wanted = [key_of(platform, one) for one in (*(edit.comment_id for edit in edits), *removals)]
        rows = await connection.fetch(_COMMENTS, board.workspace_id, board.show_id, wanted)
        people = [(row["platform"], row["author_id"]) for row in rows if row["author_id"] is not None]
        missing = [one for one in people if one not in board.buyers]
        if missing:
            board.meet((await load_buyers(connection, board.workspace_id, missing)).values())
        known = {row["comment_key"]: _Known.of(board, row) for row in rows}
        return lambda changes, hooks: _Changing(changes, hooks, known).run(platform, edits, removals)

    return LoadingCommand(load)


@attrs.define(eq=False)
class _Known:
    """A stored comment: as it reads now, whether it is there still, and the last number of an act in it."""

    row: CommentRow
    removed: bool
    act: int

    @classmethod
    def of(cls, board: Board, row: Any) -> _Known:
        author = None if row["author_id"] is None else Author(row["author_id"], row["author_name"])
        text = row["text"] if row["edited_text"] is None else row["edited_text"]
        comment = IncomingComment(
            row["platform"], text, row["posted_at"], row["comment_id"], author, row["live_id"],
            row["reason"] == "from_seller",
        )  # fmt: skip
        buyer = board.buyers.get((row["platform"], row["author_id"])) if author is not None else None
        made = CommentRow(row["comment_no"], row["comment_key"], comment, buyer, row["received_at"])
        return cls(made, row["removed_at"] is not None, -1 if row["acts"] is None else row["acts"])


@attrs.define(eq=False)
class _Changing:
    changes: Changes
    hooks: DecisionHooks
    known: Mapping[str, _Known]

    def run(self, platform: str, edits: Sequence[CommentEdit], removals: Sequence[str]) -> int:
        told = 0
        for edit in edits:
            found = self.known.get(key_of(platform, edit.comment_id))
            text = clean_text(edit.text)
            if found is not None and text != found.row.comment.text and not is_erased(found.row.comment.author):
                self._edit(found, text)
                told += 1
        for one in removals:
            found = self.known.get(key_of(platform, one))
            if found is not None and not found.removed:
                self._remove(found)
                told += 1
        return told

    def _edit(self, found: _Known, text: str) -> None:
        row, before = found.row, found.row.comment
        row.comment = attrs.evolve(before, text=text)
        self.changes.changed_comments.setdefault(row.comment_no, {})["text"] = text
        self._tell("comment.edited", row, {"text": text})
        if self._active and self.changes.board.rules.edited_comments == "review":
            self._reread(found, before)

    def _remove(self, found: _Known) -> None:
        found.removed = True
        self.changes.changed_comments.setdefault(found.row.comment_no, {})["removed"] = True
        self._tell("comment.removed", found.row, {"at": self.changes.now})
        rule = self.changes.board.rules.deleted_comments
        if self._active and rule != "keep":
            for claim in self._claims(found):
                if claim.order_id is not None:
                    self._leave(found, claim)
                elif rule == "release":
                    self._release(claim)
                elif claim.status != "review":
                    self._ask_to_pass(found, claim, DELETED)

    @property
    def _active(self) -> bool:
        return self.changes.board.status == "active"

    def _tell(self, kind: str, row: CommentRow, more: Mapping[str, Any]) -> None:
        about = {"comment_no": row.comment_no, "comment_id": row.comment.comment_id, "platform": row.comment.platform}
        self.changes.emit(kind, {**about, **more})

    def _release(self, claim: ClaimState) -> None:
        item = claim.item
        stock.leave(self.changes, claim, "released", "buyer", DELETED)
        if item is not None:
            stock.promote(self.changes, item)

    def _claims(self, found: _Known) -> list[ClaimState]:
        board, number = self.changes.board, found.row.comment_no
        every = (*board.claims.values(), *board.reviews.values(), *board.unmatched_claims())
        return [claim for claim in every if claim.comment_no == number]

    def _reread(self, found: _Known, before: IncomingComment) -> None:
        """Let an operator decide about what the new text says, if that is something else."""
        row = found.row
        if row.buyer is None or row.buyer.blocked or row.comment.from_seller:
            return
        acts = self._acts(row.comment)
        if acts == self._acts(before):
            return
        for intent in acts:
            found.act += 1
            review(self.changes, row, found.act, intent, find_item(self.changes.board, intent)[0], EDITED)
        if not acts:
            for claim in self._claims(found):
                if claim.order_id is not None:
                    self._leave(found, claim)
                elif claim.status != "review":
                    self._ask_to_pass(found, claim, EDITED)

    def _leave(self, found: _Known, claim: ClaimState) -> None:
        """Say that a claim stays because its units are in an order."""
        found.act += 1
        intent = Intent("pass", claim.item_number, claim.quantity, claim.variant or None, claim.rule)
        kept = self.changes.new_claim(
            found.row, found.act, intent, buyer=claim.buyer, item=claim.item, quantity=claim.quantity,
            status="declined", reason=ORDERED,
        )  # fmt: skip
        self.changes.created(kept)

    def _ask_to_pass(self, found: _Known, claim: ClaimState, reason: str) -> None:
        found.act += 1
        intent = Intent("pass", claim.item_number, claim.quantity, claim.variant or None, claim.rule)
        review(self.changes, found.row, found.act, intent, claim.item, reason)

    def _acts(self, comment: IncomingComment) -> tuple[Intent, ...]:
        try:
            reading = self.hooks.parse_comment(self.changes.board.context, comment)
        except PluginHookError as error:
            self.changes.failures.append((str(error.data.get("plugin", "")), str(error.__cause__ or error)))
            return ()
        return tuple(attrs.evolve(act, confidence=1.0) for act in reading.acts) if reading is not None else ()
