"""A session, its lines and proposals, as they stand in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

import attrs

from dibs import PriceSource
from dibs.money import line_total, quantity_text
from dibs_live_shopping.model import SELLING, By, Intent, ProposalState, Status

T = TypeVar("T")


def _texts(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Session:
    """A row of `live_sessions`, with what it is joined with: `name` of the customer or buyer, number and status
    of the order, and the customer whom the buyer is `linked_to` by now."""

    id: UUID
    customer_id: UUID | None
    buyer_id: UUID | None
    show_id: UUID | None
    host_id: UUID | None
    host_name: str
    title: str
    notes: str
    room_code: str
    status: Status
    scheduled_at: datetime | None
    timeout_minutes: int
    last_activity_at: datetime
    expires_at: datetime | None
    warned_at: datetime | None
    extensions: int
    started_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    joined_at: datetime | None
    seen_at: datetime | None
    kicked_at: datetime | None
    kick_reason: str
    checkout_requested_at: datetime | None
    order_id: UUID | None
    copied_from: UUID | None
    version: int
    name: str = ""
    order_number: int | None = None
    order_status: str | None = None
    currency: str = "USD"
    linked_to: UUID | None = None

    @property
    def selling(self) -> bool:
        """Whether its lines hold stock."""
        return self.status in SELLING

    @property
    def fetched_for(self) -> bool:
        """Whether the warehouse fetches its lines: not once its order was cancelled."""
        return self.selling or (self.status == "converted" and self.order_status != "cancelled")

    def due(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.selling and self.expires_at is not None and self.expires_at <= now

    def touched(self, now: datetime) -> Session:
        """With activity now: the end moves on, and is never moved forward."""
        if not self.selling or not self.timeout_minutes:
            return attrs.evolve(self, last_activity_at=now)
        end = now + timedelta(minutes=self.timeout_minutes)
        if self.expires_at is not None and self.expires_at > end:
            end = self.expires_at
        return attrs.evolve(self, last_activity_at=now, expires_at=end, warned_at=None)


@attrs.frozen
class Line:
    """A row of `live_lines`.

    From other tables: `unit_cost`, `batch_code` and `left` (what nobody has a claim on) of the batch; `override` of the
    session, `list_price` of the show's item.
    """

    id: UUID
    batch_id: UUID | None
    product_id: UUID | None
    claim_id: UUID | None
    name: str
    category: str | None
    unit: str
    picture_url: str | None
    quantity: Decimal
    intent: Intent
    added_by: By
    added_by_name: str
    price: Decimal | None = None
    price_source: PriceSource | None = None
    price_detail: str = ""
    price_notes: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    price_warnings: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    price_before: Decimal | None = None
    needs_confirmation: bool = False
    highlighted: bool = False
    picked_at: datetime | None = None
    picked_by: str = ""
    version: int = 1
    unit_cost: Decimal | None = None
    batch_code: str = ""
    left: Decimal | None = None
    override: Decimal | None = None
    list_price: Decimal | None = None

    @property
    def sample(self) -> bool:
        """Whether it is listed and not charged."""
        return self.intent == "sample_request"

    @property
    def holds(self) -> bool:
        """Whether it holds stock itself; what was won is reserved already."""
        return self.batch_id is not None and self.claim_id is None

    @property
    def agreed(self) -> bool:
        """Whether its price was agreed upon."""
        return self.price_source == "agreed"

    @property
    def total(self) -> Decimal | None:
        """Price × quantity, rounded once; 0 of a sample."""
        if self.sample:
            return Decimal("0.00")
        return None if self.price is None else line_total(self.price, self.quantity)

    @property
    def owed(self) -> Decimal:
        """What it adds to the draft exposure."""
        return (self.total or Decimal("0.00")) if self.intent == "to_purchase" else Decimal("0.00")


@attrs.frozen
class Proposal:
    """A row of `live_proposals`."""

    id: UUID
    line_id: UUID
    made_by: By
    made_by_name: str
    price: Decimal
    quantity: Decimal
    message: str
    state: ProposalState
    answers: UUID | None
    made_at: datetime
    answered_at: datetime | None = None


STORED = tuple(attrs.fields_dict(Line))[: tuple(attrs.fields_dict(Line)).index("unit_cost")]
"""The fields of a line that are columns of its own table."""


def made(kind: type[T], row: Mapping[str, Any]) -> T:
    """An object from a row that has a column for each of its fields."""
    return kind(**{name: row[name] for name in attrs.fields_dict(cast(Any, kind)) if name in row.keys()})  # noqa: SIM118


def proposals_from(records: Sequence[Any]) -> list[Proposal]:
    """Proposals from an array of rows, in the order of the class's fields."""
    return [Proposal(*record) for record in records]


def plain(quantity: Decimal) -> Decimal:
    """A quantity without the places that say nothing."""
    return Decimal(quantity_text(quantity))
