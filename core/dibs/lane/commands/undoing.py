"""Taking back what one did: everything an action touched, as it was before, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs

from dibs.clock import utc_now
from dibs.lane import stock
from dibs.lane.changes import Changes, standing
from dibs.lane.commands.items import put_in, set_order
from dibs.lane.commands.model import Command, LoadingCommand
from dibs.lane.commands.show import set_pin
from dibs.lane.commands.undo_checks import Checks, Edit, Part, known_claim, known_item
from dibs.lane.decide import DecisionHooks
from dibs.lane.state import Board, ClaimState, ItemState
from dibs.lane.undoable import UNDO_TIME, Undoable, claims_of, find_undoable

if TYPE_CHECKING:
    from dibs.db import RawConnection

UNDONE = "undone"
_KINDS = {"price": Decimal, "batch_id": UUID}


def undo(actor_id: UUID, entry_id: UUID | None = None, *, within: timedelta = UNDO_TIME) -> LoadingCommand:
    """Take back what the entry of the audit log says, or the last thing that this person did in the show.

    Whoever was promoted by it waits again, at the old place. Nobody loses what was won since: if what the action left
    has changed meanwhile, or its units are gone, nothing is undone.

    Raises (when carried out): ConflictError saying what has changed since, or that there is nothing to undo;
    NotFoundError if the entry is not one of this person in this show.
    """

    async def load(connection: RawConnection, board: Board) -> Command:
        entry = await find_undoable(connection, board, actor_id, entry_id, utc_now() - within)
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
        claims, items = undo.get("claims", ()), undo.get("items", ())
        parts: list[Part] = [(known_claim(self.claims, one), one["before"], one["after"]) for one in claims]
        edits: list[Edit] = [(known_item(self.board, one), one["before"], one["after"]) for one in items]
        Checks(self.board, self.entry, self.claims).run(parts, edits)
        self._put_items_back(edits)
        # Who waits again is put in from the back: each then finds the one who stood behind.
        waiting = sorted(parts, key=lambda part: (_waits(part[1]), -((part[1] or {}).get("place") or 0)))
        for claim, before, _ in waiting:
            self._put_claim_back(claim, before)
        self._put_rest_back(undo)
        self._promote(parts, edits)
        return self._note()

    def _put_items_back(self, edits: list[Edit]) -> None:
        for item, before, _ in edits:
            self.changes.edit(item)
            for name, value in before.items():
                setattr(item, name, _KINDS[name](value) if name in _KINDS and value is not None else value)
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

    def _promote(self, parts: list[Part], edits: list[Edit]) -> None:
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
        batch_id=UUID(row["batch_id"]) if row.get("batch_id") else None,
    )
