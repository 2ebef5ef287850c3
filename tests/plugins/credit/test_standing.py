"""How a customer stands, case by case."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from dibs import CreditRequest, Exposure
from dibs_credit.bar import bar_of
from dibs_credit.settings import CreditSettings
from dibs_credit.standing import standing_of


def money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("limit", "orders", "credited", "cart", "adding", "state", "available"),
    [
        (None, "900", "0", "900", "900", "unlimited", None),  # absent is no limit
        ("0", "0", "0", "0", "0.01", "exceeded", "-0.01"),  # 0 is no credit
        ("0", "0", "0", "0", "0", "approaching", "0"),
        ("0", "0", "20", "0", "19.99", "fine", "0.01"),  # but for what is on account
        ("100", "40", "0", "20", "19.99", "fine", "20.01"),
        ("100", "40", "0", "20", "20", "approaching", "20"),  # from 80 %
        ("100", "40", "0", "20", "40", "approaching", "0"),  # all of it is still within it
        ("100", "40", "0", "20", "40.01", "exceeded", "-0.01"),
        ("100", "40", "30", "20", "40.01", "fine", "29.99"),  # what was paid
        ("100", "40", "-30", "20", "20", "exceeded", "-10"),  # what was put on the account
        ("100", "150", "0", "0", "-60", "approaching", "10"),
    ],
)
def test_limit_less_balance_less_carts_less_what_is_added(
    limit: str | None, orders: str, credited: str, cart: str, adding: str, state: str, available: str | None
) -> None:
    draft = Exposure(Decimal(cart), Decimal("500"), Decimal("70"))  # interested lines and samples count for nothing
    request = CreditRequest(UUID(int=1), money(limit), Decimal(orders), draft, Decimal(adding))
    found = standing_of(request, Decimal(credited), CreditSettings())
    assert (found.state, found.available, found.may_override) == (state, money(available), True)
    assert found.balance == Decimal(orders) - Decimal(credited)


def test_the_settings_move_the_warning_and_take_the_override_away() -> None:
    request = CreditRequest(UUID(int=1), Decimal(100), Decimal(60), Exposure())
    found = standing_of(request, Decimal(0), CreditSettings(over_limit="refuse", approaching_percent=60))
    assert (found.state, found.may_override) == ("approaching", False)


def test_the_bar_is_as_wide_as_the_limit_or_all_that_there_is() -> None:
    draft = Exposure(Decimal(30), Decimal(10), Decimal(10))
    wide = bar_of(
        standing_of(CreditRequest(UUID(int=1), Decimal(200), Decimal(50), draft), Decimal(0), CreditSettings())
    )
    assert [(one.start, one.length) for one in wide.pieces] == [(0, 250), (250, 150), (400, 50), (450, 50)]
    assert wide.limit_at == 1000
    over = bar_of(
        standing_of(CreditRequest(UUID(int=1), Decimal(50), Decimal(50), draft), Decimal(0), CreditSettings())
    )
    assert over.limit_at == 500 and sum(one.length for one in over.pieces) == 1000
    none = bar_of(standing_of(CreditRequest(UUID(int=1), None, Decimal(0), Exposure()), Decimal(9), CreditSettings()))
    assert none.limit_at is None and all(one.length == 0 for one in none.pieces)
