"""Rounding prices up to an ending that sells. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Final

import attrs

from dibs import PricedLine, PriceQuote
from dibs.money import MAX_MONEY, rounded
from dibs_pricing.settings import PricingSettings

_TAILS: Final[Mapping[str, Decimal]] = {
    "to_90": Decimal("0.90"),
    "to_99": Decimal("0.99"),
    "whole": Decimal("0.00"),
}
_DETAILS: Final = {"to_90": "up to .90", "to_99": "up to .99", "whole": "up to a whole number"}
_ROUNDED: Final = ("customer_margin", "category_margin", "default_margin")


def with_endings(lines: Sequence[PricedLine], settings: PricingSettings) -> Sequence[PriceQuote | None] | None:
    """A new quote for each price that comes from a margin; the others stay, as does what has the ending already."""
    tail = _TAILS.get(settings.endings)
    if tail is None:
        return None
    return [_ended(line.quote, tail, _DETAILS[settings.endings]) for line in lines]


def _ended(quote: PriceQuote, tail: Decimal, detail: str) -> PriceQuote | None:
    price = up_to(quote.price, tail)
    if quote.source not in _ROUNDED or price == quote.price or price > MAX_MONEY:
        return None
    return attrs.evolve(quote, price=rounded(price), detail=detail)


def up_to(price: Decimal, tail: Decimal) -> Decimal:
    """The least amount with these decimals that is not below the price."""
    found = price.quantize(Decimal(1), rounding=ROUND_DOWN) + tail
    return found if found >= price else found + 1
