"""Money: exact until the end, half up there, and never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dibs import money
from dibs.codec import unstructure
from dibs.errors import InvalidInputError

PRICES = st.decimals(0, money.MAX_MONEY, places=2)
QUANTITIES = st.decimals(0, money.MAX_STOCK, places=4)
SMALL = st.tuples(st.decimals(0, 10_000, places=2), st.decimals(0, 10_000, places=4))


@given(SMALL)
def test_a_line_is_the_exact_product_rounded_half_up_once(pair: tuple[Decimal, Decimal]) -> None:
    price, quantity = pair
    exact = Fraction(price) * Fraction(quantity) * 100
    cents = int(exact) + (exact - int(exact) >= Fraction(1, 2))
    assert money.line_total(price, quantity) == Decimal(cents) / 100
    assert money.line_total(price, quantity).as_tuple().exponent == -2


@given(PRICES, QUANTITIES)
def test_the_largest_numbers_lose_no_digit_or_are_refused(price: Decimal, quantity: Decimal) -> None:
    exact = Fraction(price) * Fraction(quantity)
    try:
        found = money.line_total(price, quantity)
    except InvalidInputError:
        assert exact > Fraction(money.MAX_MONEY)
    else:
        assert abs(Fraction(found) - exact) <= Fraction(1, 200)


@given(st.lists(SMALL, max_size=20))
def test_a_total_is_the_sum_of_its_lines(lines: list[tuple[Decimal, Decimal]]) -> None:
    made = [money.line_total(*line) for line in lines]
    assert Fraction(money.total(made)) == sum(map(Fraction, made))
    assert money.total(made) == money.total(reversed(made))


@given(QUANTITIES)
def test_a_quantity_comes_back_from_its_text(quantity: Decimal) -> None:
    assert money.parse_quantity(money.quantity_text(quantity)) == quantity
    assert money.parse_quantity(unstructure(quantity)) == quantity


@given(PRICES)
def test_an_amount_comes_back_from_its_text(amount: Decimal) -> None:
    text = money.money_text(amount)
    assert money.parse_money(text) == amount
    assert text.rpartition(".")[2].isdigit() and len(text.rpartition(".")[2]) == 2


def test_half_a_cent_goes_up() -> None:
    assert money.rounded(Decimal("0.005")) == Decimal("0.01")
    assert money.rounded(Decimal("2.675")) == Decimal("2.675").quantize(money.CENT, ROUND_HALF_UP) == Decimal("2.68")
    assert money.line_total(Decimal("0.05"), Decimal("0.1")) == Decimal("0.01")
    assert money.rounded(Decimal("-0.005")) == Decimal("-0.01")


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "-1", "1e3", "1,50", "0.00001", "1.005", " 1", "1" * 16])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        money.parse_money(text)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-1", "0.00001", "100000000000"])
def test_what_is_no_quantity_is_named(value: str) -> None:
    assert money.stock_fault(Decimal(value)) is not None
    assert money.change_fault(Decimal(0)) is not None
    assert money.change_fault(Decimal("-0.5")) is None


@pytest.mark.parametrize("value", ["NaN", "Infinity", "99999999999999"])
def test_what_no_column_holds_is_not_rounded(value: str) -> None:
    with pytest.raises(InvalidInputError):
        money.rounded(Decimal(value))


@pytest.mark.parametrize(
    ("amount", "divisor", "found"),
    [("70", "0.7", "100.00"), ("0.01", "2", "0.01"), ("1", "3", "0.33"), ("-1", "8", "-0.13")],
)
def test_a_quotient_is_rounded_once_half_up(amount: str, divisor: str, found: str) -> None:
    assert money.quotient(Decimal(amount), Decimal(divisor)) == Decimal(found)


@pytest.mark.parametrize(("amount", "divisor"), [("1", "0"), ("1", "NaN"), ("9999999999999.99", "0.5"), ("NaN", "1")])
def test_a_quotient_that_is_no_amount_is_refused(amount: str, divisor: str) -> None:
    with pytest.raises(InvalidInputError):
        money.quotient(Decimal(amount), Decimal(divisor))
