"""Outside data is taken strictly, and every fault is named by its path, all at once."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import attrs
import pytest

from dibs.codec import structure, unstructure
from dibs.errors import InvalidInputError


@attrs.frozen
class Line:
    code: str = attrs.field(validator=attrs.validators.max_len(4))
    count: int = attrs.field(default=1, validator=[attrs.validators.ge(1), attrs.validators.le(9)])


@attrs.frozen
class Order:
    lines: tuple[Line, ...]
    kind: Literal["cash", "card"] = "cash"
    price: Decimal | None = None
    tags: Mapping[str, int] = attrs.field(factory=dict)
    buyer: UUID | None = None
    at: datetime | None = None
    urgent: bool = False


def faults(value: Any) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        structure(value, Order)
    return {fault.path: fault.problem for fault in caught.value.faults}


def test_every_fault_is_named_at_once_with_its_path() -> None:
    found = faults(
        {
            "lines": [{"code": "A1", "count": 0}, {"code": "too long"}, {"count": "2"}],
            "kind": "barter",
            "price": 12.5,
            "tags": {"x": "y"},
            "urgent": "yes",
            "colour": "red",
        }
    )
    assert found == {
        "lines[0].count": "must be >= 1: 0",
        "lines[1].code": "length must be <= 4: 8",
        "lines[2].count": "must be a whole number",
        "lines[2].code": "is required",
        "kind": "must be one of cash, card",
        "price": "must be a decimal number written as a string",
        "tags[x]": "must be a whole number",
        "urgent": "must be true or false",
        "colour": "is not a known field",
    }


@pytest.mark.parametrize("value", [None, [], "text", 5, True])
def test_something_else_than_an_object_is_told_so(value: object) -> None:
    assert faults(value) == {"$": "must be an object with named fields"}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("lines", "A1", "must be a list"),
        ("lines", {"code": "A1"}, "must be a list"),
        ("tags", [], "must be an object"),
        ("kind", ["cash"], "must be one of cash, card"),
        ("price", "1e9999999999", "must be a decimal number such as 12.50"),
        ("price", "NaN", "must be a decimal number such as 12.50"),
        ("buyer", "42", "must be an id (UUID)"),
        ("at", "2026-11-21T10:00:00", "must carry its offset from UTC, such as +00:00"),
        ("at", "yesterday", "must be a time such as 2026-11-21T10:00:00+00:00"),
    ],
)
def test_a_field_of_the_wrong_kind_is_refused_in_plain_words(field: str, value: object, problem: str) -> None:
    assert faults({"lines": [], field: value}) == {field: problem}


def test_what_is_right_comes_back_as_it_was() -> None:
    given = {"lines": [{"code": "A1", "count": 2}], "kind": "card", "price": "12.50", "tags": {"a": 1}}
    made = structure(given, Order)
    assert made.lines == (Line("A1", 2),)
    assert {**given, "buyer": None, "at": None, "urgent": False} == unstructure(made)
