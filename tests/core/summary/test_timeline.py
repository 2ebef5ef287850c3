"""Buckets over the time of a show: fine for a short one, never more than 240, and nothing is lost in them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dibs.summary.timeline import MOST_BUCKETS, make_timeline, width_for

START = datetime(2026, 5, 1, 19, tzinfo=UTC)


def slot(second: int, verdict: str = "ignored", comments: int = 1, late: bool = False) -> dict[str, Any]:
    at = START + timedelta(seconds=second // 10 * 10)
    return {"at": at, "verdict": verdict, "comments": comments, "late": late}


def test_a_show_without_comments_has_no_buckets() -> None:
    made = make_timeline([], [])
    assert (made.start, made.seconds, made.comments) == (None, 10, [])


def test_an_hour_has_buckets_of_twenty_seconds_and_a_day_of_wider_ones() -> None:
    assert [width_for(s) for s in (0, 2389, 3600, 3 * 3600, 12 * 3600, 19 * 3600, 86400, 30 * 86400)] == [
        10, 10, 20, 60, 300, 300, 600, 19200,
    ]  # fmt: skip


def test_what_falls_into_one_bucket_is_added_up() -> None:
    made = make_timeline([slot(3), slot(8, "claim", 2), slot(14)], [{"at": START + timedelta(seconds=10), "wins": 5}])
    assert (made.start, made.comments, made.claims, made.wins) == (START, [3, 1], [2, 0], [0, 5])


def test_what_came_after_the_end_does_not_stretch_the_time() -> None:
    wins = [{"at": START + timedelta(seconds=s), "wins": 1} for s in (0, 86400)]
    made = make_timeline([slot(3), slot(25), slot(86400, late=True)], wins)
    assert (made.seconds, made.comments, made.wins) == (10, [1, 0, 1], [1, 0, 0])


@given(st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(["claim", "ignored"]), st.integers(1, 9)), min_size=1))
def test_nothing_is_lost_and_there_are_never_too_many(rows: list[tuple[int, str, int]]) -> None:
    made = make_timeline([slot(*row) for row in rows], [])
    assert sum(made.comments) == sum(count for *_, count in rows)
    assert sum(made.claims) == sum(count for _, verdict, count in rows if verdict == "claim")
    assert len(made.comments) == len(made.claims) == len(made.wins) <= MOST_BUCKETS
