"""What is asked, checked; and the price that stands by itself where no plugin prices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dibs.errors import FieldFault, InvalidInputError
from dibs.models.pricing import PriceProblem, PriceQuote, PriceRequest
from dibs.money import MAX_MONEY, money_fault, rounded, stock_fault


def check_requests(lines: Sequence[PriceRequest]) -> None:
    """Raises `InvalidInputError` for a number that is none, below 0, or too fine."""
    faults = [fault for number, line in enumerate(lines) for fault in _faults(number, line)]
    if faults:
        raise InvalidInputError("There is no price for this.", faults)


def _faults(number: int, line: PriceRequest) -> list[FieldFault]:
    found = []
    if _bad_quantity(line.quantity):
        found.append(FieldFault(f"lines.{number}.quantity", "must be a quantity from 0"))
    for name in ("unit_cost", "override", "list_price"):
        problem = _amount_fault(getattr(line, name))
        if problem is not None:
            found.append(FieldFault(f"lines.{number}.{name}", problem))
    return found


def _bad_quantity(value: object) -> bool:
    return not isinstance(value, Decimal) or not value.is_finite() or stock_fault(value) is not None


def _amount_fault(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, Decimal):
        return f"must be a Decimal, not {type(value).__name__}"
    if not value.is_finite() or abs(value) > MAX_MONEY:
        return f"must be from 0 to {MAX_MONEY}"
    return money_fault(value)


def standing_price(line: PriceRequest) -> PriceQuote | PriceProblem:
    """The override, else the list price, else nothing."""
    if line.override is not None:
        return PriceQuote(rounded(line.override), "override", "price of this session")
    if line.list_price is not None:
        return PriceQuote(rounded(line.list_price), "item", "price of the item")
    name = line.batch_name or line.key
    return PriceProblem("no_pricing", f"Nothing gives {name} a price.", {"batch": name})
