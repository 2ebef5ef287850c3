"""What is wrong with a plugin's answer: cheap checks of its shape, made on every call."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dibs.models.allocation import Allocation
from dibs.models.comments import Intent, Reading
from dibs.models.erasing import PersonTraces
from dibs.models.items import MAX_QUANTITY
from dibs.models.purchase_orders import PurchaseOrder, PurchaseOrderLine


def reading_fault(answer: Any) -> str | None:
    """What is wrong with the answer of a parser, or None."""
    if type(answer) is not Reading:
        return f"it must be a Reading or None, not {type(answer).__name__}"
    if type(answer.acts) is not tuple:
        return f"acts must be a tuple, not {type(answer.acts).__name__}"
    for act in answer.acts:
        fault = _intent_fault(act)
        if fault is not None:
            return fault
    return None if is_text(answer.reason) else "reason must be a text or None"


def _intent_fault(act: Any) -> str | None:
    if type(act) is not Intent:
        return f"each act must be an Intent, not {type(act).__name__}"
    if act.kind not in ("claim", "pass"):
        return f"kind must be claim or pass, not {act.kind!r}"
    if not is_text(act.item_number) or not is_text(act.variant):
        return "item_number and variant must each be a text or None"
    if act.item_number is None and act.kind == "claim":
        return "a claim must name its item_number"
    if type(act.quantity) is not int or not 1 <= act.quantity <= MAX_QUANTITY:
        return f"quantity must be a whole number from 1 to {MAX_QUANTITY:,}, not {act.quantity!r}"
    if act.rule is None or not is_text(act.rule):
        return "rule must be a text"
    if type(act.confidence) not in (float, int) or not 0 <= act.confidence <= 1:
        return f"confidence must be a number from 0 to 1, not {act.confidence!r}"
    return None


def order_fault(answer: Any, size: int) -> str | None:
    """What is wrong with an order of decision for `size` comments, or None."""
    if not isinstance(answer, Sequence) or len(answer) != size:
        return f"it must be a sequence of {size} positions"
    if not all(type(position) is int for position in answer) or sorted(answer) != list(range(size)):
        return f"it must hold each position from 0 to {size - 1} exactly once"
    return None


def screen_fault(answer: Any) -> str | None:
    """What is wrong with an objection, or None."""
    fault = allocation_fault(answer)
    if fault is None and answer.refuse is None:
        return "an objection must say refuse; None means no objection"
    return fault


def allocation_fault(answer: Any) -> str | None:
    """What is wrong with the shape of an allocation, or None."""
    if type(answer) is not Allocation:
        return f"it must be an Allocation or None, not {type(answer).__name__}"
    if not (type(answer.win) is int and type(answer.wait) is int and type(answer.give_back) is int):
        return "win, wait and give_back must be whole numbers"
    if not is_text(answer.reason):
        return "reason must be a text or None"
    if answer.refuse is None:
        return None
    if answer.refuse not in ("declined", "review"):
        return f"refuse must be declined or review, not {answer.refuse!r}"
    if answer.win or answer.wait or answer.give_back:
        return "what is refused must not be allocated as well"
    return None if answer.reason else "a refusal must carry its reason"


def purchase_order_fault(answer: object) -> str | None:
    """What is wrong with the shape of a purchase order, or None."""
    if type(answer) is not PurchaseOrder:
        return f"it must be a PurchaseOrder or None, not {type(answer).__name__}"
    for line in answer.lines:
        if type(line) is not PurchaseOrderLine:
            return f"{line!r} is no PurchaseOrderLine"
        if type(line.confidence) is not int or not 0 <= line.confidence <= 100:
            return f"{line.place}: confidence must be a whole number from 0 to 100"
        if not all(is_text(text) for text in (line.name, line.code, line.category, line.unit, *line.cells)):
            return f"{line.place}: a text that can't be stored"
        amounts = (line.quantity, line.unit_cost, line.total)
        if not all(one is None or (type(one) is Decimal and one.is_finite()) for one in amounts):
            return f"{line.place}: quantity, unit_cost and total must be finite Decimals or None"
    return None


def traces_fault(answer: object) -> str | None:
    """What is wrong with what a plugin says of an erased buyer's traces, or None."""
    if type(answer) is not PersonTraces:
        return f"it must be PersonTraces or None, not {type(answer).__name__}"
    for topic in answer.topics:
        head, _, tail = topic.partition(":") if type(topic) is str else ("", "", "")
        if not tail or head in ("", "show", "workspace"):
            return f"{topic!r} is no topic of a plugin"
    for entry in answer.entries:
        if type(entry) is not tuple or len(entry) != 2 or not all(type(one) is str for one in entry):
            return f"{entry!r} does not name an entity and its id"
    return None


def is_text(value: Any) -> bool:
    """A text that can be stored and sent: no NUL, no lone surrogates."""
    if value is None or (type(value) is str and value.isascii()):
        return value is None or "\0" not in value
    return type(value) is str and "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
