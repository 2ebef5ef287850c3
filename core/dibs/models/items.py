"""A new item of a show, as an item list or a form gives it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dibs.bounds import LINE, WORDS, bounded, bounds_of
from dibs.models.codes import fold_code, fold_text

MAX_QUANTITY = 1_000_000
MAX_PRICE = Decimal("9999999999999.99")
_CENT = Decimal("0.01")


@bounded(minLength=1, maxLength=40, pattern=WORDS)
def item_number_fault(value: str) -> str | None:
    """What is wrong with an item number, or None."""
    if not fold_code(value):
        return "must not be empty"
    return _text_fault(value, 40)


@bounded(maxLength=200, pattern=LINE)
def title_fault(value: str) -> str | None:
    """What is wrong with a title, or None."""
    return _text_fault(value, 200)


@bounded(minLength=1, maxLength=80, pattern=WORDS)
def variant_fault(value: str | None) -> str | None:
    """What is wrong with a variant, or None."""
    if value is None:
        return None
    if not value.strip():
        return "must not be empty"
    return _text_fault(value, 80)


@bounded(minimum=0, maximum=MAX_QUANTITY)
def quantity_fault(value: int) -> str | None:
    """What is wrong with a quantity, or None."""
    if type(value) is not int or not 0 <= value <= MAX_QUANTITY:
        return f"must be a whole number from 0 to {MAX_QUANTITY:,}"
    return None


@bounded(minimum=0, maximum=9_999_999_999_999, pattern=r"^\+?[0-9]{1,13}(\.[0-9]{1,2})?$")
def price_fault(value: Decimal | None) -> str | None:
    """What is wrong with a price, or None."""
    if value is None:
        return None
    if not value.is_finite() or not 0 <= value <= MAX_PRICE or value != value.quantize(_CENT):
        return "must be a number from 0 with at most two decimal places, such as 12.50"
    return None


def _text_fault(value: str, longest: int) -> str | None:
    if len(value) > longest:
        return f"must be at most {longest} characters, this has {len(value)}"
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        return "must not contain control characters"
    return None


def _valid(fault: Callable[[Any], str | None]) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    @bounded(**bounds_of(fault))
    def validate(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        problem = fault(value)
        if problem:
            raise ValueError(f"{attribute.name} {problem}")

    return validate


@attrs.frozen
class NewItem:
    """One row to offer in a show. Strings are kept exactly: `007` stays `007`.

    Attributes:
        item_number: 1 to 40 characters without control characters.
        title: for people; may be empty.
        quantity: units offered, 0 to 1,000,000.
        variant: colour or size; an item that comes in several has one `NewItem` for each.
        price: 0 or more with at most two decimal places; None if it has no price of its own.
        batch_id: the batch of the stock that its units come from; None if it has only its own count.
    """

    item_number: str = attrs.field(validator=_valid(item_number_fault))
    title: str = attrs.field(validator=_valid(title_fault))
    quantity: int = attrs.field(validator=_valid(quantity_fault))
    variant: str | None = attrs.field(default=None, validator=_valid(variant_fault))
    price: Decimal | None = attrs.field(default=None, validator=_valid(price_fault))
    batch_id: UUID | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes the row one of its kind in a show: folded code and folded variant."""
        return fold_code(self.item_number), fold_text(self.variant or "").strip()
