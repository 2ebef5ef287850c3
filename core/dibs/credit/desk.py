"""Credit in one transaction, from the hooks `draft_exposure` and `check_credit`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

import attrs

from dibs import audit_log
from dibs.audit_log import Actor
from dibs.credit.answers import exposure_fault, standing_fault, summed
from dibs.credit.limits import set_limit
from dibs.credit.reading import limit_and_orders, locked_limit_and_orders
from dibs.errors import CreditExceededError
from dibs.hooks.workspace import broken_answer
from dibs.models.credit import CreditRequest, CreditStanding, Exposure
from dibs.money import money_text

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import Ask

NOTHING: Final = Decimal("0.00")


@attrs.frozen(eq=False)
class CreditDesk:
    """Checks credit in the transaction of a connection."""

    workspace_id: UUID
    _actor: Actor
    _connection: RawConnection = attrs.field(repr=False)
    _ask: Ask = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def standing(self, customer_id: UUID, adding: Decimal = NOTHING) -> CreditStanding | None:
        """How a customer stands, or would with `adding` on top; None if no plugin checks credit. Nothing is locked.

        Raises:
            NotFoundError: the workspace has no such customer.
            PluginHookError: a plugin failed; it is named.
        """
        limit, orders = await limit_and_orders(self._connection, self.workspace_id, customer_id)
        return await self._standing(customer_id, limit, orders, adding)

    async def check(
        self,
        customer_id: UUID,
        adding: Decimal,
        *,
        ordering: Decimal = NOTHING,
        reason: str | None = None,
        may_override: bool = False,
    ) -> CreditStanding | None:
        """Lock the customer, then see whether they may owe that much more; how they stand then.

        Who is over the limit is refused whatever grows (`adding` above 0) or is bought for good (`ordering` above 0).
        What lowers the debt, or changes nothing, is never refused. Ask before the cart is written, while what is
        `adding` is in no draft yet.

        :param adding: what comes on top of open orders and carts, such as price × quantity of a new line; the
            difference of a changed one, below 0 if it costs less.
        :param ordering: what is in the carts already and becomes an order now: it adds nothing, and must be within
            the limit all the same.
        :param reason: why a host goes over the limit; together with `may_override` (the permission
            `credit:override`), and if the workspace allows it, it is let through and noted in the audit log.
        :raises CreditExceededError: they may not; `data` has `available`, `limit` and `may_override`.
        :raises NotFoundError: the workspace has no such customer.
        :raises PluginHookError: a plugin failed, so nobody knows.
        """
        if self._begin is not None:
            await self._begin()
        limit, orders = await locked_limit_and_orders(self._connection, self.workspace_id, customer_id)
        standing = await self._standing(customer_id, limit, orders, adding)
        if standing is None or standing.state != "exceeded" or (adding <= 0 and ordering <= 0):
            return standing
        allowed, words = may_override and standing.may_override, (reason or "").strip()
        if not (allowed and words):
            raise _exceeded(customer_id, standing, allowed)
        await self._note(customer_id, standing, ordering, words)
        return standing

    async def set_limit(self, customer_id: UUID, limit: Decimal | None) -> None:
        """Set a customer's limit; None is no limit, 0 no credit. The permission `credit:write` is the caller's to ask.

        Raises:
            NotFoundError: the workspace has no such customer.
            InvalidInputError: that is no amount from 0.
        """
        if self._begin is not None:
            await self._begin()
        await set_limit(self._connection, self.workspace_id, self._actor, customer_id, limit)

    async def _standing(
        self, customer_id: UUID, limit: Decimal | None, orders: Decimal, adding: Decimal
    ) -> CreditStanding | None:
        draft = await self._draft(customer_id)
        request = CreditRequest(customer_id, limit, orders, draft, adding)
        for plugin, answer in await self._ask(self._connection, self.workspace_id, "check_credit", (request,)):
            fault = standing_fault(answer, request)
            if fault is not None:
                raise broken_answer("check_credit", plugin, fault, answer)
            found: CreditStanding = answer
            return found
        return None

    async def _draft(self, customer_id: UUID) -> Exposure:
        found: list[Exposure] = []
        for plugin, answer in await self._ask(self._connection, self.workspace_id, "draft_exposure", (customer_id,)):
            fault = exposure_fault(answer)
            if fault is not None:
                raise broken_answer("draft_exposure", plugin, fault, answer)
            found.append(answer)
        return summed(found)

    async def _note(self, customer_id: UUID, standing: CreditStanding, ordering: Decimal, reason: str) -> None:
        after = {
            "reason": reason,
            "adding": money_text(standing.adding),
            "ordering": money_text(ordering),
            "limit": _text(standing.limit),
            "available": _text(standing.available),
        }
        await audit_log.record(
            self._connection,
            self.workspace_id,
            self._actor,
            "credit.overridden",
            entity="customer",
            entity_id=customer_id,
            after=after,
        )


def _exceeded(customer_id: UUID, standing: CreditStanding, may_override: bool) -> CreditExceededError:
    return CreditExceededError(
        "The customer's credit does not cover this.",
        customer_id=str(customer_id),
        available=_text(standing.available),
        limit=_text(standing.limit),
        may_override=may_override,
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else money_text(amount)
