"""What is asked about the catalogue, what is changed, and what is answered."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import attrs

from dibs.catalogue import fields as f
from dibs.money import change_fault, money_fault, stock_fault
from dibs.stock import Kind


@attrs.frozen
class ProductFilter:
    """Which products, by words in name or category. `cursor` is the `next` of the page before."""

    q: str = attrs.field(default="", validator=f.checked(f.search_fault))
    category: str | None = attrs.field(default=None, validator=f.checked(f.search_fault))
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=f.page_size())


@attrs.frozen
class BatchFilter:
    """Which batches, the first received first; `available` leaves out those of which nothing is left.

    `cursor` is the `next` of the page before.
    """

    product_id: UUID | None = None
    q: str = attrs.field(default="", validator=f.checked(f.search_fault))
    available: bool = False
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=f.page_size())


@attrs.frozen
class MovementFilter:
    """Which part of a batch's ledger, the newest first. `cursor` is the `next` of the page before."""

    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=f.page_size())


@attrs.frozen
class CustomerFilter:
    """Which customers, by words in name, contact or note. `cursor` is the `next` of the page before."""

    q: str = attrs.field(default="", validator=f.checked(f.search_fault))
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=f.page_size())


@attrs.frozen
class NewProduct:
    """A product to add.

    Attributes:
        name: no two products of a workspace have the same, whatever the case.
        unit: what is counted, such as `piece` or `m`; may be empty.
        picture_url: an address that begins with `https://`; Dibs never fetches it.
    """

    name: str = attrs.field(validator=f.checked(f.name_fault))
    category: str | None = attrs.field(default=None, validator=f.checked(f.short_fault))
    unit: str = attrs.field(default="", validator=f.checked(f.unit_fault))
    picture_url: str | None = attrs.field(default=None, validator=f.checked(f.picture_fault))


@attrs.frozen
class ProductPatch:
    """What to change of a product; `version` is the one that was read. Null takes category or picture off."""

    version: int
    name: str | None = attrs.field(default=None, validator=f.checked(f.name_fault))
    category: str | None = attrs.field(default=None, validator=f.checked(f.short_fault))
    unit: str | None = attrs.field(default=None, validator=f.checked(f.unit_fault))
    picture_url: str | None = attrs.field(default=None, validator=f.checked(f.picture_fault))


@attrs.frozen
class NewBatch:
    """A batch that comes into stock.

    Attributes:
        code: no two batches of a product have the same, whatever the case.
        quantity: what was received; 0 for a batch that is only announced.
        unit_cost: what one unit cost; null if that is not known.
        received_on: today, if it is left out.
    """

    product_id: UUID
    code: str = attrs.field(validator=f.checked(f.short_fault))
    quantity: Decimal = attrs.field(validator=f.checked(stock_fault))
    unit_cost: Decimal | None = attrs.field(default=None, validator=f.checked(money_fault))
    received_on: date | None = attrs.field(default=None, validator=f.checked(f.day_fault))


@attrs.frozen
class BatchPatch:
    """What to change of a batch; `version` is the one that was read. Quantities change by movements alone."""

    version: int
    code: str | None = attrs.field(default=None, validator=f.checked(f.short_fault))
    unit_cost: Decimal | None = attrs.field(default=None, validator=f.checked(money_fault))
    received_on: date | None = attrs.field(default=None, validator=f.checked(f.day_fault))


@attrs.frozen
class NewMovement:
    """A change of stock by hand.

    Attributes:
        kind: `received` and `adjusted` change what is on hand, `hold` puts aside and `unhold` takes back.
        quantity: above 0; of an adjustment the difference, also below 0.
        reason: needed for an adjustment and for what is put aside.
    """

    kind: Literal["received", "adjusted", "hold", "unhold"]
    quantity: Decimal = attrs.field(validator=f.checked(change_fault))
    reason: str = attrs.field(default="", validator=f.checked(f.reason_fault))

    def __attrs_post_init__(self) -> None:
        if self.quantity < 0 and self.kind != "adjusted":
            raise ValueError("quantity must be above 0, unless it is an adjustment")
        if self.kind in ("adjusted", "hold") and not self.reason.strip():
            raise ValueError("reason is required for an adjustment and for what is put aside")


@attrs.frozen
class NewCustomer:
    """A customer to add.

    Attributes:
        contact: how to reach them, in one line.
        credit_limit: null is no limit, 0 no credit.
        portal: whether they may use the customers' portal.
    """

    name: str = attrs.field(validator=f.checked(f.name_fault))
    contact: str = attrs.field(default="", validator=f.checked(f.contact_fault))
    note: str = attrs.field(default="", validator=f.checked(f.note_fault))
    credit_limit: Decimal | None = attrs.field(default=None, validator=f.checked(money_fault))
    portal: bool = False


@attrs.frozen
class CustomerPatch:
    """What to change of a customer; `version` is the one that was read. Null takes the credit limit off."""

    version: int
    name: str | None = attrs.field(default=None, validator=f.checked(f.name_fault))
    contact: str | None = attrs.field(default=None, validator=f.checked(f.contact_fault))
    note: str | None = attrs.field(default=None, validator=f.checked(f.note_fault))
    credit_limit: Decimal | None = attrs.field(default=None, validator=f.checked(money_fault))
    portal: bool | None = None


@attrs.frozen
class BuyerLink:
    """The buyer who is this customer."""

    buyer_id: UUID


@attrs.frozen
class Product:
    """A product, with the sums over its batches.

    Attributes:
        batches: how many there are.
        available: on hand less reserved, on hold and in carts.
    """

    product_id: UUID
    name: str
    category: str | None
    unit: str
    picture_url: str | None
    version: int
    batches: int
    on_hand: Decimal
    reserved: Decimal
    on_hold: Decimal
    in_carts: Decimal
    available: Decimal


@attrs.frozen
class Batch:
    """A lot of a product.

    Attributes:
        unit_cost: null if it is not known, or not for this role to see.
        reserved: for shows that run, and what was won in shows that have ended.
        on_hold: put aside by hand.
        in_carts: held by open carts.
        available: on hand less all three.
    """

    batch_id: UUID
    product_id: UUID
    product_name: str
    category: str | None
    unit: str
    picture_url: str | None
    code: str
    unit_cost: Decimal | None
    received_on: date
    on_hand: Decimal
    reserved: Decimal
    on_hold: Decimal
    in_carts: Decimal
    available: Decimal
    version: int


@attrs.frozen
class LedgerEntry:
    """A movement as it stands in the ledger.

    Attributes:
        quantity: of an adjustment with its sign; else above 0, the kind says which way.
        reference_kind, reference_id: what it was for, such as the `item` of a show.
        label: what people call that: the item's number and its show.
    """

    movement_id: UUID
    kind: Kind
    quantity: Decimal
    reference_kind: str | None
    reference_id: UUID | None
    label: str | None
    reason: str
    actor_name: str
    at: datetime


@attrs.frozen
class Customer:
    """A customer; `buyers` counts the buyers that are linked."""

    customer_id: UUID
    name: str
    contact: str
    note: str
    credit_limit: Decimal | None
    portal: bool
    version: int
    buyers: int


@attrs.frozen
class LinkedBuyer:
    """A buyer who is the customer."""

    buyer_id: UUID
    handle: str
    platform: str
    platform_user_id: str
