"""Credit in one transaction, from the hooks `draft_exposure` and `check_credit`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.models.credit import CreditStanding

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import Ask


@attrs.frozen(eq=False)
class CreditDesk:
    """Checks credit in the transaction of a connection."""

    workspace_id: UUID
    _connection: RawConnection = attrs.field(repr=False)
    _ask: Ask = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def standing(self, customer_id: UUID, adding: Decimal = Decimal("0.00")) -> CreditStanding | None:
        """How a customer stands, or would with `adding` on top; None if no plugin checks credit.

        Raises:
            NotFoundError: the workspace has no such customer.
        """
        raise NotImplementedError

    async def check(
        self, customer_id: UUID, adding: Decimal, *, reason: str | None = None, may_override: bool = False
    ) -> CreditStanding | None:
        """Lock the customer, then see whether they may owe that much more; how they stand then.

        :param reason: why a host goes over the limit; together with `may_override` (the permission
            `credit:override`), and if the workspace allows it, it is let through and noted in the audit log.
        :raises CreditExceededError: they may not; `data` has `available`, `limit` and `may_override`.
        """
        raise NotImplementedError
