"""The items of a show: adding, changing, taking out, putting in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dibs.errors import BelowWonError, ConflictError, DuplicateError, FieldFault, InvalidInputError
from dibs.ids import uuid7
from dibs.lane import stock
from dibs.lane.changes import Changes
from dibs.lane.commands.model import UNSET, Command, LoadingCommand, Unset, item_of
from dibs.lane.commands.show import set_pin
from dibs.lane.decide import BLOCKED, DecisionHooks, find_item, settle
from dibs.lane.memory import removed_item
from dibs.lane.payloads import item_payload
from dibs.lane.state import Board, ClaimState, ItemState
from dibs.models.codes import fold_code, fold_text
from dibs.models.comments import Intent
from dibs.models.items import NewItem

if TYPE_CHECKING:
    from dibs.db import RawConnection

CLAIMED = "SELECT 1 FROM claims WHERE workspace_id = $1 AND item_id = $2 LIMIT 1"


def add_items(new: Sequence[NewItem]) -> Command:
    """Add items; claims that waited for their codes are resolved in their original order.

    Raises (when carried out): DuplicateError naming every code and variant that the show has already.
    """

    def run(changes: Changes, hooks: DecisionHooks) -> list[dict[str, Any]]:
        last = max((i.position for i in changes.board.items.values()), default=0)
        made = [_new_item(item, position) for position, item in enumerate(new, start=last + 1)]
        taken = {(i.code, i.variant_key) for i in changes.board.items.values()}
        again = [item for item in made if not _is_new(item, taken)]
        if again:
            names = [i.number if not i.variant else f"{i.number} {i.variant}" for i in again]
            raise DuplicateError(f"The show has these items already: {', '.join(names)}.", items=names)
        put_in(changes, hooks, made)
        _note_added(changes, made)
        return [item_payload(item) for item in made]

    return run


def put_in(changes: Changes, hooks: DecisionHooks, made: Sequence[ItemState]) -> None:
    """Put new items on the board and give those who waited for their codes what they claimed."""
    for item in made:
        changes.board.add_item(item)
        changes.new_items[item.id] = item
    for code in dict.fromkeys(item.code for item in made) if changes.board.status != "ended" else ():
        _resolve_unmatched(changes, hooks, code)


def _note_added(changes: Changes, made: Sequence[ItemState]) -> None:
    if len(made) == 1:
        item = made[0]
        after = {"title": item.title, "variant": item.variant, "price": item.price, "total_quantity": item.total}
        changes.note("item.added", "item", item.id, None, after, about=item)
    elif made:
        changes.note("item.added", "item", None, None, {"item_numbers": [item.number for item in made]})


def _is_new(item: ItemState, taken: set[tuple[str, str]]) -> bool:
    """Whether nobody has the item's code and variant; it has them from now on."""
    key = (item.code, item.variant_key)
    if key in taken:
        return False
    taken.add(key)
    return True


def _new_item(item: NewItem, position: int) -> ItemState:
    variant = item.variant or ""
    return ItemState(
        id=uuid7(),
        number=item.item_number,
        code=fold_code(item.item_number),
        variant=variant,
        variant_key=fold_text(variant).strip(),
        title=item.title,
        price=item.price,
        position=position,
        total=item.quantity,
        batch_id=item.batch_id,
    )


def _resolve_unmatched(changes: Changes, hooks: DecisionHooks, code: str) -> None:
    for claim in sorted(changes.board.unmatched_claims(code), key=lambda c: (c.posted_at, c.comment_no or 0)):
        intent = Intent(claim.kind, claim.item_number, claim.quantity, claim.variant or None)
        item, trouble = find_item(changes.board, intent)
        if claim.buyer is not None and claim.buyer.blocked:
            _settle_unmatched(changes, claim, "declined", BLOCKED)
        elif item is None or claim.buyer is None:
            _settle_unmatched(changes, claim, "review", trouble)
        else:
            changes.touch(claim)
            changes.board.drop_claim(claim)
            claim.item, claim.item_number, claim.variant = item, item.number, item.variant
            settle(hooks, changes, claim, item, claim.buyer, was="unmatched")


def _settle_unmatched(changes: Changes, claim: ClaimState, status: str, reason: str | None) -> None:
    changes.touch(claim)
    changes.board.drop_claim(claim)
    claim.status, claim.reason = status, reason
    changes.board.index_claim(claim)
    changes.created(claim, "unmatched")


def edit_item(
    item_id: UUID,
    *,
    total: int | None = None,
    title: str | None = None,
    price: Decimal | Unset | None = UNSET,
    batch_id: UUID | Unset | None = UNSET,
    version: int | None = None,
) -> Command:
    """Change an item. More units go to those who wait, in order; after the end of the show the operator awards.

    Raises (when carried out): ConflictError if `version` is not the item's, or if units were won and are to come from
    another batch; BelowWonError naming the winners if `total` is below what is won.
    """

    def run(changes: Changes, _: DecisionHooks) -> dict[str, Any]:
        item = item_of(changes, item_id)
        if version is not None and version != item.version:
            raise ConflictError("Somebody else has changed this item.", current=item_payload(item))
        if total is not None and total < item.claimed:
            raise below_won(changes.board, item, total)
        before = _editable(item)
        wanted = {"total_quantity": total, "title": title}
        after = {**before, **{name: value for name, value in wanted.items() if value is not None}}
        after["price"] = before["price"] if price is UNSET else price
        after["batch_id"] = before["batch_id"] if batch_id is UNSET else batch_id
        if item.claimed and after["batch_id"] != before["batch_id"]:
            raise ConflictError(f"{item.claimed} of item {item.number} are won, from the batch that it has.")
        if after != before:
            _edit(changes, item, before, after)
        return item_payload(item)

    return run


def _editable(item: ItemState) -> dict[str, Any]:
    return {"total_quantity": item.total, "title": item.title, "price": item.price, "batch_id": item.batch_id}


def _edit(changes: Changes, item: ItemState, before: dict[str, Any], after: dict[str, Any]) -> None:
    changes.remember()
    changes.edit(item)
    item.total, item.title, item.price = after["total_quantity"], after["title"], after["price"]
    item.batch_id = after["batch_id"]
    if item.title != before["title"]:
        changes.board.catalogue_changed()
    if changes.board.status != "ended":
        stock.promote(changes, item)
    named = [name for name in after if after[name] != before[name]]
    said = {name: before[name] for name in named}, {name: after[name] for name in named}
    changes.note("item.edited", "item", item.id, *said, about=item)


def below_won(board: Board, item: ItemState, total: int) -> BelowWonError:
    """The refusal of a quantity below what is won, with the names of those who would lose."""
    winners = [c for c in board.claims.values() if c.item is item and c.status == "winner"]
    names = [
        {"claim_id": str(c.id), "handle": c.buyer.handle if c.buyer else "", "quantity": c.quantity} for c in winners
    ]
    return BelowWonError(
        f"{item.claimed} of item {item.number} are won; release some of them before lowering it to {total}.",
        winners=names,
        claimed=item.claimed,
    )


def remove_item(item_id: UUID) -> LoadingCommand:
    """Take an item out on which nobody ever had a claim: what was claimed stays in the show's history.

    Raises (when carried out): ConflictError if there was a claim, of whatever status.
    """

    async def load(connection: RawConnection, board: Board) -> Command:
        claimed = await connection.fetchval(CLAIMED, board.workspace_id, item_id)
        return lambda changes, _: _remove(changes, item_id, claimed is not None)

    return LoadingCommand(load)


def _remove(changes: Changes, item_id: UUID, claimed: bool) -> UUID:
    item = item_of(changes, item_id)
    if claimed or item.claimed or item.queue:
        raise ConflictError(
            f"Item {item.number} was claimed, so it stays in the show; lower its quantity to {item.claimed} instead.",
            claimed=item.claimed,
            waiting=len(item.queue),
        )
    changes.remember()
    if changes.memory is not None:
        changes.memory.removed.append(item)
    if changes.board.pinned_item_id == item_id:
        set_pin(changes, None)
    changes.board.remove_item(item)
    changes.removed_items.append(item)
    changes.emit("item.removed", {"item_id": item_id})
    changes.note("item.deleted", "item", item_id, removed_item(item), {}, about=item)
    return item_id


def reorder(item_ids: Sequence[UUID]) -> Command:
    """List items in this order; those that are not named follow in the order that they have.

    Raises (when carried out): InvalidInputError naming ids that are no items of the show, or that come twice.
    """

    def run(changes: Changes, _: DecisionHooks) -> list[UUID]:
        board, before = changes.board, changes.board.order()
        twice = {one for one, times in Counter(item_ids).items() if times > 1}
        faults = [
            FieldFault(f"item_ids[{n}]", "comes twice" if one in twice else "is no item of this show")
            for n, one in enumerate(item_ids)
            if one in twice or one not in board.items
        ]
        if faults:
            raise InvalidInputError(f"The order has {len(faults)} faulty id(s).", faults)
        named = set(item_ids)
        order = [*item_ids, *(one for one in before if one not in named)]
        if order != before:
            changes.remember()
            set_order(changes, order)
            changes.note("item.reordered", "show", board.show_id, {"item_ids": before}, {"item_ids": order})
        return order

    return run


def set_order(changes: Changes, order: Sequence[UUID]) -> None:
    """Number all items of the show anew."""
    board = changes.board
    if changes.memory is not None:
        changes.memory.order = board.order()
    for number, item_id in enumerate(order, start=1):
        board.items[item_id].position = number
    board.catalogue_changed()
    changes.order = list(order)
    changes.emit("items.reordered", {"item_ids": changes.order})
