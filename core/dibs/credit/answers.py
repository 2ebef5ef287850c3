"""What is wrong with a plugin's answer about credit, and the sum of several answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import attrs

from dibs.models.credit import CreditRequest, CreditStanding, CreditState, Exposure
from dibs.money import MAX_MONEY, total

_STATES = get_args(CreditState)
_SUMS = tuple(field.name for field in attrs.fields(Exposure))


def exposure_fault(answer: Any) -> str | None:
    """What is wrong with the sums of carts, or None."""
    if type(answer) is not Exposure:
        return f"it must be an Exposure or None, not {type(answer).__name__}"
    for name in _SUMS:
        amount = getattr(answer, name)
        if not _is_money(amount) or amount < 0:
            return f"{name} must be a Decimal from 0, not {amount!r}"
    return None


def summed(found: Iterable[Exposure]) -> Exposure:
    """What the carts of all plugins come to."""
    every = list(found)
    return Exposure(*(total(getattr(one, name) for one in every) for name in _SUMS))


def standing_fault(answer: Any, request: CreditRequest) -> str | None:
    """What is wrong with a standing, or None. It is about what was asked, and its state fits its sums."""
    if type(answer) is not CreditStanding:
        return f"it must be a CreditStanding or None, not {type(answer).__name__}"
    if answer.state not in _STATES:
        return f"state must be one of {', '.join(_STATES)}, not {answer.state!r}"
    if type(answer.may_override) is not bool:
        return "may_override must be True or False"
    if answer.draft != request.draft or answer.adding != request.adding:
        return "draft and adding must be those that were asked about"
    if answer.limit is not None and not (_is_money(answer.limit) and answer.limit >= 0):
        return f"limit must be a Decimal from 0, or None, not {answer.limit!r}"
    if not _is_money(answer.balance):
        return f"balance must be a Decimal, not {answer.balance!r}"
    return _available_fault(answer)


def _available_fault(answer: CreditStanding) -> str | None:
    if answer.state == "unlimited":
        return None if answer.available is None else "available must be None if the state is unlimited"
    if not _is_money(answer.available):
        return f"available must be a Decimal, not {answer.available!r}"
    if answer.state != "exceeded" and answer.available is not None and answer.available < 0:
        return f"the state must be exceeded with {answer.available} available"
    return None


def left_fault(answer: Any, asked: Collection[UUID]) -> str | None:
    """What is wrong with what customers have left, or None."""
    if not isinstance(answer, Mapping):
        return f"it must be a mapping or None, not {type(answer).__name__}"
    for customer_id, amount in answer.items():
        if customer_id not in asked:
            return f"it must name customers that were asked for, not {customer_id!r}"
        if not _is_money(amount):
            return f"each must have a Decimal, not {amount!r}"
    return None


def _is_money(amount: Any) -> bool:
    return type(amount) is Decimal and amount.is_finite() and abs(amount) <= MAX_MONEY
