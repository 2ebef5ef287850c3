"""Putting claims right: onto another item, to another quantity."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dibs.errors import ConflictError, InvalidInputError, OutOfStockError
from dibs.lane import stock
from dibs.lane.changes import Changes, standing
from dibs.lane.commands.model import Command, answer, item_of, open_claim
from dibs.lane.decide import DecisionHooks
from dibs.lane.state import ClaimState, ItemState

MOVED = "moved"


def move(claim_id: UUID, item_id: UUID, quantity: int | None = None) -> Command:
    """Put a claim onto another item. What it gives back goes to the next in line there.

    A winner wins there too, or is refused. Who waits, or had claimed a code that nobody has, stands in the other
    queue where the comment's time belongs, and wins at once what is left there. `quantity` moves a part of a win.

    Raises (when carried out): OutOfStockError with what is left; ConflictError for a claim that is in review or
    closed, or is on that item already; InvalidInputError for a part that can't be moved.
    """

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        claim, target = open_claim(changes, claim_id), item_of(changes, item_id)
        _check_move(claim, target, quantity)
        won = claim.status == "winner"
        units = claim.quantity if quantity is None else quantity
        if (won or changes.board.status == "ended") and units > target.left:
            raise _too_few(target)
        changes.remember()
        was, source = standing(claim), claim.item
        if units < claim.quantity:
            claim = _part(changes, claim, units)
        _leave_for(changes, claim, target)
        if won or claim.quantity <= target.left:
            stock.win(changes, claim, target)
        else:
            stock.queue_in_order(changes, claim, target)
        if claim.id in changes.new_claims:
            changes.created(claim)
        else:
            changes.changed(claim, was)
        _promote(changes, source, target)
        _note_move(changes, claim, was, source)
        return answer(claim)

    return run


def _check_move(claim: ClaimState, target: ItemState, quantity: int | None) -> None:
    if claim.status == "review":
        raise ConflictError("This claim waits for a decision: accept it with the item that is meant.")
    if claim.item is target:
        raise ConflictError(f"This claim is on item {target.number} already.")
    if quantity is not None and quantity > claim.quantity:
        raise InvalidInputError(f"This claim is of {claim.quantity}; no more than that can be moved.")
    if quantity is not None and quantity < claim.quantity and claim.status != "winner":
        raise InvalidInputError("Only what is won can be moved in part.")


def _too_few(item: ItemState) -> OutOfStockError:
    return OutOfStockError(f"Only {item.left} of item {item.number} left.", left=item.left)


def _part(changes: Changes, claim: ClaimState, units: int) -> ClaimState:
    """Some of a win as a claim of its own, told as such; its units are on the old item still."""
    was = standing(claim)
    part = stock.split(changes, claim, units)
    changes.changed(claim, was)
    return part


def _leave_for(changes: Changes, claim: ClaimState, target: ItemState) -> None:
    """Take a claim off what it is on, and name it after where it goes."""
    source = claim.item
    changes.touch(claim)
    changes.board.drop_claim(claim)
    if source is not None:
        source.queue.pop(claim.id, None)
        source.claimed -= claim.quantity if claim.status == "winner" else 0
        changes.count(source)
    claim.left_before, claim.ahead = target.left, len(target.queue)
    claim.item, claim.item_number, claim.variant = target, target.number, target.variant
    claim.reason, claim.decided_at = MOVED, changes.now


def _promote(changes: Changes, *items: ItemState | None) -> None:
    for item in items:
        if item is not None and changes.board.status != "ended":
            stock.promote(changes, item)


def _note_move(changes: Changes, claim: ClaimState, was: dict[str, Any], source: ItemState | None) -> None:
    before = {"item_id": was["item_id"], "item_number": source.number if source else None, "status": was["status"]}
    after = {"item_id": claim.item.id if claim.item else None, "status": claim.status}
    changes.note("claim.moved", "claim", claim.id, before, after, about=claim)


def quantity(claim_id: UUID, units: int) -> Command:
    """Change how many units a claim is of. What a win gives back goes to the next in line.

    Raises (when carried out): OutOfStockError with what is left, if a win is to be of more.
    """

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        claim = open_claim(changes, claim_id)
        more = units - claim.quantity
        if units < 1:
            raise InvalidInputError("A claim is of at least one unit; release it instead.")
        if more == 0:
            return answer(claim)
        item = claim.item if claim.status == "winner" else None
        if item is not None and more > item.left:
            raise _too_few(item)
        changes.remember()
        was = standing(claim)
        changes.touch(claim)
        claim.quantity = units
        if item is not None:
            item.claimed += more
            changes.count(item)
        changes.changed(claim, was)
        _promote(changes, item)
        before, after = {"quantity": was["quantity"]}, {"quantity": units}
        changes.note("claim.quantity_changed", "claim", claim.id, before, after, about=claim)
        return answer(claim)

    return run
