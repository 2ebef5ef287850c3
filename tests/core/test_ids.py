"""Ids that rise in the order in which they are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dibs.ids import uuid7, uuid7_at


def test_ids_rise_in_the_order_in_which_they_are_made() -> None:
    made = [uuid7() for _ in range(50_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_is_of_version_7_and_of_its_instant() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=2)
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert uuid7_at(before) < made < uuid7_at(datetime.now(UTC) + timedelta(seconds=1))
