"""What an operator may do to a show, each a pure function on the board. They check first and change afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from dibs.errors import (
    BelowWonError,
    ConflictError,
    DuplicateError,
    InvalidInputError,
    NotFoundError,
    OutOfStockError,
)
from dibs.ids import uuid7
from dibs.lane import stock
from dibs.lane.changes import Changes
from dibs.lane.decide import BLOCKED, DecisionHooks, find_item, settle, settle_pass
from dibs.lane.payloads import claim_payload, item_payload
from dibs.lane.state import BuyerRef, ClaimState, ItemState
from dibs.models.codes import fold_code, fold_text
from dibs.models.comments import Intent
from dibs.models.items import NewItem
from dibs.models.rules import ShowRules

GUEST = "guest"

# A command changes the board and answers with what the caller shows. `by` is the acting user, None for a process.
Command = Callable[[Changes, DecisionHooks], Any]

_FROM = {"active": ("draft", "paused"), "paused": ("active",), "ended": ("active", "paused")}


def set_status(status: str, by: UUID | None = None) -> Command:
    """Activate or resume (`active`), pause (`paused`) or stop (`ended`) the show.

    Raises (when carried out): ConflictError if the show's status does not lead there; already there is no error.
    """

    def run(changes: Changes, _: DecisionHooks) -> str:
        board = changes.board
        if board.status != status:
            if board.status not in _FROM[status]:
                raise ConflictError(
                    f"A show that is {board.status} can't become {status}.",
                    status=board.status,
                    wanted=status,
                )
            board.status = status
            _show_changed(changes, by)
        return board.status

    return run


def pin(item_id: UUID | None, by: UUID | None = None) -> Command:
    """Make an item the one that is on now; None takes the pin off."""

    def run(changes: Changes, _: DecisionHooks) -> UUID | None:
        board = changes.board
        if item_id is not None:
            _item(changes, item_id)
        if board.pinned_item_id != item_id:
            board.pinned_item_id = item_id
            board.catalogue_changed()
            _show_changed(changes, by)
        return item_id

    return run


def edit_show(
    *,
    title: str | None = None,
    rules: Mapping[str, Any] | None = None,
    merged: ShowRules | None = None,
    version: int | None = None,
    by: UUID | None = None,
) -> Command:
    """Change a show's title or its own rules (`merged` is what then holds).

    Raises (when carried out): ConflictError if `version` is not the show's.
    """

    def run(changes: Changes, _: DecisionHooks) -> int:
        board = changes.board
        if version is not None and version != board.version:
            raise ConflictError("Somebody else has changed this show.", version=board.version)
        board.title = board.title if title is None else title
        if rules is not None and merged is not None:
            board.own_rules, board.rules = dict(rules), merged
            board.catalogue_changed()
        _show_changed(changes, by)
        return board.version

    return run


def add_items(new: Sequence[NewItem]) -> Command:
    """Add items; claims that waited for their codes are resolved in their original order.

    Raises (when carried out): DuplicateError naming every code and variant that the show has already.
    """

    def run(changes: Changes, hooks: DecisionHooks) -> list[dict[str, Any]]:
        made = [_new_item(changes, item, index) for index, item in enumerate(new)]
        taken = {(i.code, i.variant_key) for i in changes.board.items.values()}
        again = [i for n, i in enumerate(made) if (i.code, i.variant_key) in taken or _earlier(made, n)]
        if again:
            names = [i.number if not i.variant else f"{i.number} {i.variant}" for i in again]
            raise DuplicateError(f"The show has these items already: {', '.join(names)}.", items=names)
        for item in made:
            changes.board.add_item(item)
            changes.new_items[item.id] = item
        for code in dict.fromkeys(item.code for item in made) if changes.board.status != "ended" else ():
            _resolve_unmatched(changes, hooks, code)
        return [item_payload(item) for item in made]

    return run


def _earlier(made: list[ItemState], index: int) -> bool:
    item = made[index]
    return any((i.code, i.variant_key) == (item.code, item.variant_key) for i in made[:index])


def _new_item(changes: Changes, item: NewItem, index: int) -> ItemState:
    variant = item.variant or ""
    last = max((i.position for i in changes.board.items.values()), default=0)
    return ItemState(
        id=uuid7(),
        number=item.item_number,
        code=fold_code(item.item_number),
        variant=variant,
        variant_key=fold_text(variant).strip(),
        title=item.title,
        price=item.price,
        position=last + 1 + index,
        total=item.quantity,
    )


def _resolve_unmatched(changes: Changes, hooks: DecisionHooks, code: str) -> None:
    for claim in sorted(changes.board.unmatched_claims(code), key=lambda c: (c.posted_at, c.comment_no or 0)):
        intent = Intent(claim.kind, claim.item_number, claim.quantity, claim.variant or None)
        item, trouble = find_item(changes.board, intent)
        if claim.buyer is not None and claim.buyer.blocked:
            _decline_unmatched(changes, claim)
            continue
        if item is None or claim.buyer is None:
            _review_unmatched(changes, claim, trouble)
            continue
        changes.board.drop_claim(claim)
        claim.item, claim.item_number, claim.variant = item, item.number, item.variant
        changes.touch(claim)
        settle(hooks, changes, claim, item, claim.buyer, was="unmatched")


def _decline_unmatched(changes: Changes, claim: ClaimState) -> None:
    changes.touch(claim)
    changes.board.drop_claim(claim)
    claim.status, claim.reason = "declined", BLOCKED
    changes.created(claim, "unmatched")


def _review_unmatched(changes: Changes, claim: ClaimState, trouble: str | None) -> None:
    changes.board.drop_claim(claim)
    claim.status, claim.reason = "review", trouble
    changes.board.index_claim(claim)
    changes.touch(claim)
    changes.created(claim, "unmatched")


def edit_item(
    item_id: UUID,
    *,
    total: int | None = None,
    title: str | None = None,
    price: Decimal | None = None,
    clear_price: bool = False,
    version: int | None = None,
) -> Command:
    """Change an item. More units go to those who wait, in order; after the end of the show the operator awards.

    Raises (when carried out): ConflictError if `version` is not the item's; BelowWonError naming the winners if
    `total` is below what is won.
    """

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        item = _item(changes, item_id)
        if version is not None and version != item.version:
            raise ConflictError("Somebody else has changed this item.", current=item_payload(item))
        if total is not None and total < item.claimed:
            raise _below_won(changes, item, total)
        item.total = item.total if total is None else total
        item.title = item.title if title is None else title
        item.price = None if clear_price else item.price if price is None else price
        item.version += 1
        changes.edited_items[item.id] = item
        if title is not None:
            changes.board.catalogue_changed()
        if changes.board.status != "ended":
            stock.promote(changes, item)
        return item_payload(item)

    return run


def _below_won(changes: Changes, item: ItemState, total: int) -> BelowWonError:
    winners = [c for c in changes.board.claims.values() if c.item is item and c.status == "winner"]
    names = [
        {"claim_id": str(c.id), "handle": c.buyer.handle if c.buyer else "", "quantity": c.quantity} for c in winners
    ]
    return BelowWonError(
        f"{item.claimed} of item {item.number} are won; release some of them before lowering it to {total}.",
        winners=names,
        claimed=item.claimed,
    )


def release(claim_id: UUID) -> Command:
    """Take a claim back. The next in line is promoted, unless the show has ended: then the operator awards."""

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        claim = _open_claim(changes, claim_id)
        item = claim.item
        stock.leave(changes, claim, "released", "operator")
        if item is not None and changes.board.status != "ended":
            stock.promote(changes, item)
        return claim_payload(claim, claim.item.position_of(claim) if claim.item else None)

    return run


def decline(claim_id: UUID) -> Command:
    """Refuse a claim that waits for an operator."""

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        claim = _review_claim(changes, claim_id)
        stock.leave(changes, claim, "declined", "operator", "declined_by_operator")
        return claim_payload(claim, claim.item.position_of(claim) if claim.item else None)

    return run


def accept(claim_id: UUID, item_id: UUID | None = None) -> Command:
    """Carry out a claim that waits for an operator; it keeps the place that its comment had in the order.

    `item_id` says which item is meant, where the comment left it open.
    """

    def run(changes: Changes, hooks: DecisionHooks) -> dict[str, Any]:
        claim = _review_claim(changes, claim_id)
        if claim.kind == "pass":
            return _accept_pass(changes, claim, item_id)
        item = _item(changes, item_id) if item_id else claim.item or _unique(changes, claim)
        if claim.buyer is None:
            raise ConflictError("The comment has no author; award the item to a named guest instead.")
        if changes.board.status == "ended" and item.left < claim.quantity:
            raise OutOfStockError(f"Only {item.left} of item {item.number} left.", left=item.left)
        changes.board.drop_claim(claim)
        claim.item, claim.item_number, claim.variant = item, item.number, item.variant
        changes.touch(claim)
        settle(hooks, changes, claim, item, claim.buyer, was="review", in_order=True, accepted=True)
        return claim_payload(claim, claim.item.position_of(claim) if claim.item else None)

    return run


def _accept_pass(changes: Changes, claim: ClaimState, item_id: UUID | None) -> dict[str, Any]:
    item = _item(changes, item_id) if item_id else claim.item
    if claim.buyer is None:
        raise ConflictError("The comment has no author, so nobody's claim can be passed.")
    number, variant = (item.number, item.variant) if item else (claim.item_number, claim.variant)
    changes.board.drop_claim(claim)
    changes.touch(claim)
    settle_pass(changes, claim, Intent("pass", number or None, 1, variant or None), claim.buyer, was="review")
    return claim_payload(claim)


def award(item_id: UUID, buyer: BuyerRef, quantity: int = 1, *, new_buyer: bool = False) -> Command:
    """Give units to a buyer by hand. What he waits for on this item is served first, the rest of it leaves the queue.

    Raises (when carried out): OutOfStockError with what is left.
    """

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        item = _item(changes, item_id)
        if quantity < 1:
            raise InvalidInputError("An award is of at least one unit.")
        if quantity > item.left:
            raise OutOfStockError(f"Only {item.left} of item {item.number} left.", left=item.left)
        known = changes.board.buyers.setdefault((buyer.platform, buyer.user_id), buyer)
        if new_buyer and known is buyer:
            changes.buyers.append(buyer)
        for entry in [c for c in item.queue.values() if c.buyer is not None and c.buyer.head == known.head]:
            stock.leave(changes, entry, "released", "operator", "awarded")
        claim = changes.new_claim(
            None, 0, Intent("claim", item.number, quantity, None, "award"), buyer=known, item=item,
            quantity=quantity, status="winner",
        )  # fmt: skip
        claim.left_before, claim.ahead = item.left, len(item.queue)
        stock.win(changes, claim, item)
        changes.created(claim)
        return claim_payload(claim, claim.item.position_of(claim) if claim.item else None)

    return run


def _show_changed(changes: Changes, by: UUID | None) -> None:
    board = changes.board
    board.version += 1
    changes.show_changed = True
    changes.emit(
        "show.status",
        {
            "status": board.status,
            "title": board.title,
            "pinned_item_id": board.pinned_item_id,
            "by": by,
            "at": changes.now,
        },
    )


def _item(changes: Changes, item_id: UUID) -> ItemState:
    item = changes.board.items.get(item_id)
    if item is None:
        raise NotFoundError("The show has no such item.", item_id=str(item_id))
    return item


def _open_claim(changes: Changes, claim_id: UUID) -> ClaimState:
    board = changes.board
    claim = board.claims.get(claim_id) or board.reviews.get(claim_id)
    claim = claim or next((c for c in board.unmatched_claims() if c.id == claim_id), None)
    if claim is None:
        raise ConflictError("This claim is not open any more, or never was.", claim_id=str(claim_id))
    return claim


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
