"""When two deliveries are the same comment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest

from dibs.lane.keys import MAX_TEXT, clean, comment_key
from dibs.models.comments import Author, IncomingComment

AT = datetime(2026, 5, 1, 19, 0, 3, tzinfo=UTC)
NAMELESS = IncomingComment("facebook", "Sold  12", AT, None, Author("ana", "Ana"), "live")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "sold 12"},
        {"text": "ＳＯＬＤ　12 "},
        {"posted_at": AT + timedelta(seconds=6)},
        {"posted_at": AT.astimezone(timezone(timedelta(hours=7)))},
        {"author": Author("ana", "Another name")},
    ],
)
def test_without_an_id_the_same_words_within_ten_seconds_are_one_comment(change: dict[str, object]) -> None:
    assert comment_key(clean(attrs.evolve(NAMELESS, **change))) == comment_key(clean(NAMELESS))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "sold 1 2"},
        {"posted_at": AT + timedelta(seconds=7)},
        {"author": Author("ben", "Ana")},
        {"author": None},
        {"platform": "instagram"},
        {"live_id": "other"},
        {"comment_id": "c1"},
    ],
)
def test_without_an_id_anything_else_is_another_comment(change: dict[str, object]) -> None:
    assert comment_key(clean(attrs.evolve(NAMELESS, **change))) != comment_key(clean(NAMELESS))  # type: ignore[arg-type]


def test_with_an_id_the_id_decides_alone() -> None:
    one = attrs.evolve(NAMELESS, comment_id="c1")
    other = attrs.evolve(one, text="edited", posted_at=AT + timedelta(hours=30), author=None)
    assert comment_key(one) == comment_key(other)
    assert comment_key(one) != comment_key(attrs.evolve(one, platform="instagram"))


@pytest.mark.parametrize(("one", "other"), [("a:b", "a"), ("a%3A", "a:"), ("%", "%25")])
def test_no_two_platforms_share_a_comment(one: str, other: str) -> None:
    first = attrs.evolve(NAMELESS, platform=one, comment_id="c")
    for comment_id in ("c", "b:c", "%3A:c", ":c"):
        assert comment_key(first) != comment_key(attrs.evolve(NAMELESS, platform=other, comment_id=comment_id))


def test_a_clean_comment_is_kept_as_it_is() -> None:
    assert clean(NAMELESS) is NAMELESS


@pytest.mark.parametrize("field", ["text", "comment_id", "live_id", "platform"])
@pytest.mark.parametrize("odd", ["a\0b", "a\ud800b", "x" * 1_000_000])
def test_what_the_database_can_not_store_is_tidied(field: str, odd: str) -> None:
    tidy = clean(attrs.evolve(NAMELESS, **{field: odd}))  # type: ignore[arg-type]
    value = getattr(tidy, field)
    value.encode()
    assert "\0" not in value
    assert len(value) <= MAX_TEXT
    assert len(comment_key(tidy)) < 1_000


def test_an_author_without_an_id_is_no_author() -> None:
    assert clean(attrs.evolve(NAMELESS, author=Author("\0", "Ana"))).author is None


@pytest.mark.parametrize("hours", [-14, 14])
@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_a_time_too(at: datetime, hours: int) -> None:
    tidy = clean(attrs.evolve(NAMELESS, posted_at=at.replace(tzinfo=timezone(timedelta(hours=hours)))))
    assert tidy.posted_at.tzinfo is UTC
    assert comment_key(attrs.evolve(tidy, comment_id="c"))
