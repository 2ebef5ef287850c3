"""Margins, and how one of them becomes a price."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import attrs

from dibs import PriceSource, fold_text
from dibs.bounds import WORDS, bounded, bounds_of

Scope = Literal["default", "category", "customer"]
Key: TypeAlias = tuple[Scope, str]
Margins: TypeAlias = Mapping[Key, Decimal]
"""Per cent by scope and key."""

DEFAULT: Final[Key] = ("default", "")
LIMIT: Final = Decimal(100)
LONGEST_CATEGORY: Final = 80
_FINEST: Final = Decimal("0.0001")


@bounded(minimum=-99, maximum=99, pattern=r"^[+-]?[0-9]{1,2}(\.[0-9]{1,4})?$")
def margin_fault(value: Decimal) -> str | None:
    """What is wrong with a margin in per cent, or None.

    Above -100 and below 100: a price is more than half of the cost then, and never 0.
    """
    if not value.is_finite() or not -LIMIT < value < LIMIT or value != value.quantize(_FINEST):
        return "must be a number above -100 and below 100 with at most four decimal places, such as 30"
    return None


@bounded(**bounds_of(margin_fault))
def check_margin(_: Any, attribute: attrs.Attribute[Any], value: Decimal) -> None:
    """Raises `ValueError` for a margin that is none."""
    problem = margin_fault(value)
    if problem:
        raise ValueError(f"{attribute.name} {problem}")


@bounded(minLength=1, maxLength=80, pattern=WORDS)
def check_category(_: Any, attribute: attrs.Attribute[Any], value: str | None) -> None:
    """Raises `ValueError` for a category that no product can have."""
    if value is None:
        return
    if not folded(value) or len(value) > LONGEST_CATEGORY or not all(map(str.isprintable, value)):
        raise ValueError(f"{attribute.name} must be 1 to {LONGEST_CATEGORY} printable characters")


def folded(text: str) -> str:
    """What two spellings of a category or name share: neither case nor the space around and between matters."""
    return " ".join(fold_text(text).split())


def margin_text(margin: Decimal) -> str:
    """A margin as it travels: without the places that say nothing."""
    text = f"{margin:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@attrs.frozen
class Margin:
    """A rule.

    Attributes:
        margin: per cent of the price, such as 30: what cost 70 is sold for 100.
        version: counts the changes.
    """

    scope: Scope
    customer_id: UUID | None
    customer_name: str | None
    category: str | None
    margin: Decimal
    version: int
    changed_at: datetime
    changed_by: str

    @property
    def key(self) -> Key:
        """Where it stands."""
        return self.scope, rule_key(self.scope, self.customer_id, self.category)


def rule_key(scope: Scope, customer_id: UUID | None, category: str | None) -> str:
    """What the rule of a customer, a category or the workspace is kept under."""
    return str(customer_id) if scope == "customer" else folded(category or "") if scope == "category" else ""


@attrs.frozen
class Step:
    """One of those that could give a price, in the order in which they are asked.

    Attributes:
        margin: in per cent, where it is one.
        price: what the price would be if this decided.
        problem: the code of why it can't give one, such as `missing_cost`.
        won: it decides.
    """

    source: PriceSource
    margin: Decimal | None = None
    price: Decimal | None = None
    problem: str | None = None
    won: bool = False

    @property
    def is_set(self) -> bool:
        """Whether there is such a price or margin at all."""
        return self.margin is not None or self.price is not None or self.problem is not None
