"""Quantity, unit cost and total of a line: read together, because each checks the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

import attrs

from dibs import InvalidInputError, Remark
from dibs.money import SMALLEST, money_fault, quotient, rounded, stock_fault
from dibs_purchase_orders.columns import Field
from dibs_purchase_orders.numbers import readings
from dibs_purchase_orders.words import N_

_NONE: tuple[None] = (None,)


@attrs.frozen
class Amounts:
    """What was read, how sure that is from 0 to 100, and what to look at."""

    quantity: Decimal | None
    unit_cost: Decimal | None
    total: Decimal | None
    confidence: int
    remarks: tuple[Remark, ...]


def read_amounts(texts: Mapping[Field, str], sign: str | None) -> Amounts:
    """The amounts of a line; of several readings the one whose total is right."""
    names: tuple[Field, ...] = ("quantity", "unit_cost", "total")
    found = {name: readings(texts.get(name, ""), sign) for name in names}
    choices = [found[name] or _NONE for name in names]
    chosen = next((each for each in product(*choices) if _adds_up(*each)), tuple(one[0] for one in choices))
    remarks = [_unread(name, texts[name]) for name in names if texts.get(name) and not found[name]]
    return _judged(chosen[0], chosen[1], chosen[2], found, remarks)


def _adds_up(quantity: Decimal | None, cost: Decimal | None, total: Decimal | None) -> bool:
    if quantity is None or cost is None or total is None:
        return False
    return abs(quantity * cost - total) <= Decimal("0.01")


def _judged(
    quantity: Decimal | None,
    cost: Decimal | None,
    total: Decimal | None,
    found: Mapping[Field, Sequence[Decimal]],
    remarks: list[Remark],
) -> Amounts:
    sure = 100 if _adds_up(quantity, cost, total) else 85
    if sure < 100 and len(found["quantity"]) > 1:
        sure = min(sure, 50)
        remarks.append(_two_meanings("quantity", found["quantity"]))
    if sure < 100 and len(found["unit_cost"]) > 1:
        sure = min(sure, 50)
        remarks.append(_two_meanings("unit cost", found["unit_cost"]))
    quantity, cost, sure = _filled_in(quantity, cost, total, sure, remarks)
    quantity, sure = _fitting(quantity, stock_fault, sure, remarks, N_("The quantity can't be kept: it is left out."))
    cost, sure = _in_cents(cost, sure, remarks)
    if quantity is None or quantity == 0:
        sure = min(sure, 20)
        remarks.append(Remark(N_("The quantity is missing.")))
    if cost is None:
        sure = min(sure, 40)
        remarks.append(Remark(N_("The unit cost is missing.")))
    return Amounts(quantity, cost, total, min(sure, 60) if _unreadable(remarks) else sure, tuple(remarks))


def _filled_in(
    quantity: Decimal | None, cost: Decimal | None, total: Decimal | None, sure: int, remarks: list[Remark]
) -> tuple[Decimal | None, Decimal | None, int]:
    """A missing unit cost follows from the total; a total that is not the product is told."""
    if quantity and cost is None and total is not None and total >= 0:
        if quantity < SMALLEST:
            return quantity, None, sure
        remarks.append(Remark(N_("The unit cost was worked out from the total.")))
        return quantity, _divided(total, quantity), min(sure, 70)
    if quantity and cost is not None and total is not None and not _adds_up(quantity, cost, total):
        said = {"sum": f"{quantity * cost:.2f}", "total": f"{total:.2f}"}
        remarks.append(Remark(N_("Quantity × unit cost is %(sum)s, but the file says %(total)s."), said))
        return quantity, cost, min(sure, 40)
    return quantity, cost, sure


def _divided(total: Decimal, quantity: Decimal) -> Decimal | None:
    try:
        return quotient(total, quantity)
    except InvalidInputError:  # more than any amount may be
        return None


def _in_cents(cost: Decimal | None, sure: int, remarks: list[Remark]) -> tuple[Decimal | None, int]:
    if cost is None:
        return None, sure
    if cost < 0 or money_fault(rounded(cost)):
        remarks.append(Remark(N_("The unit cost can't be kept: it is left out.")))
        return None, sure
    if rounded(cost) != cost:
        remarks.append(Remark(N_("The unit cost was rounded to two places.")))
        return rounded(cost), min(sure, 70)
    return rounded(cost), sure


def _fitting(
    value: Decimal | None, fault: object, sure: int, remarks: list[Remark], words: str
) -> tuple[Decimal | None, int]:
    assert callable(fault)
    if value is not None and fault(value):
        remarks.append(Remark(words))
        return None, sure
    return (None if value is None else value.quantize(SMALLEST)), sure


def _two_meanings(what: str, values: Sequence[Decimal]) -> Remark:
    text = (
        N_("The unit cost may mean %(one)s or %(other)s.")
        if what == "unit cost"
        else N_("The quantity may mean %(one)s or %(other)s.")
    )
    return Remark(text, {"one": f"{values[0]:f}", "other": f"{values[1]:f}"})


def _unread(name: Field, cell: str) -> Remark:
    return Remark(_UNREAD[name], {"cell": cell[:40]})


_UNREAD: Mapping[str, str] = {
    "quantity": N_("The quantity “%(cell)s” is no number."),
    "unit_cost": N_("The unit cost “%(cell)s” is no number."),
    "total": N_("The total “%(cell)s” is no number."),
}


def _unreadable(remarks: Sequence[Remark]) -> bool:
    return any(remark.text in _UNREAD.values() for remark in remarks)
