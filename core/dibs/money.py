"""Money and quantities: the one place where they are checked, multiplied, rounded, read and written.

Money is a `Decimal` of two places (`NUMERIC(15,2)`), a quantity one of four (`NUMERIC(15,4)`). Nothing is rounded on
the way: a line is rounded half up once, a total is the sum of its lines. In JSON both are strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from dibs.bounds import bounded
from dibs.errors import InvalidInputError
from dibs.models.items import MAX_PRICE, price_fault

MAX_MONEY: Final = MAX_PRICE
MAX_STOCK: Final = Decimal("99999999999.9999")
CENT: Final = Decimal("0.01")
SMALLEST: Final = Decimal("0.0001")
# Wide enough for the product of any price and any quantity: what is rounded is the exact product.
_EXACT = Context(prec=64, rounding=ROUND_HALF_UP)
_NUMBER = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{1,4})?")
_STOCK_PATTERN = r"^\+?[0-9]{1,11}(\.[0-9]{1,4})?$"
_QUANTITY_WORDS = "with at most four decimal places, such as 2.5"

money_fault = price_fault
"""What is wrong with an amount of money, or None: from 0, at most two decimal places."""


@bounded(minimum=0, maximum=99_999_999_999, pattern=_STOCK_PATTERN)
def stock_fault(value: Decimal | None) -> str | None:
    """What is wrong with a quantity of stock, or None."""
    if value is None or (_fits(value) and value >= 0):
        return None
    return f"must be a number from 0 {_QUANTITY_WORDS}"


@bounded(maximum=99_999_999_999, pattern=r"^[+-]?[0-9]{1,11}(\.[0-9]{1,4})?$")
def change_fault(value: Decimal) -> str | None:
    """What is wrong with a change of stock, up or down, or None."""
    return None if _fits(value) and value != 0 else f"must be a number other than 0 {_QUANTITY_WORDS}"


def _fits(value: Decimal) -> bool:
    return value.is_finite() and abs(value) <= MAX_STOCK and value == _EXACT.quantize(value, SMALLEST)


def rounded(amount: Decimal) -> Decimal:
    """An amount at its two places, half a cent up (away from zero).

    Raises:
        InvalidInputError: it is no number, or more than any column of money holds.
    """
    if not amount.is_finite() or abs(amount) > MAX_MONEY:
        raise InvalidInputError("The amount is too large to be kept.", amount=str(amount))
    return _EXACT.quantize(amount, CENT)


def line_total(price: Decimal, quantity: Decimal | int) -> Decimal:
    """Price times quantity, rounded once. Raises `InvalidInputError` as `rounded` does."""
    return rounded(_EXACT.multiply(price, Decimal(quantity)))


def quotient(amount: Decimal, divisor: Decimal) -> Decimal:
    """An amount divided, rounded once. Raises `InvalidInputError` as `rounded` does, and for a divisor of 0."""
    if not divisor.is_finite() or divisor == 0:
        raise InvalidInputError("Nothing can be divided by this.", divisor=str(divisor))
    return rounded(_EXACT.divide(amount, divisor))


def total(lines: Iterable[Decimal]) -> Decimal:
    """The sum of line totals; 0.00 of none. Raises `InvalidInputError` as `rounded` does."""
    found = Decimal("0.00")
    for line in lines:
        found = _EXACT.add(found, line)
    return rounded(found)


def parse_money(text: str) -> Decimal:
    """An amount from its text, such as `12.50`. Raises `InvalidInputError`."""
    return _parsed(text, money_fault(_number(text)))


def parse_quantity(text: str) -> Decimal:
    """A quantity from its text, such as `2.5`. Raises `InvalidInputError`."""
    return _parsed(text, stock_fault(_number(text)))


def _number(text: str) -> Decimal:
    return Decimal(text) if _NUMBER.fullmatch(text) else Decimal("NaN")


def _parsed(text: str, problem: str | None) -> Decimal:
    if problem:
        raise InvalidInputError(f"{text[:40]!r} {problem}.")
    return Decimal(text)


def money_text(amount: Decimal) -> str:
    """An amount as it travels: always two places."""
    return f"{rounded(amount):.2f}"


def quantity_text(quantity: Decimal) -> str:
    """A quantity for people: without the places that say nothing."""
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
