"""Sessions and their carts: the words that are used, and what staff and customer are shown.

A customer's view is an allow-list of its own, never a staff view with fields taken out: it has no cost, no margin, no
internal note, nothing of other customers, no total of any stock.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import attrs

Status = Literal["scheduled", "active", "paused", "ended", "converted", "cancelled", "expired"]
Intent = Literal["sample_request", "interested", "to_purchase"]
By = Literal["host", "customer", "show"]
ProposalState = Literal["pending", "accepted", "rejected", "countered", "withdrawn", "closed"]

SELLING: tuple[Status, ...] = ("active", "paused")
"""Lines of these sessions hold stock and count as draft exposure."""


def staff_topic(session_id: UUID) -> str:
    """Where staff hear of a session."""
    return f"session:{session_id}"


def customer_topic(session_id: UUID) -> str:
    """Where its customer hears of it."""
    return f"customer:{session_id}"


def picking_topic(workspace_id: UUID) -> str:
    """Where the warehouse hears what is to be fetched."""
    return f"picking:{workspace_id}"


@attrs.frozen
class StaffProposal:
    """A price and quantity that one side has proposed for a line; `answers` is the proposal that it counters."""

    proposal_id: UUID
    line_id: UUID
    made_by: By
    made_by_name: str
    price: Decimal
    quantity: Decimal
    message: str
    state: ProposalState
    answers: UUID | None
    made_at: datetime
    answered_at: datetime | None


@attrs.frozen
class StaffLine:
    """A line of a cart, as staff see it.

    Attributes:
        batch_code: tells two batches of one product apart; `""` of what has no batch.
        price: of one unit; None if there is none (`price_detail` says why).
        price_detail: where the price comes from, in words; "" without the permission `costs:read`: a margin and a price
            tell the cost.
        price_before: what it was before its last change.
        total: price × quantity, rounded once; 0 of a sample, None without a price.
        unit_cost, margin: None without the permission `costs:read`, or if the cost is unknown. Margin in per cent.
        available: what is left of the batch for this line beyond what it holds; None of a won claim.
    """

    line_id: UUID
    batch_id: UUID | None
    product_id: UUID | None
    claim_id: UUID | None
    name: str
    batch_code: str
    unit: str
    picture_url: str | None
    quantity: Decimal
    price: Decimal | None
    price_source: str | None
    price_detail: str
    price_notes: tuple[str, ...]
    price_warnings: tuple[str, ...]
    price_before: Decimal | None
    needs_confirmation: bool
    total: Decimal | None
    sample: bool
    intent: Intent
    highlighted: bool
    added_by: By
    added_by_name: str
    picked_at: datetime | None
    unit_cost: Decimal | None
    margin: Decimal | None
    available: Decimal | None
    version: int


@attrs.frozen
class StaffCredit:
    """The credit bar: see `dibs.CreditStanding`. None where nobody checks credit."""

    state: str
    limit: Decimal | None
    balance: Decimal
    to_purchase: Decimal
    interested: Decimal
    samples: Decimal
    available: Decimal | None
    may_override: bool


@attrs.frozen
class StaffSession:
    """A session with its cart, as staff see it. Each event of `session:<id>` carries one, without costs.

    Attributes:
        name: of the customer or buyer.
        total: Σ line totals of what is to be bought.
        expires_at: when it expires without activity; None if it never does.
        online: whether the customer was seen within the last half minute.
        checkout_requested_at: when the customer confirmed the cart, until that is answered.
    """

    session_id: UUID
    status: Status
    title: str
    notes: str
    room_code: str
    name: str
    customer_id: UUID | None
    buyer_id: UUID | None
    show_id: UUID | None
    host_name: str
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    timeout_minutes: int
    expires_at: datetime | None
    warned: bool
    extensions: int
    joined_at: datetime | None
    online: bool
    kicked: bool
    checkout_requested_at: datetime | None
    order_id: UUID | None
    order_number: int | None
    currency: str
    total: Decimal
    credit: StaffCredit | None
    lines: tuple[StaffLine, ...]
    proposals: tuple[StaffProposal, ...]
    version: int


@attrs.frozen
class CustomerProposal:
    """A proposal, as the customer sees it."""

    proposal_id: UUID
    line_id: UUID
    from_you: bool
    price: Decimal
    quantity: Decimal
    message: str
    state: ProposalState
    made_at: datetime


@attrs.frozen
class CustomerLine:
    """A line of the cart, as the customer sees it. `price` is None until a host has confirmed it."""

    line_id: UUID
    batch_id: UUID | None
    name: str
    unit: str
    picture_url: str | None
    quantity: Decimal
    price: Decimal | None
    price_before: Decimal | None
    price_notes: tuple[str, ...]
    total: Decimal | None
    sample: bool
    intent: Intent
    highlighted: bool
    from_you: bool
    from_show: bool
    agreed: bool
    version: int


@attrs.frozen
class CustomerSession:
    """A session with its cart, as its customer sees it. Each event of `customer:<id>` carries one."""

    session_id: UUID
    status: Status
    title: str
    host_name: str
    scheduled_at: datetime | None
    expires_at: datetime | None
    warned: bool
    checkout_requested_at: datetime | None
    order_number: int | None
    currency: str
    total: Decimal
    lines: tuple[CustomerLine, ...]
    proposals: tuple[CustomerProposal, ...]


@attrs.frozen
class Pick:
    """One thing that is bought, or a sample, for the warehouse to fetch; samples first, then by session."""

    line_id: UUID
    session_id: UUID
    session_title: str
    name: str
    for_whom: str
    batch_code: str
    unit: str
    quantity: Decimal
    sample: bool
    intent: Intent
    picked_at: datetime | None
    picked_by: str
