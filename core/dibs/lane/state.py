"""The board: what of a show is needed to decide, in memory. Valid as long as the show's revision has not moved."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs.models.allocation import BuyerStanding, ItemStock
from dibs.models.catalogue import Catalogue, CatalogueItem, ParseContext
from dibs.models.codes import fold_code
from dibs.models.comments import ActKind
from dibs.models.rules import ShowRules

# Places on a waitlist are this far apart, so that a claim accepted later fits between two others.
PLACE_STEP = 1 << 20


@attrs.frozen
class BuyerRef:
    """A buyer as the lane knows one.

    Attributes:
        user_id: the platform's id.
        handle: the name shown when first seen.
        blocked: the buyer's claims are declined.
        head: the buyer that this identity is merged into, or itself: limits and the repeat rule count a person once.
        customer_id: the customer that the person is linked to.
    """

    id: UUID
    platform: str
    user_id: str
    handle: str
    blocked: bool = False
    head: UUID = attrs.field()
    customer_id: UUID | None = None

    @head.default
    def _itself(self) -> UUID:
        return self.id


@attrs.define(eq=False)
class ClaimState:
    """A claim row. Mutable: status, quantity, place and reason change during its life.

    `order_id` and `order_number` are the order that its units are in: the lane leaves such a claim as it is.
    """

    id: UUID
    item: ItemState | None
    item_number: str
    variant: str
    buyer: BuyerRef | None
    comment_no: int | None
    comment_id: str | None
    act: int
    part: int
    decision_no: int
    kind: ActKind
    quantity: int
    status: str
    rule: str
    confidence: float
    reason: str | None
    posted_at: datetime
    decided_at: datetime
    place: int | None = None
    left_before: int | None = None
    ahead: int | None = None
    order_id: UUID | None = None
    order_number: int | None = None


@attrs.define(eq=False)
class ItemState:
    """An item row with its waitlist in order, keyed by claim id.

    Attributes:
        batch_id: the batch that its units come from; None if it has only its own count.
        drawn: the batch and how many units of it the item holds, as stored.
        sold: won units that are in orders: they have left the batch.
    """

    id: UUID
    number: str
    code: str
    variant: str
    variant_key: str
    title: str
    price: Decimal | None
    position: int
    total: int
    claimed: int = 0
    version: int = 1
    batch_id: UUID | None = None
    drawn: tuple[UUID | None, int] = (None, 0)
    sold: int = 0
    queue: OrderedDict[UUID, ClaimState] = attrs.field(factory=OrderedDict)

    @property
    def left(self) -> int:
        """Units that nobody has won."""
        return self.total - self.claimed

    def position_of(self, claim: ClaimState) -> int | None:
        """The waitlist position of a claim, 1 is next; None if it does not wait here. Quick at the queue's end."""
        if claim.id not in self.queue:
            return None
        if next(reversed(self.queue)) == claim.id:
            return len(self.queue)
        return next(nth for nth, other in enumerate(self.queue, start=1) if other == claim.id)

    def stock(self) -> ItemStock:
        """What an allocation policy may see."""
        return ItemStock(self.number, self.variant or None, self.total, self.claimed, len(self.queue))


@attrs.define(eq=False)
class Board:
    """Everything of one show that decisions depend on.

    Attributes:
        rules: what holds: the workspace's rules with `own_rules`, the show's own ones, on top.
        revision: the show row's revision that this board was loaded at or has written.
        by_code: items by folded code; several rows if the item has variants.
        stakes: each person's active (`winner`, `waitlist`) claims by claim id, oldest first.
        unmatched: claims on codes that the show does not have, by folded code and person: each counts once.
        spare_unmatched: further ones of people whose identities were merged when both had claimed.
        reviews: claims that wait for an operator, by claim id; `doubts` has the same by person.
        keys: comment keys that are known to be stored.
        buyers: buyers met so far by platform and user id.
        linked: the persons among them who are customers, by customer.
        credit: what customers may still owe, as far as the decisions at hand need it.
        seller_ids: platform user ids of the selling accounts.
    """

    workspace_id: UUID
    show_id: UUID
    title: str
    status: str
    rules: ShowRules
    revision: int
    last_comment_no: int
    last_decision_no: int
    epoch: str
    own_rules: dict[str, Any] = attrs.field(factory=dict)
    pinned_item_id: UUID | None = None
    version: int = 1
    scheduled_at: datetime | None = None
    practice: bool = False
    seller_ids: frozenset[str] = frozenset()
    items: dict[UUID, ItemState] = attrs.field(factory=dict)
    by_code: dict[str, list[ItemState]] = attrs.field(factory=dict)
    claims: dict[UUID, ClaimState] = attrs.field(factory=dict)
    stakes: dict[UUID, dict[UUID, ClaimState]] = attrs.field(factory=dict)
    unmatched: dict[str, dict[UUID, ClaimState]] = attrs.field(factory=dict)
    spare_unmatched: dict[UUID, ClaimState] = attrs.field(factory=dict)
    reviews: dict[UUID, ClaimState] = attrs.field(factory=dict)
    doubts: dict[UUID, dict[UUID, ClaimState]] = attrs.field(factory=dict)
    keys: dict[str, None] = attrs.field(factory=dict)
    buyers: dict[tuple[str, str], BuyerRef] = attrs.field(factory=dict)
    linked: dict[UUID, set[UUID]] = attrs.field(factory=dict)
    credit: Mapping[UUID, Decimal] = attrs.field(factory=dict)
    _context: ParseContext | None = attrs.field(default=None, init=False)

    @property
    def topic(self) -> str:
        """The topic of the show's events."""
        return f"show:{self.show_id}"

    @property
    def context(self) -> ParseContext:
        """What parsers may know; the same object until rules or catalogue change."""
        if self._context is None:
            self._context = ParseContext(self.workspace_id, self.show_id, self.rules, self._catalogue())
        return self._context

    def catalogue_changed(self) -> None:
        """Forget what parsers compiled: items, the pinned item or the rules are others now."""
        self._context = None

    def add_item(self, item: ItemState) -> None:
        """Put an item on the board."""
        self.items[item.id] = item
        self.by_code.setdefault(item.code, []).append(item)
        self.catalogue_changed()

    def meet(self, buyers: Iterable[BuyerRef]) -> None:
        """Know buyers from now on."""
        for buyer in buyers:
            self.buyers[buyer.platform, buyer.user_id] = buyer
            if buyer.customer_id is not None:
                self.linked.setdefault(buyer.customer_id, set()).add(buyer.head)

    def order(self) -> list[UUID]:
        """The ids of the items as the show lists them."""
        return [item.id for item in sorted(self.items.values(), key=lambda item: item.position)]

    def find_claim(self, claim_id: UUID) -> ClaimState | None:
        """An open claim, whatever it waits for."""
        claim = self.claims.get(claim_id) or self.reviews.get(claim_id)
        return claim or next((c for c in self.unmatched_claims() if c.id == claim_id), None)

    def remove_item(self, item: ItemState) -> None:
        """Take an item off the board."""
        del self.items[item.id]
        self.by_code[item.code].remove(item)
        self.catalogue_changed()

    def index_claim(self, claim: ClaimState) -> None:
        """Put a claim where its status belongs."""
        if claim.status in ("winner", "waitlist"):
            self.claims[claim.id] = claim
            if claim.buyer is not None:
                self.stakes.setdefault(claim.buyer.head, {})[claim.id] = claim
        elif claim.status == "review":
            self.reviews[claim.id] = claim
            if claim.buyer is not None:
                self.doubts.setdefault(claim.buyer.head, {})[claim.id] = claim
        elif claim.status == "unmatched" and claim.buyer is not None:
            kept = self.unmatched.setdefault(fold_code(claim.item_number), {})
            if kept.setdefault(claim.buyer.head, claim) is not claim:
                self.spare_unmatched[claim.id] = claim

    def drop_claim(self, claim: ClaimState) -> None:
        """Take a claim off the board, whatever its status is."""
        self.claims.pop(claim.id, None)
        self.reviews.pop(claim.id, None)
        if claim.buyer is None:
            return
        head = claim.buyer.head
        self.stakes.get(head, {}).pop(claim.id, None)
        if claim.status == "review":
            self.doubts.get(head, {}).pop(claim.id, None)
        elif claim.status == "unmatched":
            self._drop_unmatched(claim, head)

    def _drop_unmatched(self, claim: ClaimState, head: UUID) -> None:
        if self.spare_unmatched.pop(claim.id, None) is not None:
            return
        code = fold_code(claim.item_number)
        self.unmatched.get(code, {}).pop(head, None)
        for spare in list(self.spare_unmatched.values()):
            if spare.buyer is not None and spare.buyer.head == head and fold_code(spare.item_number) == code:
                del self.spare_unmatched[spare.id]
                self.index_claim(spare)
                return

    def unmatched_claims(self, code: str | None = None) -> list[ClaimState]:
        """The claims that wait for their item: all, or those on one code."""
        kept = self.unmatched.values() if code is None else [self.unmatched.get(code, {})]
        spare = [c for c in self.spare_unmatched.values() if code in (None, fold_code(c.item_number))]
        return [claim for claims in kept for claim in claims.values()] + spare

    def open_claims_of(self, head: UUID) -> list[ClaimState]:
        """What a person has won, waits for, has claimed in vain so far, or has in review; passes left out."""
        kept = [claims[head] for claims in self.unmatched.values() if head in claims]
        spare = [c for c in self.spare_unmatched.values() if c.buyer is not None and c.buyer.head == head]
        doubts = [claim for claim in self.doubts.get(head, {}).values() if claim.kind == "claim"]
        return [*self.stakes.get(head, {}).values(), *kept, *spare, *doubts]

    def standing(self, head: UUID, item: ItemState) -> BuyerStanding:
        """What a person has won and waits for, on the item and in the show."""
        stakes = self.stakes.get(head)
        if not stakes:
            return _NOTHING
        won = waiting = show_won = show_waiting = 0
        for claim in stakes.values():
            if claim.status == "winner":
                show_won += claim.quantity
                won += claim.quantity if claim.item is item else 0
            else:
                show_waiting += claim.quantity
                waiting += claim.quantity if claim.item is item else 0
        return BuyerStanding(won, waiting, show_won, show_waiting)

    def _catalogue(self) -> Catalogue:
        pinned = self.items.get(self.pinned_item_id) if self.pinned_item_id else None
        rows = sorted(self.items.values(), key=lambda item: item.position)
        items = tuple(CatalogueItem(item.number, item.variant or None, item.title) for item in rows)
        return Catalogue(items, pinned.number if pinned else None)


_NOTHING = BuyerStanding()
