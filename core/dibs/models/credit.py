"""How much more a customer may owe."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from uuid import UUID

import attrs

CreditState = Literal["unlimited", "fine", "approaching", "exceeded"]


@attrs.frozen
class Exposure:
    """What a customer's open carts come to.

    Attributes:
        to_purchase: charged lines that are to be bought: the draft exposure.
        interested: lines that may still be bought; they count for nothing yet.
        samples: what samples would cost; never charged.
    """

    to_purchase: Decimal = Decimal("0.00")
    interested: Decimal = Decimal("0.00")
    samples: Decimal = Decimal("0.00")


@attrs.frozen
class CreditRequest:
    """A customer about to owe more.

    Attributes:
        limit: None is no limit, 0 no credit.
        open_orders: totals of orders that are neither paid nor cancelled.
        draft: what the open carts come to, all plugins together, as of now.
        adding: what would come on top of all that; 0 to see how things stand. May be negative.
    """

    customer_id: UUID
    limit: Decimal | None
    open_orders: Decimal
    draft: Exposure
    adding: Decimal = Decimal("0.00")


@attrs.frozen
class CreditStanding:
    """How a customer stands: available = limit − balance − draft exposure − what is being added.

    Attributes:
        state: `unlimited` without a limit; `approaching` from 80 % of it; `exceeded` above it.
        balance: what the customer owes: open orders and the ledger of payments and adjustments.
        available: None without a limit; negative if exceeded.
        may_override: a host with `credit:override` may go on with a reason; else it is refused.
    """

    state: CreditState
    limit: Decimal | None
    balance: Decimal
    draft: Exposure
    adding: Decimal
    available: Decimal | None
    may_override: bool = False
