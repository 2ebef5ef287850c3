"""What an operator's action found and what it left behind: enough to take it back later."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs

from dibs.lane.state import Board, ClaimState, ItemState

_RESTORED = ("status", "quantity", "item_number", "variant", "place", "reason", "decided_at", "left_before", "ahead")
_CHECKED = ("status", "quantity", "item_id")
_EDITED = ("title", "price", "total", "batch_id")


@attrs.define(eq=False)
class Memory:
    """The state before an action, noted piece by piece directly before each piece is changed."""

    decision_no: int
    pinned: UUID | None
    claims: dict[UUID, tuple[ClaimState, dict[str, Any]]] = attrs.field(factory=dict)
    items: dict[UUID, tuple[ItemState, dict[str, Any]]] = attrs.field(factory=dict)
    removed: list[ItemState] = attrs.field(factory=list)
    order: list[UUID] | None = None

    @classmethod
    def of(cls, board: Board) -> Memory:
        """The memory of an action that is about to begin."""
        return cls(board.last_decision_no, board.pinned_item_id)

    def claim(self, claim: ClaimState) -> None:
        """Keep a claim as it is, with those who wait directly before and behind it."""
        if claim.id not in self.claims:
            self.claims[claim.id] = (claim, {**_facts(claim), **_neighbours(claim)})

    def item(self, item: ItemState) -> None:
        """Keep what an edit may change of an item."""
        if item.id not in self.items:
            self.items[item.id] = (item, {name: getattr(item, name) for name in _EDITED})

    def document(self, board: Board, made: dict[UUID, ClaimState]) -> dict[str, Any] | None:
        """What undoing needs; None if nothing that it could take back has changed. `made` are the action's claims."""
        found: dict[str, Any] = {"claims": self._claims(made), "items": self._items()}
        found["removed"] = [removed_item(item) for item in self.removed]
        if self.order is not None:
            found["order"] = {"before": self.order, "after": board.order()}
        if self.pinned != board.pinned_item_id:
            found["pinned"] = {"before": self.pinned, "after": board.pinned_item_id}
        kept = {name: value for name, value in found.items() if value}
        return {**kept, "decision_no": self.decision_no} if kept else None

    def _claims(self, made: dict[UUID, ClaimState]) -> list[dict[str, Any]]:
        changed = [
            {"id": claim.id, "before": before, "after": _after(claim)}
            for claim, before in self.claims.values()
            if any(_facts(claim)[name] != before[name] for name in (*_CHECKED, "reason"))
        ]
        return changed + [{"id": claim.id, "before": None, "after": _after(claim)} for claim in made.values()]

    def _items(self) -> list[dict[str, Any]]:
        found = []
        for item, before in self.items.values():
            names = [name for name in _EDITED if getattr(item, name) != before[name]]
            if names:
                after = {name: getattr(item, name) for name in names}
                found.append({"id": item.id, "before": {name: before[name] for name in names}, "after": after})
        return found


def removed_item(item: ItemState) -> dict[str, Any]:
    """An item that was taken out, whole."""
    names = (
        "id",
        "number",
        "code",
        "variant",
        "variant_key",
        "title",
        "price",
        "position",
        "total",
        "version",
        "batch_id",
    )
    return {name: getattr(item, name) for name in names}


def _facts(claim: ClaimState) -> dict[str, Any]:
    return {**{name: getattr(claim, name) for name in _RESTORED}, "item_id": claim.item.id if claim.item else None}


def _after(claim: ClaimState) -> dict[str, Any]:
    facts = _facts(claim)
    return {name: facts[name] for name in _CHECKED}


def _neighbours(claim: ClaimState) -> dict[str, Any]:
    if claim.item is None or claim.id not in claim.item.queue:
        return {}
    order = list(claim.item.queue)
    index = order.index(claim.id)
    return {
        "previous": order[index - 1] if index else None,
        "next": order[index + 1] if index + 1 < len(order) else None,
    }
