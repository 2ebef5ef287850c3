"""Reading what Meta sends: nothing that comes breaks it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dibs.meta import (
    as_id,
    as_instant,
    as_list,
    as_mapping,
    as_number,
    as_text,
    changes,
    next_cursor,
    parse_json,
    read_token_facts,
)
from dibs.meta.usage import read_usage

FIVE_PAST = datetime(2026, 1, 1, 0, 5, 2, tzinfo=UTC)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "given",
    [
        "2026-01-01T00:05:02+0000",
        "2026-01-01T00:05:02+00:00",
        "2025-12-31T21:05:02-0300",
        "2026-01-01T00:05:02Z",
        1767225902,
        1767225902.0,
        1767225902000,
        "1767225902",
        "1767225902000",
    ],
)
def test_times_in_every_spelling(given: Any) -> None:
    assert as_instant(given) == FIVE_PAST


@pytest.mark.parametrize("given", [None, "", 0, -5, "soon", "2026-01-01T00:05:02", 10**30, True, [], "9" * 40, 1e300])
def test_what_is_no_time(given: Any) -> None:
    assert as_instant(given) is None


def test_ids_are_whole_or_nothing() -> None:
    assert as_id("17841400000000001") == as_id(17841400000000001) == "17841400000000001"
    for value in (None, True, 1.5, {}, "x" * 256, ""):
        assert as_id(value) == ""


def test_texts_can_be_stored() -> None:
    assert as_text("a\0b\ud83dc") == "ab?c" and as_text("café 🙏") == "café 🙏" and as_text(5) == ""
    assert parse_json(rb'{"a": "\ud83d"}') == {"a": "\ud83d"} and parse_json(b"{") is None
    assert parse_json(b"[" * 1_000_000) is None


@given(ANY)
def test_nothing_breaks_the_readers(value: Any) -> None:
    for read in (as_id, as_instant, as_list, as_mapping, as_number, as_text):
        read(value)
    as_text(value).encode()
    next_cursor(as_mapping(value))
    next_cursor({"paging": value})
    assert read_token_facts({"data": value}).problem is not None or as_mapping(value).get("is_valid") is True
    for change in changes(value, "page"):
        assert change.where
    list(changes({"entry": [value, {"changes": value}]}, "page"))


@given(st.text())
def test_nothing_breaks_the_headers(text: str) -> None:
    names = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")
    for use in read_usage(dict.fromkeys(names, text)):
        assert use.percent >= 0 and use.wait >= 0


def test_a_limited_scope_counts_for_its_objects_alone() -> None:
    granular = [{"scope": "pages_messaging", "target_ids": ["1"]}, {"scope": "pages_show_list"}]
    data = {
        "is_valid": True,
        "expires_at": 0,
        "scopes": ["pages_messaging", "pages_show_list"],
        "granular_scopes": granular,
    }
    facts = read_token_facts({"data": data})
    assert facts.problem is None and facts.expires_at is None
    assert facts.missing(("pages_messaging", "pages_show_list"), ("1",)) == ()
    assert facts.missing(("pages_messaging", "pages_show_list"), ("2",)) == ("pages_messaging",)
