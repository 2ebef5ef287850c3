"""Query parameters become typed values, strictly, and every faulty one is named."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

import attrs
import pytest
from quart import Quart

from dibs.api.body import read_query
from dibs.errors import InvalidInputError

ID = UUID("01a1fc54-5636-790f-b493-f244132829c3")


@attrs.frozen
class Filters:
    limit: int = attrs.field(default=50, validator=[attrs.validators.ge(1), attrs.validators.le(500)])
    before: int | None = None
    q: str = ""
    late: bool = False
    only: bool | None = None
    since: datetime | None = None
    status: Literal["winner", "waitlist"] | None = None
    step: Literal[1, 2] = 1
    buyer_id: UUID | None = None
    least: Decimal | None = None


async def read(query: str) -> Filters:
    async with Quart("test").test_request_context(f"/?{query}"):
        return read_query(Filters)


async def faults(query: str) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        await read(query)
    return {fault.path: fault.problem for fault in caught.value.faults}


async def test_nothing_given_is_all_defaults() -> None:
    assert await read("") == Filters()


async def test_each_kind_of_field_is_read_from_its_text() -> None:
    given = {
        "limit": "7",
        "before": "-3",
        "q": "12",
        "late": "true",
        "only": "false",
        "since": "2026-11-21T10:00:00Z",
        "status": "winner",
        "step": "2",
        "buyer_id": str(ID),
        "least": "12.50",
    }
    noon = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert await read(urlencode(given)) == Filters(7, -3, "12", True, False, noon, "winner", 2, ID, Decimal("12.50"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("limit", bad) for bad in ("", "2.0", " 2", "+2", "1e2", "0x2", "２", "two", "9" * 19, "0", "501", "null")],
        *[("late", bad) for bad in ("", "1", "0", "True", "yes", "on")],
        *[("since", bad) for bad in ("", "2026-11-21", "2026-11-21T10:00:00", "1763719200", "now")],
        *[("status", bad) for bad in ("", "Winner", "lost", "null")],
        *[("step", bad) for bad in ("", "3", "1.0", "one")],
        *[("buyer_id", bad) for bad in ("", "7", str(ID)[:-1])],
        *[("least", bad) for bad in ("", "NaN", "1e3", "1,5")],
    ],
)
async def test_anything_else_is_a_fault_that_names_its_parameter(name: str, value: str) -> None:
    assert list(await faults(urlencode({name: value}))) == [name]


async def test_every_fault_is_named_at_once() -> None:
    found: dict[str, Any] = await faults("limit=x&late=maybe&status=lost&colour=red&buyer_id=1")
    assert set(found) == {"limit", "late", "status", "colour", "buyer_id"}
    assert found["colour"] == "is not a known field"


async def test_a_parameter_that_is_given_twice_is_refused() -> None:
    assert await faults("limit=1&limit=2") == {"limit": "is given more than once"}
