"""What becomes of a price that a plugin changed: where it came from is never lost, nor is a warning."""

from __future__ import annotations

from typing import Final

import attrs

from dibs.models.pricing import PricedLine, PriceQuote
from dibs.money import money_text, rounded

_BELOW_COST: Final = "below_cost"


def refined_line(line: PricedLine, change: PriceQuote | None, plugin: str) -> PricedLine:
    """The line with a plugin's change.

    A new price is `refined`, and `detail` says what it was before. What has to be confirmed still has to be, and the
    warnings and notes of the price before stay.
    """
    if change is None:
        return line
    before = line.quote
    moved = change.price != before.price
    quote = attrs.evolve(
        change,
        price=rounded(change.price),
        source="refined" if moved else before.source,
        detail=_chain(before, change, plugin) if moved else before.detail,
        needs_confirmation=before.needs_confirmation or change.needs_confirmation,
        warnings=_both(before.warnings, change.warnings),
        notes=_both(before.notes, change.notes),
    )
    return attrs.evolve(line, quote=quote)


def warned(line: PricedLine) -> PriceQuote:
    """The quote, which warns if it is below what the batch cost, and only then."""
    cost, quote = line.request.unit_cost, line.quote
    if cost is None:
        return quote
    others = tuple(one for one in quote.warnings if one != _BELOW_COST)
    return attrs.evolve(quote, warnings=(*others, _BELOW_COST) if quote.price < cost else others)


def _chain(before: PriceQuote, change: PriceQuote, plugin: str) -> str:
    """`30 % margin of the customer: 14.29 → ending in .90: 14.90`; the plugin's name where it says nothing itself."""
    said = change.detail.removeprefix(before.detail).strip(" ,;:→") or plugin
    was = before.detail or before.source
    first = was if before.source == "refined" else f"{was}: {money_text(before.price)}"
    return f"{first} → {said}: {money_text(change.price)}"


def _both(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    return (*before, *(one for one in after if one not in before))
