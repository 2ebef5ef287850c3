"""The price of a line by itself: random rules, costs, overrides and quantities, and the cases at the edges."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from uuid import UUID

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dibs import PricedLine, PriceProblem, PriceQuote, PriceRequest
from dibs.hooks.price_answers import quotes_fault, refinement_fault
from dibs.money import MAX_MONEY, money_fault
from dibs_pricing.chain import decide, steps
from dibs_pricing.endings import with_endings
from dibs_pricing.model import DEFAULT, Key, Margins, margin_fault
from dibs_pricing.settings import Ending, PricingSettings

CUSTOMER = UUID(int=7)
OWN: Key = ("customer", str(CUSTOMER))
SHOES: Key = ("category", "shoes")
PLAIN = PricingSettings()
ORDER = ("override", "item", "customer_margin", "category_margin", "default_margin", "cost")
money = st.decimals(0, MAX_MONEY, places=2)
small = st.decimals(0, 500, places=2)
percent = st.decimals("-99.9999", "99.9999", places=4)
margins = st.fixed_dictionaries({}, optional={OWN: percent, SHOES: percent, DEFAULT: percent})
lines = st.builds(
    PriceRequest,
    key=st.just("1"),
    quantity=st.decimals("0.0001", 100_000, places=4),
    batch_name=st.just("Mules · 7"),
    category=st.sampled_from([None, "Shoes", " sHOES  ", "Dresses"]),
    unit_cost=st.none() | small | money,
    customer_id=st.sampled_from([None, CUSTOMER]),
    override=st.none() | small | money,
    list_price=st.none() | small | money,
)
endings: st.SearchStrategy[Ending] = st.sampled_from(["none", "to_90", "to_99", "whole"])


def line(cost: str | None = "10.00", **more: object) -> PriceRequest:
    given = PriceRequest("1", Decimal(1), batch_name="Mules · 7", category="Shoes", customer_id=CUSTOMER)
    return attrs.evolve(given, unit_cost=None if cost is None else Decimal(cost), **more)


def rules(**per_cent: str) -> Margins:
    keys: dict[str, Key] = {"own": OWN, "shoes": SHOES, "all": DEFAULT}
    return {keys[name]: Decimal(value) for name, value in per_cent.items()}


def quoted(answer: PriceQuote | PriceProblem) -> PriceQuote:
    assert isinstance(answer, PriceQuote), answer
    return answer


@settings(deadline=None)
@given(lines, margins, st.integers(0, 100), endings)
@example(line("9999999999999.99"), rules(own="99.9999"), 70, "to_99")
@example(line("9999999999999.99"), rules(own="0"), 70, "to_90")
@example(line("0.01"), rules(own="-99.9999"), 70, "none")
def test_a_price_is_a_decimal_of_two_places_above_0_or_there_is_a_reason(
    request: PriceRequest, known: Margins, most_fall: int, ending: Ending
) -> None:
    chosen = PricingSettings(ending, most_fall)
    answer = decide(request, known, chosen)
    assert quotes_fault([answer], 1) is None
    if isinstance(answer, PriceProblem):
        assert answer.code in ("missing_cost", "price_too_large") and "Mules · 7" in answer.message
        assert (answer.code == "missing_cost") == (not request.unit_cost)
        return
    for quote in (answer, *(with_endings([PricedLine(request, answer)], chosen) or ())):
        if quote is not None:
            assert type(quote.price) is Decimal and money_fault(quote.price) is None and quote.price >= 0
            assert quote.price > 0 or request.override == 0 or (request.override is None and request.list_price == 0)
            assert quote.price >= answer.price


@settings(deadline=None)
@given(lines, margins)
def test_the_first_that_is_set_decides_and_it_is_cost_by_what_the_margin_leaves(
    request: PriceRequest, known: Margins
) -> None:
    shoes = known.get(SHOES) if (request.category or "").strip().lower() == "shoes" else None
    own = known.get(OWN) if request.customer_id else None
    values = (request.override, request.list_price, own, shoes, known.get(DEFAULT), request.unit_cost or Decimal(0))
    first = next(place for place, value in enumerate(values) if value is not None)
    chain = steps(request, known)
    assert [step.source for step in chain] == list(ORDER)
    assert [step.won for step in chain] == [place == first for place in range(len(ORDER))]
    answer, won = decide(request, known, PLAIN), values[first]
    assert won is not None
    if isinstance(answer, PriceProblem):
        assert first > 1 and answer.data["source"] == ORDER[first]
        return
    assert answer.source == ORDER[first]
    if first in (2, 3, 4):
        assert request.unit_cost is not None
        exact = Fraction(request.unit_cost) / (1 - Fraction(won) / 100)
        assert answer.price == half_up(exact)
    else:
        assert answer.price == won


def half_up(exact: Fraction) -> Decimal:
    """The reference: whole cents by integers alone."""
    cents = (exact * 200 + 1) // 2
    with localcontext(prec=50, rounding=ROUND_HALF_UP):
        return Decimal(int(cents)).scaleb(-2)


@pytest.mark.parametrize(
    ("cost", "margin", "price"),
    [("70", "30", "100.00"), ("10", "0", "10.00"), ("12.50", "20", "15.63"), ("10", "-100.0000", None),
     ("10", "100", None), ("10", "NaN", None), ("9", "99.9999", "9000000.00"), ("9999999999999.99", "50", None)],
)  # fmt: skip
def test_known_prices(cost: str, margin: str, price: str | None) -> None:
    answer = decide(line(cost), rules(own=margin), PLAIN)
    if price is None:
        assert isinstance(answer, PriceProblem)
        assert answer.code == ("price_too_large" if margin == "50" else "bad_margin")
        assert margin == "50" or margin_fault(Decimal(margin)) is not None
    else:
        assert quoted(answer).price == Decimal(price)


def test_a_broken_margin_of_a_customer_is_not_passed_over_for_that_of_the_category() -> None:
    answer = decide(line(), rules(own="100", shoes="30"), PLAIN)
    assert isinstance(answer, PriceProblem) and answer.code == "bad_margin"


def test_the_bare_cost_has_to_be_confirmed() -> None:
    quote = quoted(decide(line("8.00"), {}, PLAIN))
    assert (quote.price, quote.source, quote.needs_confirmation) == (Decimal("8.00"), "cost", True)
    assert quote.warnings == ("no_price_rule",)


def test_without_a_cost_there_is_no_price_unless_somebody_typed_one() -> None:
    for cost in (None, "0.00"):
        answer = decide(line(cost), rules(all="30"), PLAIN)
        assert isinstance(answer, PriceProblem) and answer.code == "missing_cost"
        assert quoted(decide(line(cost, override=Decimal("0.00")), rules(all="30"), PLAIN)).price == 0
        assert quoted(decide(line(cost, list_price=Decimal(5)), {}, PLAIN)).source == "item"


@pytest.mark.parametrize(
    ("override", "most_fall", "far"),
    [("6.00", 70, False), ("5.99", 70, True), ("2.00", 100, False), ("0.00", 100, False), ("19.99", 0, True)],
)
def test_a_live_price_that_fell_far_is_said(override: str, most_fall: int, far: bool) -> None:
    request = line(override=Decimal(override))
    quote = quoted(decide(request, rules(own="50"), PricingSettings("none", most_fall)))
    assert quote.price == Decimal(override) and ("fell_far" in quote.warnings) is far


def test_a_live_price_is_measured_by_the_item_s_price_where_there_is_one() -> None:
    cheap = line(override=Decimal(5), list_price=Decimal(12))
    assert quoted(decide(cheap, rules(own="90"), PLAIN)).warnings == ()


@pytest.mark.parametrize(
    ("ending", "price"), [("none", "14.29"), ("to_90", "14.90"), ("to_99", "14.99"), ("whole", "15.00")]
)
def test_endings_round_up_what_comes_from_a_margin_and_nothing_else(ending: Ending, price: str) -> None:
    settings = PricingSettings(ending)
    requests = [line("10.00"), line("10.00", override=Decimal("14.29")), line("10.00", list_price=Decimal("14.29"))]
    priced = [PricedLine(one, quoted(decide(one, rules(all="30"), settings))) for one in requests]
    changes = with_endings(priced, settings) or [None] * 3
    assert refinement_fault(changes, 3) is None and changes[1:] == [None, None]
    assert (changes[0] or priced[0].quote).price == Decimal(price)
    again = attrs.evolve(priced[0], quote=changes[0] or priced[0].quote)
    assert (with_endings([again], settings) or [None]) == [None]
