"""What may become an order: looked at before anything is locked or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from dibs.errors import FieldFault, InvalidInputError, PriceMissingError
from dibs.models.orders import NewOrder, NewOrderLine
from dibs.money import line_total, money_fault, stock_fault, total

MOST_LINES = 1_000
NOTHING = Decimal("0.00")


def check(new: NewOrder) -> None:
    """Raises `InvalidInputError` naming each faulty line, or `PriceMissingError` for the first without a price."""
    if not 0 < len(new.lines) <= MOST_LINES:
        raise InvalidInputError(f"An order has from 1 to {MOST_LINES} lines.", lines=len(new.lines))
    for line in new.lines:
        if line.price is None:
            raise PriceMissingError(f"{line.name} has no price.", problem="no_price", line=line.name)
    faults = [*_faults(new.lines), *_repeated(new.lines)]
    if faults:
        words = "; ".join(f"{fault.path} {fault.problem}" for fault in faults[:5])
        raise InvalidInputError(f"This can't be ordered: {words}.", faults)


def _faults(lines: Sequence[NewOrderLine]) -> list[FieldFault]:
    found = []
    for number, line in enumerate(lines):
        wrong = (
            ("name", None if line.name.strip() else "must not be empty"),
            ("quantity", stock_fault(line.quantity) or (None if line.quantity > 0 else "must be above 0")),
            ("price", None if line.price is None else money_fault(line.price)),
        )
        found += [FieldFault(f"lines[{number}].{name}", problem) for name, problem in wrong if problem]
    return found


def _repeated(lines: Sequence[NewOrderLine]) -> list[FieldFault]:
    times = Counter(line.claim_id for line in lines if line.claim_id is not None)
    return [
        FieldFault(f"lines[{number}].claim_id", "comes twice")
        for number, line in enumerate(lines)
        if line.claim_id is not None and times[line.claim_id] > 1
    ]


def price_of(line: NewOrderLine) -> Decimal:
    """The price of a line that was checked."""
    return NOTHING if line.price is None else line.price


def amount(line: NewOrderLine) -> Decimal:
    """What a line comes to; nothing for a sample. Raises `InvalidInputError` if that is too much to be kept."""
    return NOTHING if line.sample else line_total(price_of(line), line.quantity)


def credit_amounts(new: NewOrder) -> tuple[Decimal, Decimal]:
    """What an order adds to what its customer owes, and what of it was in a draft already.

    Ask once its claims are marked as ordered: from then on no draft has them, whoever orders them.
    """
    drafted = [new.in_draft and line.claim_id is None for line in new.lines]
    amounts = [amount(line) for line in new.lines]
    fresh, known = (
        total(one for one, was in zip(amounts, drafted, strict=True) if was is wanted) for wanted in (False, True)
    )
    return fresh, known


def amount_of(new: NewOrder) -> Decimal:
    """What an order comes to: the sum of its rounded lines."""
    return total(amount(line) for line in new.lines)
