"""Prices in one transaction, from the hooks `price_lines` and `refine_prices`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.errors import PluginHookError
from dibs.hooks.refining import warned
from dibs.hooks.workspace import priced_by, refined_by
from dibs.models.pricing import PricedLine, PriceProblem, PriceQuote, PriceRequest
from dibs.money import rounded
from dibs.pricing.standing import check_requests, standing_price

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import TransactionParts


@attrs.frozen(eq=False)
class PriceDesk:
    """Quotes prices in the transaction of a connection."""

    workspace_id: UUID
    _connection: RawConnection = attrs.field(repr=False)
    _parts: TransactionParts = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def quote(self, lines: Sequence[PriceRequest]) -> list[PriceQuote | PriceProblem]:
        """The price of each line, in their order, or why it has none.

        The first plugin that answers `price_lines` gives the prices; then each plugin with `refine_prices` may change
        them, one after another, all lines together. Without a plugin that prices, an override or a list price stands,
        and a line with neither is a `PriceProblem` `no_pricing`. A price below the cost warns `below_cost`.

        Raises:
            InvalidInputError: a line has a broken number.
            PluginHookError: a plugin failed or gave a broken answer (NaN, below 0, a float); it is named, and noted
                against the plugin.
        """
        check_requests(lines)
        if not lines:
            return []
        if self._begin is not None:
            await self._begin()
        try:
            return await self._refined(lines, await self._priced(lines))
        except PluginHookError as error:
            await self._parts.failed(self.workspace_id, error)
            raise

    async def _priced(self, lines: Sequence[PriceRequest]) -> list[PriceQuote | PriceProblem]:
        for call, context in await self._parts.callers(self._connection, self.workspace_id, "price_lines"):
            answer = await priced_by(call, context, lines)
            if answer is not None:
                return list(answer)
        return [standing_price(line) for line in lines]

    async def _refined(
        self, lines: Sequence[PriceRequest], answers: list[PriceQuote | PriceProblem]
    ) -> list[PriceQuote | PriceProblem]:
        """The answers, with what plugins make of those that are prices."""
        places = [place for place, answer in enumerate(answers) if isinstance(answer, PriceQuote)]
        priced = [_line(lines[place], answers[place]) for place in places]
        for call, context in await self._parts.callers(self._connection, self.workspace_id, "refine_prices"):
            if priced:
                priced = refined_by(call, priced, context.settings)
        for place, line in zip(places, priced, strict=True):
            answers[place] = warned(line)
        return answers


def _line(request: PriceRequest, quote: PriceQuote | PriceProblem) -> PricedLine:
    assert isinstance(quote, PriceQuote)
    return PricedLine(request, attrs.evolve(quote, price=rounded(quote.price)))
