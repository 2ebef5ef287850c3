"""First come, first served: every row of the README's tables, and the promises that hold for any input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dibs_first_come as plugin
from dibs import Allocation, BuyerStanding, ClaimRequest, ItemStock, ShowRules, UndecidedComment

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BUYER = UUID(int=1)


def request(quantity: int = 1, left: int = 5, queue: int = 0, **more: Any) -> ClaimRequest:
    standing = BuyerStanding(**{k: more.pop(k) for k in list(more) if k in attrs.fields_dict(BuyerStanding)})
    item = ItemStock("12", None, left + 10, 10, queue)
    return ClaimRequest(BUYER, quantity, NOON, item, standing, ShowRules(**more))


def decide(asked: ClaimRequest) -> Allocation:
    return plugin.screen_claim(asked) or plugin.allocate_claim(asked)


def test_a_claim_wins_what_is_left_and_waits_for_the_rest() -> None:
    assert decide(request(3, left=5)) == Allocation(win=3)
    assert decide(request(3, left=2)) == Allocation(win=2, wait=1)
    assert decide(request(3, left=0)) == Allocation(wait=3)


def test_a_newcomer_queues_behind_those_who_wait() -> None:
    assert decide(request(2, left=2, queue=1)) == Allocation(wait=2)


def test_too_much_in_one_claim_goes_to_review() -> None:
    assert decide(request(30, left=99)) == Allocation(win=30)
    assert decide(request(31, left=99)) == Allocation(refuse="review", reason="quantity_limit")
    assert decide(request(3, max_quantity=2)) == Allocation(refuse="review", reason="quantity_limit")


@pytest.mark.parametrize(("won", "waiting"), [(1, 0), (0, 1), (1, 1)])
def test_a_repeat_is_declined_when_the_show_ignores_repeats(won: int, waiting: int) -> None:
    asked = request(2, won=won, waiting=waiting)
    assert decide(asked) == Allocation(refuse="declined", reason="already_claimed")


def test_a_repeat_counts_anew_when_the_show_adds() -> None:
    assert decide(request(2, won=2, show_won=2, repeat="add")) == Allocation(win=2)


@pytest.mark.parametrize(
    ("quantity", "left", "answer"),
    [
        (3, 5, Allocation(refuse="declined", reason="already_claimed")),
        (5, 5, Allocation(win=2)),
        (5, 1, Allocation(win=1, wait=1)),
        (1, 5, Allocation(give_back=2)),
    ],
)
def test_a_repeat_sets_the_stake_when_the_show_sets(quantity: int, left: int, answer: Allocation) -> None:
    asked = request(quantity, left=left, won=2, waiting=1, show_won=2, show_waiting=1, repeat="set")
    assert decide(asked) == answer


def test_a_buyer_at_the_limit_of_the_show_is_declined() -> None:
    asked = request(1, show_won=2, show_waiting=1, max_per_buyer=3)
    assert decide(asked) == Allocation(refuse="declined", reason="buyer_limit")


def test_a_claim_that_would_pass_the_limit_gets_what_is_still_allowed() -> None:
    assert decide(request(4, left=1, show_won=1, max_per_buyer=3)) == Allocation(win=1, wait=1, reason="buyer_limit")


def test_a_buyer_at_the_limit_may_still_ask_for_fewer() -> None:
    asked = request(1, won=3, show_won=3, max_per_buyer=3, repeat="set")
    assert decide(asked) == Allocation(give_back=2)


def test_the_order_is_platform_time_then_arrival_then_id() -> None:
    late, same = NOON + timedelta(seconds=1), NOON
    comments = [
        UndecidedComment(late, 1, "a", BUYER),
        UndecidedComment(same, 3, "b", BUYER),
        UndecidedComment(same, 2, "d", BUYER),
        UndecidedComment(same, 2, "c", None),
    ]
    assert plugin.order_comments(comments) == [3, 2, 1, 0]
    assert plugin.order_comments([]) == []


counts = st.integers(0, 40)
rules = st.builds(
    ShowRules,
    repeat=st.sampled_from(["ignore", "add", "set"]),
    max_quantity=st.integers(1, 40),
    max_per_buyer=st.none() | st.integers(1, 60),
)


@st.composite
def requests(draw: st.DrawFn) -> ClaimRequest:
    claimed = draw(counts)
    won, waiting = draw(st.integers(0, claimed)), draw(counts)
    standing = BuyerStanding(won, waiting, won + draw(counts), waiting + draw(counts))
    item = ItemStock("12", None, claimed + draw(counts), claimed, draw(counts))
    return ClaimRequest(BUYER, draw(st.integers(1, 50)), NOON, item, standing, draw(rules))


@given(requests())
def test_no_answer_breaks_a_promise(asked: ClaimRequest) -> None:
    answer = decide(asked)
    held = asked.standing.won + asked.standing.waiting
    assert min(answer.win, answer.wait, answer.give_back) >= 0
    assert answer.win <= asked.item.left
    assert answer.win + answer.wait <= asked.quantity
    assert answer.give_back <= held
    if answer.refuse:
        assert answer.reason and not (answer.win or answer.wait or answer.give_back)
    else:
        assert answer.win + answer.wait + answer.give_back > 0
        assert asked.quantity <= asked.rules.max_quantity
    if answer.win + answer.wait and asked.rules.max_per_buyer is not None:
        total = asked.standing.show_won + asked.standing.show_waiting + answer.win + answer.wait
        assert total <= asked.rules.max_per_buyer
    if answer.win and answer.wait:
        assert answer.win == asked.item.left
    if asked.rules.repeat == "set" and not answer.refuse and answer.reason is None:
        assert held + answer.win + answer.wait - answer.give_back == asked.quantity


@given(st.permutations(range(8)), st.lists(st.sampled_from([0, 1]), min_size=8, max_size=8))
def test_the_order_is_total_whatever_the_arrival(arrival: list[int], seconds: list[int]) -> None:
    comments = [
        UndecidedComment(NOON + timedelta(seconds=s), a, str(a), None) for a, s in zip(arrival, seconds, strict=True)
    ]
    order = plugin.order_comments(comments)
    assert sorted(order) == list(range(8))
    keys = [(comments[i].posted_at, comments[i].arrival) for i in order]
    assert keys == sorted(keys)
