"""Answers about the items of a show."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from uuid import UUID

import attrs

from dibs.api.answers.claims import Claim


@attrs.frozen
class Item:
    """An item with its counts: units offered and won, entries that wait."""

    item_id: UUID
    item_number: str
    variant: str | None
    title: str
    price: Decimal | None
    position: int
    total_quantity: int
    claimed_count: int
    waitlist_count: int
    status: Literal["open", "low", "sold_out"]
    version: int
    batch_id: UUID | None


@attrs.frozen
class Items:
    """Items in their order."""

    items: list[Item]


@attrs.frozen
class ItemAnswer:
    """The item as it is now."""

    item: Item


@attrs.frozen
class Drawer:
    """An item with its first 200 winners and the first 200 of its waitlist, in order."""

    item: Item
    winners: list[Claim]
    waitlist: list[Claim]
    waitlist_total: int


@attrs.frozen
class ItemOrder:
    """The items in their order now."""

    item_ids: list[UUID]
