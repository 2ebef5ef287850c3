"""Credit in one transaction, from the hooks `draft_exposure` and `check_credit`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.errors import CreditExceededError, NotFoundError
from dibs.models.credit import CreditRequest, CreditStanding, Exposure

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import Ask

_LIMIT = "SELECT credit_limit FROM customers WHERE workspace_id = $1 AND id = $2"
_OWING = """
SELECT coalesce(sum(total), 0.00) FROM orders WHERE workspace_id = $1 AND customer_id = $2 AND status = 'open'
"""


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
        return await self._standing(customer_id, adding, "")

    async def check(
        self, customer_id: UUID, adding: Decimal, *, reason: str | None = None, may_override: bool = False
    ) -> CreditStanding | None:
        """Lock the customer, then see whether they may owe that much more; how they stand then.

        :param reason: why a host goes over the limit; together with `may_override` (the permission
            `credit:override`), and if the workspace allows it, it is let through and noted in the audit log.
        :raises CreditExceededError: they may not; `data` has `available`, `limit` and `may_override`.
        """
        found = await self._standing(customer_id, adding, " FOR NO KEY UPDATE")
        if found is not None and found.state == "exceeded" and not (reason and may_override and found.may_override):
            left, limit = str(found.available), str(found.limit)
            raise CreditExceededError(
                "The credit limit does not allow it.", available=left, limit=limit, may_override=found.may_override
            )
        return found

    async def _standing(self, customer_id: UUID, adding: Decimal, lock: str) -> CreditStanding | None:
        row = await self._connection.fetchrow(_LIMIT + lock, self.workspace_id, customer_id)
        if row is None:
            raise NotFoundError("There is no such customer.", customer_id=str(customer_id))
        owing = await self._connection.fetchval(_OWING, self.workspace_id, customer_id)
        request = CreditRequest(customer_id, row["credit_limit"], owing, Exposure(), adding)
        answers = await self._ask(self._connection, self.workspace_id, "check_credit", (request,))
        return answers[0][1] if answers else None
