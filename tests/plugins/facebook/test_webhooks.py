"""Deliveries about a Page: every known shape, and damaged ones."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dibs.clock import utc_now
from dibs.outgoing import Outgoing
from dibs.platforms import PlatformContext, RefusedError, SourceBatch, WebhookNews
from dibs_facebook import FacebookPlatform
from dibs_facebook.decoding import read_page
from dibs_facebook.known import Known
from dibs_facebook.settings import FacebookInstance

from .payloads import COMMENTS, FEED, LIVE, PAGE, SECRET, VIDEO, feed, request

ADAPTER = FacebookPlatform(
    PlatformContext(FacebookInstance("900000000000001", SECRET, ("old",), verify_token="our word"), Outgoing(), "")
)


def batch(payload: Any) -> SourceBatch:
    [news] = ADAPTER.decode(request(payload)).news
    return news.batch


def test_a_comment_as_it_is_sent() -> None:
    assert ADAPTER.verified(request(FEED)) and not ADAPTER.verified(
        request(FEED).__class__(b"{}", request(FEED).headers)
    )
    content = ADAPTER.decode(request(FEED))
    [news] = content.news
    assert (news.account_id, news.live_id, news.live_status, content.left_out) == (PAGE, VIDEO, None, ())
    [comment] = news.batch.comments
    assert news.batch.source == "webhook"
    assert (comment.comment_id, comment.text) == (f"{VIDEO}_500000000000004", "quero!")
    assert comment.author is not None and (comment.author.user_id, comment.author.name) == ("7000000000000004", "Dani")
    assert comment.posted_at == datetime(2026, 1, 1, 0, 5, 5, tzinfo=UTC) and comment.live_id == VIDEO


def test_broadcasts_that_begin_and_end() -> None:
    for said, status in (("live", "live"), ("LIVE", "live"), ("live_stopped", "ended"), ("vod", "ended")):
        payload = copy.deepcopy(LIVE)
        payload["entry"][0]["time"] = int(utc_now().timestamp())
        payload["entry"][0]["changes"][0]["value"]["status"] = said
        assert ADAPTER.decode(request(payload)).news == (WebhookNews(PAGE, "300000000000001", live_status=status),)  # type: ignore[arg-type]
    payload["entry"][0]["changes"][0]["value"]["status"] = "reticulating"
    content = ADAPTER.decode(request(payload))
    assert content.news == () and "reticulating" in content.left_out[0]


def test_a_beginning_that_is_told_late_is_none() -> None:
    for age, wanted in ((0, 1), (50, 1), (70, 0), (36 * 3600, 0)):
        payload = copy.deepcopy(LIVE)
        payload["entry"][0]["time"] = int(utc_now().timestamp()) - age
        content = ADAPTER.decode(request(payload))
        assert (len(content.news), len(content.left_out)) == (wanted, 1 - wanted)
    payload["entry"][0]["changes"][0]["value"]["status"] = "live_stopped"
    assert len(ADAPTER.decode(request(payload)).news) == 1


def test_edits_removals_and_what_is_hidden() -> None:
    edit = batch(feed(verb="edited", message="quero 2!"))
    assert [(one.comment_id, one.text) for one in edit.edits] == [(f"{VIDEO}_500000000000004", "quero 2!")]
    assert edit.comments == ()
    assert batch(feed(verb="remove", message=None, **{"from": None})).removals == (f"{VIDEO}_500000000000004",)
    assert len(batch(feed(verb="unhide")).comments) == 1
    hidden = ADAPTER.decode(request(feed(verb="hide")))
    assert hidden.news == () and "hide" in hidden.left_out[0]


def test_the_sellers_own_and_nobodys() -> None:
    assert batch(feed(**{"from": {"id": PAGE, "name": "Loja"}})).comments[0].from_seller
    assert batch(feed(**{"from": None})).comments[0].author is None
    assert batch(feed(message="", photo="https://x/y.jpg")).comments[0].text == "[photo]"


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (feed(item="reaction"), "reaction"),
        (feed(item="post"), "post"),
        (feed(verb="mystery"), "mystery"),
        (feed(comment_id=None), "no id"),
        (feed(comment_id="x" * 300), "no id"),
        ({"object": "page", "entry": [{"id": PAGE, "time": 1, "changed_fields": ["feed"]}]}, "value"),
        ({"object": "page", "entry": [{"id": PAGE, "changes": [{"field": "mention", "value": {}}]}]}, "mention"),
        ({"object": "instagram", "entry": [{"id": PAGE, "changes": []}]}, "no changes"),
        (b"<html>", "no changes"),
        (b"", "no changes"),
        (b"[" * 100_000, "no changes"),
    ],
)
def test_what_is_left_out_says_why(payload: Any, why: str) -> None:
    content = ADAPTER.decode(request(payload))
    assert content.news == () and why in content.left_out[0]


def test_other_shapes_mean_the_same() -> None:
    plain = ADAPTER.decode(request(FEED)).news
    assert ADAPTER.decode(request([FEED])).news == plain
    entry = FEED["entry"][0]
    direct = {"object": "page", "entry": [{"id": PAGE, "time": entry["time"], **entry["changes"][0]}]}
    assert ADAPTER.decode(request(direct)).news == plain
    late = copy.deepcopy(FEED)
    late["entry"][0]["time"] = 1767225905000
    del late["entry"][0]["changes"][0]["value"]["created_time"]
    assert ADAPTER.decode(request(late)).news == plain
    text_time = feed(created_time="2026-01-01T00:05:05+0000", unknown={"a": [1]})
    assert ADAPTER.decode(request(text_time)).news == plain


def test_half_an_emoji_costs_only_itself() -> None:
    body = json.dumps(FEED).encode().replace(b"quero!", rb"quero \ud83d 2")
    [comment] = batch(body).comments
    assert comment.text == "quero ? 2"
    comment.text.encode()


def test_a_thousand_changes_at_once() -> None:
    payload = copy.deepcopy(FEED)
    one = payload["entry"][0]["changes"][0]
    payload["entry"][0]["changes"] = [
        {**one, "value": {**one["value"], "comment_id": f"c{number}"}} for number in range(1000)
    ]
    assert len(batch(payload).comments) == 1000


def test_handshake_and_signed_requests() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "77", "hub.verify_token": "our word"}
    assert ADAPTER.handshake(asked) == "77" and ADAPTER.handshake({**asked, "hub.verify_token": "x"}) is None
    with pytest.raises(RefusedError):
        ADAPTER.signed_user("a.b")


def test_a_page_of_comments() -> None:
    page = read_page(COMMENTS, "300000000000001", {PAGE})
    assert [comment.text for comment in page.comments] == ["boa noite", "quero 2 do azul"] and page.after == "WTI5B"
    assert page.comments[0].author is None and page.comments[1].posted_at == datetime(2026, 1, 1, 0, 5, 9, tzinfo=UTC)


# --- damaged variants -----------------------------------------------------------------------------------------------

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    st.just("2026-13-45T99:99:99+0000"),
    st.just("9" * 400),
)


@st.composite
def damaged(draw: st.DrawFn, whole: Any) -> Any:
    """A payload with some of its parts replaced, removed or doubled."""
    made = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = made
        while isinstance(at, dict | list) and at:
            key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            if not isinstance(at[key], dict | list) or draw(st.booleans()):
                _damage(draw, at, key)
                break
            at = at[key]
    return made


def _damage(draw: st.DrawFn, at: Any, key: Any) -> None:
    how = draw(st.sampled_from(["replace", "remove", "double"]))
    if how == "replace":
        at[key] = draw(ODD)
    elif how == "remove":
        del at[key]
    elif isinstance(at, list):
        at.append(copy.deepcopy(at[key]))


def known_by_id(news: tuple[WebhookNews, ...]) -> None:
    for one in news:
        assert one.account_id
        for comment in one.batch.comments:
            assert comment.comment_id and comment.posted_at.tzinfo is not None
            assert len(comment.comment_id) <= 255
            comment.text.encode()


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(damaged(FEED) | damaged(LIVE) | damaged([FEED]))
def test_no_damaged_delivery_breaks_the_decoder(payload: Any) -> None:
    known_by_id(ADAPTER.decode(request(payload)).news)


@given(st.binary(max_size=200), st.integers(0, 600))
def test_no_broken_bytes_break_the_decoder(noise: bytes, place: int) -> None:
    body = json.dumps(FEED).encode()
    known_by_id(ADAPTER.decode(request(body[:place] + noise + body[place:])).news)
    known_by_id(ADAPTER.decode(request(noise)).news)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(damaged(COMMENTS), min_size=1, max_size=4))
def test_no_damaged_page_breaks_the_reader_and_nothing_is_taken_twice(answers: list[Any]) -> None:
    known, taken = Known(), []
    for answer in [*answers, *answers]:
        page = read_page(answer if isinstance(answer, dict) else {}, "3", {PAGE})
        known.edited(page.comments)
        fresh = known.fresh(page.comments)
        taken += [comment.comment_id for comment in fresh]
        json.dumps(known.add(fresh))
    assert len(taken) == len(set(taken))
    restored = Known.from_position(json.loads(json.dumps(known.position())))
    assert restored.newest == known.position()["t"]


@given(st.dictionaries(st.sampled_from(["t", "ids", "edge", "x"]), ODD))
def test_no_damaged_position_breaks_the_reader(position: dict[str, Any]) -> None:
    known = Known.from_position(position)
    assert known.since is None or known.since >= 0
    json.dumps(known.position())
