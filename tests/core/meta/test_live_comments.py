"""Instagram's webhook: every shape that occurs becomes comments, and a damaged part costs only itself."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dibs.meta.live_comments import decode
from dibs.models.comments import Author

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
SAMPLE = json.loads(
    r"""{"object":"instagram","entry":[{"id":"17841400000000001","time":1767225600,"changes":[{"field":"live_comments",
    "value":{"from":{"id":"1780000000000101","username":"ana_buys","self_ig_scoped_id":"1780000000000201"},
    "media":{"id":"18000000000000001","media_product_type":"LIVE"},"id":"17900000000000001",
    "text":"mais 1 caf\u00e9 \ud83d\ude4f"}}]}]}"""
)


def value(**more: Any) -> dict[str, Any]:
    return {"id": "1", "text": "sold 12", "from": {"id": "7", "username": "ana"}, **more}


def wrapped(*values: Any, **entry: Any) -> dict[str, Any]:
    changes = [{"field": "live_comments", "value": one} for one in values]
    return {"object": "instagram", "entry": [{"id": "9", "changes": changes, **entry}]}


def test_the_documented_sample_is_a_comment() -> None:
    [comment] = decode(SAMPLE, NOW).comments
    assert comment.platform == "instagram" and comment.text == "mais 1 café 🙏"
    assert comment.comment_id == "17900000000000001" and comment.live_id == "18000000000000001"
    assert comment.author == Author("1780000000000101", "ana_buys") and not comment.from_seller
    assert comment.posted_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_change_may_stand_on_the_entry_and_the_whole_in_a_list() -> None:
    flat = {"object": "instagram", "entry": [{"id": "9", "field": "live_comments", "value": value()}]}
    assert len(decode(flat, NOW).comments) == 1
    assert len(decode([wrapped(value()), wrapped(value(id="2"))], NOW).comments) == 2


def test_the_id_may_be_called_otherwise_and_without_one_it_is_no_comment() -> None:
    assert decode(wrapped({"comment_id": "5", "text": "hi"}), NOW).comments[0].comment_id == "5"
    found = decode(wrapped({"text": "hi"}, value()), NOW)
    assert len(found.comments) == 1 and found.left_out == ("entry[0].changes[0]: has no id",)


def test_the_time_is_that_of_the_comment_then_of_the_delivery_then_now() -> None:
    def at(payload: Any) -> datetime:
        return decode(payload, NOW).comments[0].posted_at

    assert at(wrapped(value())) == NOW
    assert at(wrapped(value(), time=1767225600)) == datetime(2026, 1, 1, tzinfo=UTC)
    assert at(wrapped(value(), time=1767225600123)) == datetime(2026, 1, 1, 0, 0, 0, 123000, UTC)
    assert at(wrapped(value(timestamp="2026-01-02T00:00:00+0000"), time=1)) == datetime(2026, 1, 2, tzinfo=UTC)
    assert at(wrapped(value(created_time=1767225600), time=1)) == datetime(2026, 1, 1, tzinfo=UTC)
    assert at(wrapped(value(timestamp="soon", created_time=-5), time="1767225600")) == datetime(2026, 1, 1, tzinfo=UTC)


def test_an_author_may_be_hidden_and_the_sellers_own_comments_are_known() -> None:
    hidden, own = decode(wrapped({"id": "1", "text": "hi"}, value(**{"from": {"id": "9"}})), NOW).comments
    assert hidden.author is None and not hidden.from_seller
    assert own.from_seller


def test_other_fields_and_other_objects_are_left_out() -> None:
    other = {"object": "instagram", "entry": [{"changes": [{"field": "comments", "value": value()}]}]}
    assert decode(other, NOW).left_out == ("entry[0].changes[0]: the field is 'comments', not live_comments",)
    assert decode({"object": "page", "entry": [{"changes": []}]}, NOW).left_out == ("the payload has no changes",)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["object", "entry", "changes", "field", "value", "id", "text", "from", "time", "media"])
            | st.text(max_size=3),
            inner | st.just("live_comments") | st.just("instagram"),
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(deadline=None)
@given(ANYTHING)
def test_nothing_breaks_the_decoder(payload: Any) -> None:
    found = decode(payload, NOW)
    assert found.comments or found.left_out
    for again in (wrapped(payload), {"object": "instagram", "entry": payload}):
        decode(again, NOW)
