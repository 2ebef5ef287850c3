"""What is wrong with a plugin's prices: checked on every call, because a wrong price is money lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, get_args

from dibs.hooks.answers import is_text
from dibs.models.pricing import PriceProblem, PriceQuote, PriceSource
from dibs.money import MAX_MONEY, money_fault

_SOURCES: Final = get_args(PriceSource)
_LONGEST: Final = 1000


def quotes_fault(answer: Any, size: int) -> str | None:
    """What is wrong with the prices of `size` lines, or None."""
    return _sequence_fault(answer, size) or _first(_answer_fault, answer)


def refinement_fault(answer: Any, size: int) -> str | None:
    """What is wrong with the changes of `size` prices, or None."""
    return _sequence_fault(answer, size) or _first(_change_fault, answer)


def _sequence_fault(answer: Any, size: int) -> str | None:
    if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
        return f"it must be a sequence with one answer for each line, not {type(answer).__name__}"
    return None if len(answer) == size else f"it must have one answer for each of {size} lines, not {len(answer)}"


def _first(fault_of: Any, answers: Sequence[Any]) -> str | None:
    for number, one in enumerate(answers):
        fault = fault_of(one)
        if fault is not None:
            return f"line {number}: {fault}"
    return None


def _answer_fault(one: Any) -> str | None:
    return _problem_fault(one) if type(one) is PriceProblem else _quote_fault(one, "a PriceQuote or a PriceProblem")


def _change_fault(one: Any) -> str | None:
    return None if one is None else _quote_fault(one, "a PriceQuote or None")


def _problem_fault(one: PriceProblem) -> str | None:
    if not _is_short(one.code) or not one.code or not _is_short(one.message):
        return "code and message must each be a text"
    return None if isinstance(one.data, Mapping) else "data must be a mapping"


def _quote_fault(one: Any, wanted: str) -> str | None:
    if type(one) is not PriceQuote:
        return f"it must be {wanted}, not {type(one).__name__}"
    if one.source not in _SOURCES:
        return f"source must be one of {', '.join(_SOURCES)}, not {one.source!r}"
    if type(one.needs_confirmation) is not bool:
        return "needs_confirmation must be true or false"
    if not _is_short(one.detail) or not _are_texts(one.warnings) or not _are_texts(one.notes):
        return "detail must be a text, warnings and notes tuples of texts"
    return _price_fault(one.price)


def _price_fault(price: Any) -> str | None:
    if type(price) is not Decimal:
        return f"price must be a Decimal, not {type(price).__name__}"
    if not price.is_finite() or price.is_signed() or price > MAX_MONEY or money_fault(price):
        return f"price must be from 0 to {MAX_MONEY} with at most two decimal places, not {price}"
    return None


def _are_texts(value: Any) -> bool:
    return type(value) is tuple and all(_is_short(one) for one in value)


def _is_short(value: Any) -> bool:
    return value is not None and is_text(value) and len(value) <= _LONGEST
