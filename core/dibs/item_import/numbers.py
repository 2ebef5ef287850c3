"""Quantities and prices as people write them into spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from dibs.models.items import MAX_QUANTITY, price_fault, quantity_fault

_WHOLE = re.compile(r"(\d{1,9})([.,]0{1,2})?")
_THOUSANDS = re.compile(r"\d{1,3}([,' ]\d{3})+|\d{1,3}(\.\d{3}){2,}")
_TWO_MEANINGS = re.compile(r"\d{1,3}\.0{3}")
_CURRENCY = re.compile(r"^[^\d.,'\-]+|[^\d.,']+$")
_PLAIN = re.compile(r"\d{1,15}(\.\d{1,9})?")
_MOST_DIGITS = 15
_QUANTITY_WORDS = f"must be a whole number from 0 to {MAX_QUANTITY:,}"
_PRICE_WORDS = "must be a number from 0 with at most two decimal places, such as 12.50"


def read_quantity(cell: str) -> tuple[int, str | None]:
    """The quantity and what is wrong with it."""
    text = _plain(cell)
    if not text:
        return 0, "is missing: write how many there are"
    whole = _WHOLE.fullmatch(text)
    if whole:
        number = int(whole[1])
        return number, quantity_fault(number)
    if _TWO_MEANINGS.fullmatch(text):
        return 0, f"may mean {text[:-4]} or {text.replace('.', '')}: write it without the point"
    if _THOUSANDS.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        if len(digits) > _MOST_DIGITS:
            return 0, f"{_QUANTITY_WORDS}, not {cell[:40]!r}"
        return int(digits), quantity_fault(int(digits))
    return 0, f"{_QUANTITY_WORDS}, not {cell[:40]!r}"


def read_price(cell: str) -> tuple[Decimal | None, str | None]:
    """The price, None if the cell is empty, and what is wrong with it."""
    text = _plain(cell)
    if not text:
        return None, None
    bare = _CURRENCY.sub("", text).strip(" ")
    number = _point(bare.replace("'", "").replace(" ", ""))
    if number is None or not any(char.isdigit() for char in text):
        return None, f"{_PRICE_WORDS}, not {cell[:40]!r}"
    price = Decimal(number)
    return price, price_fault(price)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _point(text: str) -> str | None:
    """The number with a decimal point and without separators of thousands, or None.

    The last of two different signs is the decimal one. A single sign before exactly three digits separates
    thousands: prices have at most two decimal places.
    """
    signs = [char for char in text if char in ".,"]
    if signs:
        last = signs[-1]
        whole, _, rest = text.rpartition(last)
        if signs.count(last) > 1 or (len(set(signs)) == 1 and len(rest) == 3 and 0 < len(whole) <= 3 and whole != "0"):
            text = text.replace(last, "")
        else:
            text = re.sub("[.,]", "", whole) + "." + rest
    return text if _PLAIN.fullmatch(text) else None
