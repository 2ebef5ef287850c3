"""The figures of a show."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import attrs


@attrs.frozen
class SummaryShow:
    """The show that the figures are of."""

    id: UUID
    title: str
    status: str
    practice: bool
    version: int
    activated_at: datetime | None
    ended_at: datetime | None


@attrs.frozen
class StatusCount:
    """How many claims have a status now, and how many units they are about."""

    status: str
    claims: int
    units: int


@attrs.frozen
class VerdictCount:
    """How many comments were read in one way."""

    verdict: str
    comments: int


@attrs.frozen
class ItemSummary:
    """How one item sells.

    Attributes:
        claims: claims that named it, whatever became of them.
        winners: people who have it.
        waiting, waiting_units: entries on its waiting list, and the units that they ask for.
        revenue: units won, at the item's price; None if it has none.
        first_claim_at: when the first claim that counts was written.
        sold_out_seconds: from the first claim to the last one that got a unit; None while some are left.
        pinned_at: when it was first shown as the item that is on.
        first_claim_seconds: from then to the first claim after it.
    """

    item_id: UUID
    item_number: str
    variant: str | None
    title: str
    price: Decimal | None
    total_quantity: int
    claimed_count: int
    claims: int
    winners: int
    waiting: int
    waiting_units: int
    revenue: Decimal | None
    first_claim_at: datetime | None
    sold_out_seconds: float | None
    pinned_at: datetime | None
    first_claim_seconds: float | None


@attrs.frozen
class FastItem:
    """An item that sold out, and how quickly."""

    item_id: UUID
    item_number: str
    variant: str | None
    title: str
    seconds: float


@attrs.frozen
class TopBuyer:
    """What one of those who won most has; `amount` is of what has a price, `unpriced` counts the other units."""

    buyer_id: UUID
    handle: str
    platform: str
    items: int
    units: int
    amount: Decimal
    unpriced: int


@attrs.frozen
class Timeline:
    """What happened when. Each list has one number for each `seconds` from `start` on.

    All count at the time when the comment was written: all comments, those that claimed, claims that have won. What
    came after the end of the show is left out.
    """

    start: datetime | None
    seconds: int
    comments: list[int]
    claims: list[int]
    wins: list[int]


@attrs.frozen
class ShowSummary:
    """The figures of a show, all as of one instant.

    Attributes:
        sell_through: share of the units on offer that is won, 0 to 1; None if nothing is on offer.
        buyers: people who won something; `repeat_buyers` of them had won in an earlier show.
        conversion: share of the comments that claimed something; None without comments.
        revenue: units won, at the items' prices; `unpriced_units` have none.
        waiting_units: units that people want beyond the stock.
    """

    show: SummaryShow
    as_of: datetime
    currency: str
    units_total: int
    units_claimed: int
    sell_through: float | None
    buyers: int
    repeat_buyers: int
    comments: int
    claim_comments: int
    conversion: float | None
    revenue: Decimal
    unpriced_units: int
    waiting: int
    waiting_units: int
    claims: list[StatusCount]
    verdicts: list[VerdictCount]
    items: list[ItemSummary]
    fastest: list[FastItem]
    top_buyers: list[TopBuyer]
    timeline: Timeline
