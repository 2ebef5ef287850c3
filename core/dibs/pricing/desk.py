"""Prices in one transaction, from the hooks `price_lines` and `refine_prices`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from dibs.models.pricing import PriceProblem, PriceQuote, PriceRequest

if TYPE_CHECKING:
    from dibs.db import RawConnection
    from dibs.trading.transactions import Ask


@attrs.frozen(eq=False)
class PriceDesk:
    """Quotes prices in the transaction of a connection."""

    workspace_id: UUID
    _connection: RawConnection = attrs.field(repr=False)
    _ask: Ask = attrs.field(repr=False)
    _begin: Callable[[], Awaitable[None]] | None = attrs.field(default=None, repr=False)

    async def quote(self, lines: Sequence[PriceRequest]) -> list[PriceQuote | PriceProblem]:
        """The price of each line, in their order, or why it has none.

        The first plugin that answers `price_lines` gives the prices; then each plugin with `refine_prices` may change
        them, one after another, all lines together. Without a plugin that prices, an override or a list price stands,
        and a line with neither is a `PriceProblem` `no_pricing`.

        Raises:
            PluginHookError: a plugin failed or gave a broken answer (NaN, below 0, a float); it is named.
        """
        raise NotImplementedError
