"""The write set of one batch: rows to insert and change, and the events that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import attrs
import orjson

from dibs.audit_log import Actor, record_row
from dibs.ids import uuid7
from dibs.lane.marks import Marks
from dibs.lane.memory import Memory
from dibs.lane.payloads import claim_payload, item_payload
from dibs.lane.state import Board, BuyerRef, ClaimState, ItemState
from dibs.models.comments import IncomingComment, Intent

ReleasedBy = Literal["buyer", "operator", "repeat"]
ORDERED: Final = "ordered"
"""Why something was not carried out: the units are in an order."""


@attrs.define(eq=False)
class CommentRow:
    """A comment and what became of it; `early` means that it was posted before the show began."""

    comment_no: int
    key: str
    comment: IncomingComment
    buyer: BuyerRef | None
    received_at: datetime
    verdict: str = "ignored"
    rule: str | None = None
    reason: str | None = None
    late: bool = False
    early: bool = False


@attrs.frozen
class Note:
    """One entry for the audit log. `about` is the claim or item that readers want named."""

    action: str
    entity: str
    entity_id: UUID | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    about: ClaimState | ItemState | None
    undoes: UUID | None


@attrs.define(eq=False)
class Changes:
    """What one transaction of the lane writes. The board has been changed alike.

    Attributes:
        now: the instant that new decisions carry.
        base_revision: the revision that the board had; the write is refused if the show row has another one.
        actor: who acts; None for comments, and for processes that leave no entry in the audit log.
        memory: what an action found before it changed anything, if it can be undone.
        events: type and one-line JSON, in order.
        removed_items, order: items to delete, and all items in their new order.
        show_fields: further columns of the show, by name.
        changed_comments: by number, the new `text` of a comment, or that it was `removed`.
        audit: rows for the audit log.
        reload: the board is read anew before the next decision.
        marks: how far streams were read with these comments.
        sealed: what is written, as it stood when it was decided; rows and board go on changing afterwards.
    """

    board: Board
    now: datetime
    actor: Actor | None = None
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
    marks: Marks = attrs.field(factory=dict)
    sealed: Sequence[Any] | None = None
    memory: Memory | None = None
    notes: list[Note] = attrs.field(factory=list)
    removed_items: list[ItemState] = attrs.field(factory=list)
    order: list[UUID] = attrs.field(factory=list)
    show_fields: dict[str, Any] = attrs.field(factory=dict)
    changed_comments: dict[int, dict[str, Any]] = attrs.field(factory=dict)
    audit: list[tuple[Any, ...]] = attrs.field(factory=list)
    reload: bool = False

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

    def remember(self) -> None:
        """From now on keep what is changed as it was: this action can be undone by who did it."""
        self.memory = None if self.actor is None else Memory.of(self.board)

    def note(
        self,
        action: str,
        entity: str,
        entity_id: UUID | None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        *,
        about: ClaimState | ItemState | None = None,
        undoes: UUID | None = None,
    ) -> None:
        """Leave an entry in the audit log, and an event for those who work on the show too."""
        if self.actor is not None:
            self.notes.append(Note(action, entity, entity_id, before, after, about, undoes))

    def touch(self, claim: ClaimState) -> None:
        """Say, directly before it happens, that an existing row changes; new ones are written in their last state."""
        if claim.id not in self.new_claims:
            if self.memory is not None:
                self.memory.claim(claim)
            self.touched_claims[claim.id] = claim

    def edit(self, item: ItemState) -> None:
        """Say, directly before it happens, that an operator changes an item."""
        if self.memory is not None:
            self.memory.item(item)
        item.version += 1
        self.edited_items[item.id] = item

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

    def changed(self, claim: ClaimState, was: Mapping[str, Any]) -> None:
        """Tell of a claim that an operator changed; `was` is its `standing` before."""
        position = claim.item.position_of(claim) if claim.item is not None else None
        self.emit("claim.changed", {"claim": claim_payload(claim, position), "was": was})

    def finish(self) -> None:
        """Add one `item.updated` for each item whose figures changed, then what operators did."""
        for item in self.new_items.values():
            self.emit("item.updated", {"item": item_payload(item), "change": "created"})
        for item in self.edited_items.values():
            self.touched_items.pop(item.id, None)
            self.emit("item.updated", {"item": item_payload(item), "change": "edited"})
        for item in self.touched_items.values():
            self.emit("item.updated", {"item": item_payload(item), "change": "counts"})
        self.touched_items.update(self.edited_items)
        if self.actor is not None:
            for note in self.notes:
                self._sign(note, self.actor)

    def _sign(self, note: Note, actor: Actor) -> None:
        """Make the row of an entry and its event. What undoes the action stands in the first one."""
        undo = self.memory.document(self.board, self.new_claims) if self.memory is not None and not self.audit else None
        about = _named(note.about)
        after = note.after if note.after is None else {**note.after, **about}
        row = record_row(
            actor, note.action, note.entity, note.entity_id, self.board.show_id, note.before, after,
            undo=undo, undoes=note.undoes,
        )  # fmt: skip
        # A request's key stands in the log once.
        self.audit.append(row if not self.audit else (*row[:-2], None, row[-1]))
        self.emit(
            "operator.acted",
            {
                "entry_id": row[0],
                "action": note.action,
                "actor": {"id": actor.id, "name": actor.name},
                "entity": note.entity,
                "entity_id": note.entity_id,
                **about,
                "undoable": undo is not None,
                "undoes": note.undoes,
                "at": self.now,
            },
        )


def standing(claim: ClaimState) -> dict[str, Any]:
    """What an operator may change of a claim, for the `was` of an event."""
    return {
        "status": claim.status,
        "item_id": claim.item.id if claim.item else None,
        "quantity": claim.quantity,
    }


def _named(about: ClaimState | ItemState | None) -> dict[str, Any]:
    """How people call it."""
    if isinstance(about, ItemState):
        return {"item_number": about.number}
    if about is None:
        return {}
    handle = about.buyer.handle if about.buyer else None
    return {"item_number": about.item_number, "handle": handle, "quantity": about.quantity}
