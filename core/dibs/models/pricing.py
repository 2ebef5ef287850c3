"""What a price is asked for, what it is, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import attrs

PriceSource = Literal[
    "override", "customer_margin", "category_margin", "default_margin", "cost", "item", "agreed", "manual", "refined"
]
"""Where a price came from: the session's override, a rule, the item of a show, an agreement, a person, or a plugin."""


@attrs.frozen
class PluginContext:
    """What a hook gets that reads: the database for one workspace, and the plugin's settings there (or None).

    It is called in the transaction of whoever asks.
    """

    data: Any  # dibs.WorkspaceData; not named here, because that module needs this one
    settings: Any = None


@attrs.frozen
class PriceRequest:
    """One line that needs a price.

    Attributes:
        key: whatever tells the asker which line it is.
        unit_cost: of the batch; None if it is not known.
        override: the session's own price for this product or batch, if there is one.
        list_price: a price that stands already, such as that of a show's item.
    """

    key: str
    quantity: Decimal
    batch_id: UUID | None = None
    batch_name: str = ""
    product_id: UUID | None = None
    category: str | None = None
    unit_cost: Decimal | None = None
    customer_id: UUID | None = None
    session_id: UUID | None = None
    override: Decimal | None = None
    list_price: Decimal | None = None


@attrs.frozen
class PriceQuote:
    """The price of one unit. Never below 0; two places.

    Attributes:
        source: where it came from; a plugin that refines a price makes it `refined`.
        detail: the same for staff, in words: `30 % margin of the customer`. With the price it tells the cost, so it is
            for members with `costs:read` alone, and never for a customer.
        needs_confirmation: a customer sees it after a host has confirmed it (it is the bare cost).
        warnings: codes for the host: `below_cost`, `no_price_rule`, `fell_far`.
        notes: what plugins changed, in words for both sides, such as `10 % off the third piece`.
    """

    price: Decimal
    source: PriceSource
    detail: str = ""
    needs_confirmation: bool = False
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@attrs.frozen
class PriceProblem:
    """Why a line has no price, such as `missing_cost`; `message` is for the host and names the batch."""

    code: str
    message: str
    data: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class PricedLine:
    """A line with its price, as plugins that refine prices see it."""

    request: PriceRequest
    quote: PriceQuote
