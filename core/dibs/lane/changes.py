"""The write set of one batch: rows to insert and change, and the events that say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs
import orjson

from dibs.ids import uuid7
from dibs.lane.payloads import claim_payload, item_payload
from dibs.lane.state import Board, BuyerRef, ClaimState, ItemState
from dibs.models.comments import IncomingComment, Intent

ReleasedBy = Literal["buyer", "operator", "repeat"]


@attrs.define(eq=False)
class CommentRow:
    """A comment and what became of it."""

    comment_no: int
    key: str
    comment: IncomingComment
    buyer: BuyerRef | None
    received_at: datetime
    verdict: str = "ignored"
    rule: str | None = None
    reason: str | None = None
    late: bool = False


@attrs.define(eq=False)
class Changes:
    """What one transaction of the lane writes. The board has been changed alike.

    Attributes:
        now: the instant that new decisions carry.
        base_revision: the revision that the board had; the write is refused if the show row has another one.
        events: type and one-line JSON, in order.
        sealed: what is written, as it stood when it was decided; rows and board go on changing afterwards.
    """

    board: Board
    now: datetime
    base_revision: int = attrs.field(init=False)
    comments: list[CommentRow] = attrs.field(factory=list)
    buyers: list[BuyerRef] = attrs.field(factory=list)
    new_claims: dict[UUID, ClaimState] = attrs.field(factory=dict)
    touched_claims: dict[UUID, ClaimState] = attrs.field(factory=dict)
    new_items: dict[UUID, ItemState] = attrs.field(factory=dict)
    touched_items: dict[UUID, ItemState] = attrs.field(factory=dict)
    edited_items: dict[UUID, ItemState] = attrs.field(factory=dict)
    show_changed: bool = False
    events: list[tuple[str, bytes]] = attrs.field(factory=list)
    failures: list[tuple[str, str]] = attrs.field(factory=list)
    sealed: Sequence[Any] | None = None

    def __attrs_post_init__(self) -> None:
        self.base_revision = self.board.revision

    @property
    def empty(self) -> bool:
        """Nothing to write."""
        return not (self.comments or self.events or self.show_changed)

    def emit(self, kind: str, payload: dict[str, Any]) -> None:
        """Add an event; its payload is encoded now, as things stand at this moment."""
        self.events.append((kind, orjson.dumps(payload, default=str)))

    def new_claim(
        self,
        row: CommentRow | None,
        act: int,
        intent: Intent,
        *,
        buyer: BuyerRef | None,
        item: ItemState | None,
        quantity: int,
        status: str,
        reason: str | None = None,
        part: int = 0,
        variant: str | None = None,
    ) -> ClaimState:
        """Make a claim row, put it on the board, and leave the event to `created`."""
        board = self.board
        board.last_decision_no += 1
        claim = ClaimState(
            id=uuid7(),
            item=item,
            item_number=item.number if item else (intent.item_number or "")[:40],
            variant=item.variant if item else (variant or intent.variant or "")[:80],
            buyer=buyer,
            comment_no=row.comment_no if row else None,
            comment_id=row.comment.comment_id if row else None,
            act=act,
            part=part,
            decision_no=board.last_decision_no,
            kind=intent.kind,
            quantity=quantity,
            status=status,
            rule=intent.rule,
            confidence=intent.confidence,
            reason=reason,
            posted_at=row.comment.posted_at if row else self.now,
            decided_at=self.now,
        )
        self.new_claims[claim.id] = claim
        return claim

    def touch(self, claim: ClaimState) -> None:
        """Note that an existing row changed; one made in this batch is written in its last state anyway."""
        if claim.id not in self.new_claims:
            self.touched_claims[claim.id] = claim

    def count(self, item: ItemState) -> None:
        """Note that an item's counts changed."""
        if item.id not in self.new_items:
            self.touched_items[item.id] = item

    def created(self, claim: ClaimState, was: str | None = None) -> None:
        """Tell of a new claim, or of one that got its first real status (`was` is the one before)."""
        position = claim.item.position_of(claim) if claim.item is not None else None
        payload: dict[str, Any] = {"claim": claim_payload(claim, position)}
        if was is not None:
            payload["was"] = was
        self.emit("claim.created", payload)

    def released(self, claim: ClaimState, was: str, by: ReleasedBy) -> None:
        """Tell of a claim that gave back all or part of its units."""
        position = claim.item.position_of(claim) if claim.item is not None else None
        self.emit("claim.released", {"claim": claim_payload(claim, position), "was": was, "by": by})

    def promoted(self, claim: ClaimState, rest: ClaimState | None) -> None:
        """Tell of waiting units that were won; `rest` still waits, at the head of the queue."""
        self.emit(
            "claim.promoted",
            {"claim": claim_payload(claim), "rest": None if rest is None else claim_payload(rest, 1)},
        )

    def finish(self) -> None:
        """Add one `item.updated` for each item whose figures changed."""
        for item in self.new_items.values():
            self.emit("item.updated", {"item": item_payload(item), "change": "created"})
        for item in self.edited_items.values():
            self.touched_items.pop(item.id, None)
            self.emit("item.updated", {"item": item_payload(item), "change": "edited"})
        for item in self.touched_items.values():
            self.emit("item.updated", {"item": item_payload(item), "change": "counts"})
        self.touched_items.update(self.edited_items)
