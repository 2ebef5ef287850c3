"""Taking back what one did: everything an action touched, as it was before, or nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.clock import utc_now
from dibs.errors import ConflictError, OutOfStockError
from dibs.lane import stock
from dibs.lane.changes import Changes, standing
from dibs.lane.commands.items import put_in, set_order
from dibs.lane.commands.model import Command, LoadingCommand
from dibs.lane.commands.show import set_pin
from dibs.lane.decide import DecisionHooks
from dibs.lane.state import Board, ClaimState, ItemState
from dibs.lane.undoing import Undoable, claims_of, find_undoable
from dibs.models.codes import fold_code

if TYPE_CHECKING:
    from dibs.db import RawConnection

UNDONE = "undone"


def undo(actor_id: UUID, entry_id: UUID | None = None) -> LoadingCommand:
    """Take back what the entry of the audit log says, or the last thing that this person did in the show.

    Whoever was promoted by it waits again, at the old place. Nobody loses what was won since: if what the action left
    has changed meanwhile, or its units are gone, nothing is undone.

    Raises (when carried out): ConflictError saying what has changed since, or that there is nothing to undo;
    NotFoundError if the entry is not one of this person in this show.
    """

    async def load(connection: RawConnection, board: Board) -> Command:
        entry = await find_undoable(connection, board, actor_id, entry_id, utc_now())
        claims = await claims_of(connection, board, entry)
        return lambda changes, hooks: _TakingBack(changes, hooks, entry, claims).run()

    return LoadingCommand(load)


@attrs.define(eq=False)
class _TakingBack:
    """One undo: what the action left is checked first, then everything is put back."""

    changes: Changes
    hooks: DecisionHooks
    entry: Undoable
    claims: Mapping[UUID, ClaimState]

    @property
    def board(self) -> Board:
        return self.changes.board

    def run(self) -> dict[str, Any]:
        undo = self.entry.undo
        parts = [(self.claims.get(UUID(one["id"])), one["before"], one["after"]) for one in undo.get("claims", ())]
        edits = [(self.board.items.get(UUID(one["id"])), one["before"], one["after"]) for one in undo.get("items", ())]
        for claim, before, after in parts:
            self._check_claim(claim, before, after)
        for item, before, after in edits:
            self._check_item(item, before, after)
        self._check_stock(parts, edits)
        self._check_rest(undo)
        self._put_items_back(edits)
        # Who waits again is put in from the back: each then finds the one who stood behind.
        waiting = sorted(parts, key=lambda part: (_waits(part[1]), -((part[1] or {}).get("place") or 0)))
        for claim, before, _ in waiting:
            assert claim is not None
            self._put_claim_back(claim, before)
        self._put_rest_back(undo)
        self._promote(parts, edits)
        return self._note()

    def _check_claim(self, claim: ClaimState | None, before: Any, after: Any) -> None:
        if claim is None or _plain(standing(claim)) != after:
            raise _moved_on(claim)
        if before is None:
            return
        if before["item_id"] is not None and UUID(before["item_id"]) not in self.board.items:
            raise ConflictError(f"Item {before['item_number']} is not in the show any more.")
        if before["status"] == "unmatched" and self.board.by_code.get(fold_code(before["item_number"])):
            raise ConflictError(f"Item {before['item_number']} was added since.")
        self._check_repeat(claim, before)

    def _check_repeat(self, claim: ClaimState, before: Mapping[str, Any]) -> None:
        """A buyer who has claimed again meanwhile would have the item twice."""
        if self.board.rules.repeat == "add" or claim.buyer is None or before["status"] == "review":
            return
        since = self.entry.undo["decision_no"]
        for other in self.board.open_claims_of(claim.buyer.head):
            same = fold_code(other.item_number) == fold_code(before["item_number"]) and (
                other.variant == before["variant"] or other.status == "unmatched"
            )
            if same and other.id not in self.claims and other.decision_no > since and other.status != "review":
                raise ConflictError(
                    f"{claim.buyer.handle} has claimed item {before['item_number']} again since.",
                    claim_id=str(other.id),
                    status=other.status,
                )

    def _check_item(self, item: ItemState | None, before: Any, after: Any) -> None:
        if item is None:
            raise ConflictError("The item is not in the show any more.")
        if {name: _text(getattr(item, name)) for name in after} != {n: _text(v) for n, v in after.items()}:
            raise ConflictError(f"Item {item.number} was changed since.", item_id=str(item.id))

    def _check_stock(self, parts: list[Any], edits: list[Any]) -> None:
        """So much would be won of each item; the database refuses more than there is as well."""
        won: Counter[UUID] = Counter()
        for _, before, after in parts:
            if after["status"] == "winner":
                won[UUID(after["item_id"])] -= after["quantity"]
            if before is not None and before["status"] == "winner":
                won[UUID(before["item_id"])] += before["quantity"]
        totals = {item.id: before["total"] for item, before, _ in edits if "total" in before}
        for item in self.board.items.values():
            if item.claimed + won[item.id] > totals.get(item.id, item.total):
                raise OutOfStockError(
                    f"The units of item {item.number} have gone to others since.", left=item.left, item_id=str(item.id)
                )

    def _check_rest(self, undo: Mapping[str, Any]) -> None:
        if "order" in undo:
            now, left = [str(one) for one in self.board.order()], undo["order"]["after"]
            if [one for one in now if one in left] != [one for one in left if one in now]:
                raise ConflictError("The items were put in another order since.")
        if "pinned" in undo and "removed" not in undo:
            if _text(self.board.pinned_item_id) != undo["pinned"]["after"]:
                raise ConflictError("Another item was put on since.")
            before = undo["pinned"]["before"]
            if before is not None and UUID(before) not in self.board.items:
                raise ConflictError("The item that was on is not in the show any more.")
        for one in undo.get("removed", ()):
            rows = self.board.by_code.get(one["code"], ())
            if any(item.variant_key == one["variant_key"] for item in rows):
                raise ConflictError(f"There is another item {one['number']} by now.")

    def _put_items_back(self, edits: list[Any]) -> None:
        for item, before, _ in edits:
            self.changes.edit(item)
            for name, value in before.items():
                setattr(item, name, Decimal(value) if name == "price" and value is not None else value)
            self.board.catalogue_changed()

    def _put_claim_back(self, claim: ClaimState, before: Mapping[str, Any] | None) -> None:
        was = standing(claim)
        self.changes.touch(claim)
        self._take_off(claim)
        if before is None:
            claim.status, claim.reason, claim.place = "released", UNDONE, None
        else:
            self._restore(claim, before)
        self.changes.changed(claim, was)

    def _take_off(self, claim: ClaimState) -> None:
        self.board.drop_claim(claim)
        if claim.item is not None and claim.status in ("winner", "waitlist"):
            claim.item.claimed -= claim.quantity if claim.status == "winner" else 0
            claim.item.queue.pop(claim.id, None)
            self.changes.count(claim.item)

    def _restore(self, claim: ClaimState, before: Mapping[str, Any]) -> None:
        for name in ("status", "quantity", "item_number", "variant", "reason", "left_before", "ahead"):
            setattr(claim, name, before[name])
        claim.item = self.board.items[UUID(before["item_id"])] if before["item_id"] else None
        claim.decided_at, claim.place = datetime.fromisoformat(before["decided_at"]), None
        if claim.status == "winner" and claim.item is not None:
            stock.win(self.changes, claim, claim.item)
        elif claim.status == "waitlist" and claim.item is not None:
            stock.insert(self.changes, claim, claim.item, _index(claim.item, before), before["place"])
        else:
            self.board.index_claim(claim)

    def _put_rest_back(self, undo: Mapping[str, Any]) -> None:
        if "removed" in undo:
            put_in(self.changes, self.hooks, [_item(one, self.board) for one in undo["removed"]])
        if "order" in undo:
            before = [UUID(one) for one in undo["order"]["before"]]
            known = [one for one in before if one in self.board.items]
            set_order(self.changes, [*known, *(one for one in self.board.order() if one not in known)])
        if "pinned" in undo and ("removed" not in undo or self.board.pinned_item_id is None):
            before = undo["pinned"]["before"]
            set_pin(self.changes, None if before is None else UUID(before))

    def _promote(self, parts: list[Any], edits: list[Any]) -> None:
        """What is free now goes to those who wait, in order, as ever."""
        if self.board.status == "ended":
            return
        touched = {item.id for item, _, _ in edits}
        touched |= {UUID(at["item_id"]) for _, *both in parts for at in both if at and at["item_id"]}
        for item in self.board.items.values():
            if item.id in touched:
                stock.promote(self.changes, item)

    def _note(self) -> dict[str, Any]:
        entry = self.entry
        entity_id = UUID(entry.entity_id) if entry.entity_id else None
        about = self.claims.get(entity_id) or self.board.items.get(entity_id) if entity_id else None
        before, after = {"action": entry.action}, dict[str, Any]()
        self.changes.note("action.undone", entry.entity, entity_id, before, after, about=about, undoes=entry.id)
        return {"undone": entry.id, "action": entry.action, "entity": entry.entity, "entity_id": entry.entity_id}


def _waits(before: Mapping[str, Any] | None) -> int:
    """What becomes free comes first, then the queues, then the wins."""
    if before is None or before["status"] not in ("winner", "waitlist"):
        return 0
    return 1 if before["status"] == "waitlist" else 2


def _index(item: ItemState, before: Mapping[str, Any]) -> int:
    """Where in the queue a claim stood: before the first with a later place, never past its old neighbours."""
    order = list(item.queue.values())
    index = next((i for i, other in enumerate(order) if (other.place or 0) >= before["place"]), len(order))
    ids = [str(other.id) for other in order]
    if before.get("next") in ids:
        index = min(index, ids.index(before["next"]))
    if before.get("previous") in ids:
        index = max(index, ids.index(before["previous"]) + 1)
    return index


def _item(row: Mapping[str, Any], board: Board) -> ItemState:
    last = max((item.position for item in board.items.values()), default=0)
    taken = any(item.position == row["position"] for item in board.items.values())
    return ItemState(
        id=UUID(row["id"]),
        number=row["number"],
        code=row["code"],
        variant=row["variant"],
        variant_key=row["variant_key"],
        title=row["title"],
        price=None if row["price"] is None else Decimal(row["price"]),
        position=last + 1 if taken else row["position"],
        total=row["total"],
        version=row["version"] + 1,
    )


def _moved_on(claim: ClaimState | None) -> ConflictError:
    if claim is None:
        return ConflictError("A claim that this touched is not there any more.")
    handle = claim.buyer.handle if claim.buyer else "somebody"
    return ConflictError(
        f"The claim of {handle} on item {claim.item_number} has changed since.",
        claim_id=str(claim.id),
        status=claim.status,
        handle=handle,
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
