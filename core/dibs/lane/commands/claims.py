"""What operators decide about claims: release, accept, decline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dibs.errors import ConflictError, OutOfStockError
from dibs.lane import stock
from dibs.lane.changes import Changes
from dibs.lane.commands.model import Command, answer, item_of, open_claim
from dibs.lane.decide import DecisionHooks, settle, settle_pass
from dibs.lane.state import ClaimState, ItemState
from dibs.models.codes import fold_code
from dibs.models.comments import Intent


def release(claim_id: UUID) -> Command:
    """Take a claim back. The next in line is promoted, unless the show has ended: then the operator awards."""

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        claim = open_claim(changes, claim_id)
        item, was = claim.item, claim.status
        changes.remember()
        stock.leave(changes, claim, "released", "operator")
        if item is not None and changes.board.status != "ended":
            stock.promote(changes, item)
        note_status(changes, "claim.released", claim, was)
        return answer(claim)

    return run


def decline(claim_id: UUID) -> Command:
    """Refuse a claim that waits for an operator."""

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        claim = _review_claim(changes, claim_id)
        changes.remember()
        stock.leave(changes, claim, "declined", "operator", "declined_by_operator")
        note_status(changes, "claim.declined", claim, "review")
        return answer(claim)

    return run


def accept(claim_id: UUID, item_id: UUID | None = None) -> Command:
    """Carry out a claim that waits for an operator; it keeps the place that its comment had in the order.

    `item_id` says which item is meant, where the comment left it open.
    """

    def run(changes: Changes, hooks: DecisionHooks) -> dict[str, Any]:
        claim = _review_claim(changes, claim_id)
        if claim.kind == "pass":
            _accept_pass(changes, claim, item_id)
        else:
            _accept_claim(changes, hooks, claim, item_id)
        note_status(changes, "claim.accepted", claim, "review")
        return answer(claim)

    return run


def _accept_claim(changes: Changes, hooks: DecisionHooks, claim: ClaimState, item_id: UUID | None) -> None:
    item = item_of(changes, item_id) if item_id else claim.item or _unique(changes, claim)
    if claim.buyer is None:
        raise ConflictError("The comment has no author; award the item to a named guest instead.")
    if changes.board.status == "ended" and item.left < claim.quantity:
        raise OutOfStockError(f"Only {item.left} of item {item.number} left.", left=item.left)
    changes.remember()
    changes.touch(claim)
    changes.board.drop_claim(claim)
    claim.item, claim.item_number, claim.variant = item, item.number, item.variant
    settle(hooks, changes, claim, item, claim.buyer, was="review", in_order=True, accepted=True)


def _accept_pass(changes: Changes, claim: ClaimState, item_id: UUID | None) -> None:
    item = item_of(changes, item_id) if item_id else claim.item
    if claim.buyer is None:
        raise ConflictError("The comment has no author, so nobody's claim can be passed.")
    number, variant = (item.number, item.variant) if item else (claim.item_number, claim.variant)
    changes.remember()
    changes.touch(claim)
    changes.board.drop_claim(claim)
    settle_pass(changes, claim, Intent("pass", number or None, 1, variant or None), claim.buyer, was="review")


def _review_claim(changes: Changes, claim_id: UUID) -> ClaimState:
    claim = changes.board.reviews.get(claim_id)
    if claim is None:
        raise ConflictError("This claim does not wait for a decision.", claim_id=str(claim_id))
    return claim


def _unique(changes: Changes, claim: ClaimState) -> ItemState:
    rows = changes.board.by_code.get(fold_code(claim.item_number), [])
    if len(rows) != 1:
        raise ConflictError(f"Say which item is meant by {claim.item_number!r}.", item_number=claim.item_number)
    return rows[0]


def note_status(changes: Changes, action: str, claim: ClaimState, was: str) -> None:
    """Say in the log that a claim has another status."""
    changes.note(action, "claim", claim.id, {"status": was}, {"status": claim.status}, about=claim)
