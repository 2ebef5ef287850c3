"""What happens to an item's units: won, queued, given back, promoted. Pure; board and write set change together."""

from __future__ import annotations

import attrs

from dibs.errors import InvariantError
from dibs.ids import uuid7
from dibs.lane.changes import Changes, ReleasedBy
from dibs.lane.state import PLACE_STEP, ClaimState, ItemState
from dibs.models.allocation import Allocation, ClaimRequest


def fault(answer: Allocation, request: ClaimRequest) -> str | None:
    """Why an allocation must not be carried out, or None.

    The promises that no policy can break: nobody wins more than is left, nobody gets more than was asked, nothing
    is negative.
    """
    if answer.refuse is not None:
        return None if answer.win == answer.wait == answer.give_back == 0 else "refused and allocated at once"
    if min(answer.win, answer.wait, answer.give_back) < 0:
        return "a negative number of units"
    stake = request.standing.won + request.standing.waiting
    if answer.give_back > stake:
        return "more given back than the buyer has"
    if answer.win > request.item.left + (answer.give_back if answer.win else 0) or answer.win > request.item.left:
        return "more won than is left"
    if answer.win + answer.wait > request.quantity:
        return "more than was asked"
    if answer.win + answer.wait + answer.give_back == 0:
        return "neither allocated nor refused"
    return None


def _check_free(claim: ClaimState) -> None:
    if claim.order_id is not None:
        raise InvariantError("The claim is in an order.", claim_id=str(claim.id), order_id=str(claim.order_id))


def win(changes: Changes, claim: ClaimState, item: ItemState) -> None:
    """Make a claim (of its whole quantity) a winner. The caller has checked that so much is left."""
    claim.status, claim.place = "winner", None
    item.claimed += claim.quantity
    changes.board.index_claim(claim)
    changes.count(item)


def queue(changes: Changes, claim: ClaimState, item: ItemState) -> None:
    """Put a claim at the end of the item's waitlist."""
    last = next(reversed(item.queue.values()), None)
    claim.status = "waitlist"
    claim.place = (last.place or 0) + PLACE_STEP if last else PLACE_STEP
    item.queue[claim.id] = claim
    changes.board.index_claim(claim)
    changes.count(item)


def queue_in_order(changes: Changes, claim: ClaimState, item: ItemState) -> None:
    """Put a claim that was decided late where its platform time belongs among those who still wait."""
    key = (claim.posted_at, claim.comment_no or 0)
    order = item.queue.values()
    index = next((i for i, c in enumerate(order) if (c.posted_at, c.comment_no or 0) > key), len(order))
    insert(changes, claim, item, index)


def insert(changes: Changes, claim: ClaimState, item: ItemState, index: int, wanted: int | None = None) -> None:
    """Put a claim at a position of the waitlist, 0 is next; at the place `wanted` if that is free and fits."""
    order = list(item.queue.values())
    if index == len(order) and wanted is None:
        queue(changes, claim, item)
        return
    before = order[index - 1].place or 0 if index else 0
    after = order[index].place or 0 if index < len(order) else before + 2 * PLACE_STEP
    order.insert(index, claim)
    claim.status = "waitlist"
    if wanted is not None and before < wanted and (wanted < after or index == len(order) - 1):
        claim.place = wanted
    elif after - before > 1:
        claim.place = (before + after) // 2
    else:
        _renumber(changes, order)
    item.queue.clear()
    item.queue.update((entry.id, entry) for entry in order)
    changes.board.index_claim(claim)
    changes.count(item)


def _renumber(changes: Changes, order: list[ClaimState]) -> None:
    for number, entry in enumerate(order, start=1):
        changes.touch(entry)
        entry.place = number * PLACE_STEP


def split(changes: Changes, claim: ClaimState, quantity: int) -> ClaimState:
    """A new row for `quantity` of the claim's units, of the same comment and rule; the claim has the rest."""
    board = changes.board
    board.last_decision_no += 1
    changes.touch(claim)
    part = attrs.evolve(
        claim,
        id=uuid7(),
        part=board.last_decision_no,
        decision_no=board.last_decision_no,
        quantity=quantity,
        decided_at=changes.now,
        place=None,
    )
    claim.quantity -= quantity
    changes.new_claims[part.id] = part
    return part


def promote(changes: Changes, item: ItemState) -> None:
    """Give what is left to those who wait, in order; the last one served may win only a part."""
    while item.left > 0 and item.queue:
        head = next(iter(item.queue.values()))
        if head.quantity <= item.left:
            changes.touch(head)
            del item.queue[head.id]
            head.decided_at = changes.now
            win(changes, head, item)
            changes.promoted(head, None)
        else:
            won = split(changes, head, item.left)
            win(changes, won, item)
            changes.promoted(won, head)


def leave(changes: Changes, claim: ClaimState, status: str, by: ReleasedBy, reason: str | None = None) -> None:
    """End a stake: won units are free again, a waiting entry leaves the queue. Promotes nobody.

    Raises:
        InvariantError: the claim is in an order; the caller should have looked.
    """
    _check_free(claim)
    changes.touch(claim)
    was = claim.status
    item = claim.item
    if item is not None and was == "winner":
        item.claimed -= claim.quantity
        changes.count(item)
    elif item is not None and was == "waitlist":
        item.queue.pop(claim.id, None)
        changes.count(item)
    changes.board.drop_claim(claim)
    claim.status, claim.place = status, None
    claim.reason = reason if reason is not None else claim.reason
    changes.released(claim, was, by)


def give_back(changes: Changes, stakes: list[ClaimState], units: int) -> None:
    """Lower a buyer's stake in one item by `units`: waiting entries first, then wins, the newest first.

    What is in an order stays.
    """
    free = [claim for claim in stakes if claim.order_id is None]
    order = sorted(free, key=lambda claim: (claim.status == "winner", -claim.decision_no))
    for claim in order:
        if units <= 0:
            return
        if claim.quantity <= units:
            units -= claim.quantity
            leave(changes, claim, "passed", "repeat", "lowered")
        else:
            _shrink(changes, claim, units)
            units = 0


def _shrink(changes: Changes, claim: ClaimState, units: int) -> None:
    _check_free(claim)
    changes.touch(claim)
    claim.quantity -= units
    if claim.item is not None:
        if claim.status == "winner":
            claim.item.claimed -= units
        changes.count(claim.item)
    changes.released(claim, claim.status, "repeat")
