"""Answers about orders."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from dibs.models.orders import Order


@attrs.frozen
class OrdersPage:
    """A page of orders, without their lines; `next` is the cursor of the page after it."""

    orders: list[Order]
    next: UUID | None


@attrs.frozen
class OrderLinkMade:
    """A link that shows an order to whoever has it.

    Attributes:
        url: the page; told this once.
        token: what `GET /api/shared/orders/<token>` takes.
    """

    link_id: UUID
    url: str
    token: str = attrs.field(repr=False)
    expires_at: datetime


@attrs.frozen
class RunBegun:
    """Long work has begun; `GET /api/runs/<run_id>` says how far it is and what came of it."""

    run_id: UUID
