"""What is asked about buyers, what is changed, and what is answered."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs.bounds import LINE, WORDS, bounded

MAX_NOTE = 2000
MAX_REASON = 300
MAX_TAGS = 20
MAX_TAG = 40
MAX_WORDS = 100


_TEXT = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$"


def _storable(value: str, allowed: str = "") -> None:
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in allowed for char in value):
        raise ValueError("must not contain control characters")


@bounded(maxLength=MAX_NOTE, pattern=_TEXT)
def _note(_: Any, attribute: attrs.Attribute[Any], value: str | None) -> None:
    """Line breaks and tabs are fine, other control characters are not."""
    if value is not None and len(value) > MAX_NOTE:
        raise ValueError(f"is longer than {MAX_NOTE} characters")
    _storable(value or "", "\n\r\t")


@bounded(maxItems=MAX_TAGS, items={"type": "string", "minLength": 1, "maxLength": MAX_TAG, "pattern": WORDS})
def _tags(_: Any, attribute: attrs.Attribute[Any], value: list[str] | None) -> None:
    if value is not None and len(value) > MAX_TAGS:
        raise ValueError(f"has more than {MAX_TAGS} tags")
    for tag in value or ():
        if not tag.strip() or len(tag) > MAX_TAG:
            raise ValueError(f"must have tags of 1 to {MAX_TAG} characters")
        _storable(tag)


@bounded(minLength=1, maxLength=MAX_REASON, pattern=WORDS)
def _reason(_: Any, attribute: attrs.Attribute[Any], value: str) -> None:
    if not value.strip() or len(value) > MAX_REASON:
        raise ValueError(f"must have 1 to {MAX_REASON} characters")
    _storable(value)


@bounded(maxLength=MAX_WORDS, pattern=LINE)
def _words(_: Any, attribute: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None and len(value) > MAX_WORDS:
        raise ValueError(f"is longer than {MAX_WORDS} characters")
    _storable(value or "")


def _limit(most: int) -> Any:
    @bounded(minimum=1, maximum=most)
    def check(_: Any, __: attrs.Attribute[Any], value: int) -> None:
        if not 1 <= value <= most:
            raise ValueError(f"must be a whole number from 1 to {most}")

    return check


@attrs.frozen
class BuyerFilter:
    """Which buyers of the workspace; what is given combines. `cursor` is the `next` of the page before.

    `practice` is about the simulated audience of practice shows: only them, or everybody else.
    """

    q: str = attrs.field(default="", validator=_words)
    blocked: bool | None = None
    practice: bool | None = None
    tag: str | None = attrs.field(default=None, validator=_words)
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=_limit(200))


@attrs.frozen
class RollupFilter:
    """Which people of a show. `cursor` is the `next` of the page before."""

    q: str = attrs.field(default="", validator=_words)
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=_limit(500))


@attrs.frozen
class HistoryPage:
    """Which part of a buyer's claims. `cursor` is the `next` of the page before."""

    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=_limit(200))


@attrs.frozen
class BuyerPatch:
    """What to change of a buyer; `version` is the one that was read."""

    version: int
    note: str | None = attrs.field(default=None, validator=_note)
    tags: list[str] | None = attrs.field(default=None, validator=_tags)


@attrs.frozen
class BlockBody:
    """Why somebody may not claim any more; shown to the team only."""

    reason: str = attrs.field(validator=_reason)


@attrs.frozen
class MergeBody:
    """The buyer that it is merged into, and that stays."""

    into: UUID


@attrs.frozen
class Buyer:
    """A person with all their identities, named after the one that stayed.

    Attributes:
        identities: how many identities are merged in, beside their own.
        shows: in how many shows they claimed.
        last_seen_at: when they claimed last; when they were first seen, if they never claimed.
        merged_into: the person that this identity belongs to, if it is merged.
        erased_at: when the person was forgotten: name, id, note and tags are gone, and the words of their comments.
    """

    buyer_id: UUID
    handle: str
    platform: str
    platform_user_id: str
    note: str
    tags: list[str]
    blocked: bool
    blocked_at: datetime | None
    blocked_reason: str | None
    merged_into: UUID | None
    erased_at: datetime | None
    version: int
    identities: int
    shows: int
    won_units: int
    first_seen_at: datetime
    last_seen_at: datetime


@attrs.frozen
class Identity:
    """One identity of a person; `merged_with` is the one that it was merged into, by hand."""

    buyer_id: UUID
    handle: str
    platform: str
    platform_user_id: str
    note: str
    tags: list[str]
    blocked: bool
    merged_with: UUID | None
    first_seen_at: datetime


@attrs.frozen
class ShowOfBuyer:
    """What somebody did in one show. `amount` is of what has a price, `unpriced` counts the units that have none."""

    show_id: UUID
    title: str
    status: str
    started_at: datetime
    claims: int
    won_units: int
    waiting_units: int
    amount: Decimal
    unpriced: int


@attrs.frozen
class PastClaim:
    """A claim or pass of somebody, in whatever show."""

    claim_id: UUID
    show_id: UUID
    show_title: str
    buyer_id: UUID
    handle: str
    item_id: UUID | None
    item_number: str
    variant: str | None
    title: str | None
    price: Decimal | None
    kind: str
    quantity: int
    status: str
    reason: str | None
    text: str | None
    posted_at: datetime
    decided_at: datetime


@attrs.frozen
class RollupLine:
    """An item that somebody won; `amount` is None where no price is set."""

    item_id: UUID
    item_number: str
    variant: str | None
    title: str
    quantity: int
    price: Decimal | None
    amount: Decimal | None


@attrs.frozen
class RollupRow:
    """What one person has of a show, all their identities together.

    Attributes:
        items: different items that they won.
        quantity: units that they won.
        waitlist: entries on waiting lists.
        total: sum of what has a price; `unpriced` counts the units that have none.
    """

    buyer_id: UUID
    handle: str
    platform: str
    blocked: bool
    items: int
    quantity: int
    waitlist: int
    waiting_units: int
    total: Decimal
    unpriced: int
    lines: list[RollupLine]
