"""What must still be so that an action can be taken back. Nothing is changed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from dibs.errors import ConflictError, OutOfStockError
from dibs.lane.changes import standing
from dibs.lane.commands.model import check_not_ordered
from dibs.lane.state import Board, ClaimState, ItemState
from dibs.lane.undoable import Undoable
from dibs.models.codes import fold_code

Part: TypeAlias = tuple[ClaimState, dict[str, Any] | None, dict[str, Any]]
"""A claim, as it was before the action (None: the action made it), and as the action left it."""
Edit: TypeAlias = tuple[ItemState, dict[str, Any], dict[str, Any]]
"""An item, with the fields that were changed, before and after."""


@attrs.frozen
class Checks:
    """The checks of one undo; each says in words what has changed since."""

    board: Board
    entry: Undoable
    claims: Mapping[UUID, ClaimState]

    def run(self, parts: list[Part], edits: list[Edit]) -> None:
        """Raises `ConflictError` if anything that the action left is otherwise now, or its units are gone."""
        for claim, before, after in parts:
            self._claim(claim, before, after)
        for item, _, left in edits:
            self._item(item, left)
        self._stock(parts, edits)
        self._rest(self.entry.undo)

    def _claim(self, claim: ClaimState, before: Any, after: Any) -> None:
        if _plain(standing(claim)) != after:
            raise _moved_on(claim)
        check_not_ordered(claim)
        if before is None:
            return
        if before["item_id"] is not None and UUID(before["item_id"]) not in self.board.items:
            raise ConflictError(f"Item {before['item_number']} is not in the show any more.")
        if before["status"] == "unmatched" and self.board.by_code.get(fold_code(before["item_number"])):
            raise ConflictError(f"Item {before['item_number']} was added since.")
        self._repeat(claim, before)

    def _repeat(self, claim: ClaimState, before: Mapping[str, Any]) -> None:
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

    def _item(self, item: ItemState, after: Any) -> None:
        if {name: _text(getattr(item, name)) for name in after} != {n: _text(v) for n, v in after.items()}:
            raise ConflictError(f"Item {item.number} was changed since.", item_id=str(item.id))

    def _stock(self, parts: list[Part], edits: list[Edit]) -> None:
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

    def _rest(self, undo: Mapping[str, Any]) -> None:
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


def known_claim(claims: Mapping[UUID, ClaimState], row: Mapping[str, Any]) -> ClaimState:
    """The claim that an entry speaks of. Raises `ConflictError`."""
    claim = claims.get(UUID(row["id"]))
    if claim is None:
        raise ConflictError("A claim that this touched is not there any more.")
    return claim


def known_item(board: Board, row: Mapping[str, Any]) -> ItemState:
    """The item that an entry speaks of. Raises `ConflictError`."""
    item = board.items.get(UUID(row["id"]))
    if item is None:
        raise ConflictError("The item is not in the show any more.")
    return item


def _moved_on(claim: ClaimState) -> ConflictError:
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
