"""10 % off the third piece of a cart, or as much as the workspace says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs

from dibs import PluginInfo, PricedLine, PriceQuote, hookimpl
from dibs.money import line_total


@attrs.frozen
class ThirdPieceSettings:
    """How much is taken off, in per cent."""

    per_cent: int = attrs.field(default=10, validator=[attrs.validators.ge(1), attrs.validators.le(99)])


PLUGIN = PluginInfo(
    "third_piece", "Third piece", "10 % off the third piece of a cart.", settings=ThirdPieceSettings
)  # fmt: skip


@hookimpl
def refine_prices(lines: Sequence[PricedLine], settings: Any) -> Sequence[PriceQuote | None] | None:
    """Less for the line that holds the third piece, spread over its pieces."""
    changes: list[PriceQuote | None] = []
    pieces = Decimal(0)
    for line in lines:
        third = pieces < 3 <= pieces + line.request.quantity
        pieces += line.request.quantity
        changes.append(cheaper(line, settings.per_cent) if third and line.quote.source != "override" else None)
    return changes


def cheaper(line: PricedLine, per_cent: int) -> PriceQuote:
    """The price with a part of one piece taken off."""
    shared = max(line.request.quantity, Decimal(1))
    price = line_total(line.quote.price, 1 - Decimal(per_cent).scaleb(-2) / shared)
    return attrs.evolve(line.quote, price=price, detail="third piece", notes=(f"{per_cent} % off the third piece",))
