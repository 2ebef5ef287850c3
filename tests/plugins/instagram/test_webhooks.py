"""Deliveries of `live_comments`: what is taken for Meta's, and what becomes of every shape of it."""

import copy
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dibs.lane.keys import comment_key
from dibs.meta import parse_json
from dibs.meta.live_comments import comment_of
from dibs.models.comments import Author
from dibs.outgoing import Outgoing
from dibs.platforms import PlatformContext, WebhookContent, WebhookRequest
from dibs_instagram import platforms
from dibs_instagram.platform import InstagramPlatform
from dibs_instagram.settings import InstagramInstance

from .payloads import ACCOUNT, COMMENT, MEDIA, NOTHING, RAW, SAME, SECRET, SENT, SIGNATURE, VIEWER, body, changes, value

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


def adapter(**given: Any) -> InstagramPlatform:
    settings = InstagramInstance(**({"app_secret": "another secret", "meta_app_secret": SECRET} | given))
    [made] = platforms(PlatformContext(settings, Outgoing(), "https://dibs.example"))
    assert isinstance(made, InstagramPlatform)
    return made


def decoded(payload: Any) -> WebhookContent:
    return adapter().decode(WebhookRequest(body(payload), received_at=NOW))


def signed(raw: bytes, header: str | None = SIGNATURE, **given: Any) -> bool:
    headers = {} if header is None else {"x-hub-signature-256": header}
    return adapter(**given).verified(WebhookRequest(raw, headers, NOW))


def test_hook_platforms_gives_the_adapter() -> None:
    made = adapter(app_id="1", app_secret="s")
    assert (made.name, made.title) == ("instagram", "Instagram")
    assert made.abilities.webhooks and made.abilities.private_reply and not made.abilities.public_reply
    assert made.abilities.reply_only_live and not made.abilities.readable_after_end
    assert made.missing_settings() == ()
    assert adapter(app_secret="").missing_settings() == ("app_id", "app_secret")


def test_the_signature_is_that_of_the_bytes_as_they_came() -> None:
    assert len(RAW) == 346 and signed(RAW)
    decoded_text = json.dumps(json.loads(RAW), ensure_ascii=False, separators=(",", ":")).encode()
    of_the_text = hmac.new(SECRET.encode(), decoded_text, "sha256").hexdigest()
    assert of_the_text.startswith("b15bd876")
    assert not signed(RAW, f"sha256={of_the_text}") and not signed(decoded_text)
    assert not signed(RAW + b"\n") and not signed(RAW.replace(b"sold", b"Sold") + b" ")


def test_any_of_the_secrets_may_have_signed() -> None:
    assert signed(RAW, app_secret=SECRET, meta_app_secret="")
    assert signed(RAW, meta_app_secret="", extra_secrets=("older", SECRET))
    assert not signed(RAW, meta_app_secret="") and not signed(RAW, app_secret="", meta_app_secret="")


@pytest.mark.parametrize(
    "header", [None, "", "sha256=", SIGNATURE[7:], SIGNATURE[:-1], "sha1=" + SIGNATURE[7:], "sha256=é"]
)
def test_a_missing_or_broken_header_is_no_signature(header: str | None) -> None:
    assert not signed(RAW, header)


def test_the_handshake_answers_who_knows_the_word() -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "word"}
    assert adapter(verify_token="word").handshake(query) == "1158201444"
    assert adapter(verify_token="other").handshake(query) is None
    assert adapter().handshake(query | {"hub.verify_token": ""}) is None
    assert adapter(verify_token="word").handshake({}) is None


def test_the_documented_delivery() -> None:
    [news] = adapter().decode(WebhookRequest(RAW, received_at=NOW)).news
    assert (news.account_id, news.live_id, news.batch.source, news.batch.ended) == (ACCOUNT, MEDIA, "webhook", False)
    [comment] = news.batch.comments
    assert comment.text == "mais 1 café 🙏" and comment.author == Author(VIEWER, "ana_buys")
    assert comment.posted_at == SENT and comment.comment_id == COMMENT and not comment.from_seller


@pytest.mark.parametrize("name", SAME)
def test_every_shape_is_the_same_comment(name: str) -> None:
    [news] = decoded(SAME[name]).news
    assert (news.account_id, news.live_id) == (ACCOUNT, MEDIA)
    assert {comment_key(comment) for comment in news.batch.comments} == {f"instagram:{COMMENT}"}
    [comment] = set(news.batch.comments)
    assert (comment.text, comment.posted_at, comment.author) == ("sold 12", SENT, Author(VIEWER, "ana_buys"))


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_comment_is_left_out_in_words(name: str) -> None:
    found = decoded(NOTHING[name])
    assert found.news == () and len(found.left_out) == 1 and found.left_out[0]


def test_a_sticker_has_no_text_and_still_is_a_comment() -> None:
    [news] = decoded(changes(value(text=None))).news
    assert news.batch.comments[0].text == ""


def test_without_any_time_it_is_when_it_arrived() -> None:
    [news] = decoded(changes(value(), time=None)).news
    assert news.batch.comments[0].posted_at == NOW


def test_a_fresh_comment_tells_that_the_broadcast_runs() -> None:
    sent = NOW.timestamp()
    for time, status in ((sent, "live"), (sent - 30, "live"), (sent - 61, None), (None, "live")):
        [news] = decoded(changes(value(), time=time)).news
        assert news.live_status == status
    [news] = decoded(changes(value(media=None), time=sent)).news
    assert (news.live_id, news.live_status) == ("", None)


def test_nobody_is_made_up_and_the_sellers_own_comments_are_marked() -> None:
    hidden, unnamed, own = (
        value(id="1", **{"from": None}),
        value(id="2", **{"from": {"username": "ana_buys"}}),
        value(id="3", **{"from": {"id": ACCOUNT, "username": "loja_demo"}}),
    )
    [news] = decoded(changes(hidden, unnamed, own)).news
    assert [comment.author for comment in news.batch.comments[:2]] == [None, None]
    assert [comment.from_seller for comment in news.batch.comments] == [False, False, True]


def test_a_thousand_in_one_delivery_are_sorted_into_accounts_and_broadcasts() -> None:
    entries = [
        changes(value(id=str(1000 + n), media={"id": str(n % 3)}), id=str(n % 2), time=SENT.timestamp() - n)["entry"][0]
        for n in range(1000)
    ]
    found = decoded({"object": "instagram", "entry": entries})
    assert len(found.news) == 6 and sum(len(news.batch.comments) for news in found.news) == 1000
    for news in found.news:
        times = [comment.posted_at for comment in news.batch.comments]
        assert times == sorted(times)


def test_what_is_no_json_is_left_out() -> None:
    for raw in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"object":"instagram","entry":' + b"9" * 5000 + b"}"):
        found = adapter().decode(WebhookRequest(raw, received_at=NOW))
        assert found.news == () and found.left_out


def _places(node: Any) -> list[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
    return [(node, key) for key in keys] + [place for key in keys for place in _places(node[key])]


RUBBISH = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.lists(st.none(), max_size=2),
    st.sampled_from([[], {}, "\x00", "\ud83d", 10**30, "9" * 400, -1, "2026-13-45T99:00:00+0000"]),
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SAME)), st.data())
def test_damage_costs_no_more_than_the_part_that_has_it(name: str, data: st.DataObject) -> None:
    payload = copy.deepcopy({"it": SAME[name]})
    for _ in range(data.draw(st.integers(1, 3))):
        node, key = data.draw(st.sampled_from(_places(payload)))
        if data.draw(st.booleans()) and isinstance(node, dict):
            node.pop(key, None)
        elif isinstance(node, dict) or key < len(node):
            node[key] = data.draw(RUBBISH)
        if not _places(payload):
            return
    damaged = payload.get("it")
    raw = json.dumps(damaged).encode()
    both = [*(damaged if isinstance(damaged, list) else [damaged]), changes(value(id="2"))]
    assert "instagram:2" in _keys(adapter().decode(WebhookRequest(json.dumps(both).encode(), received_at=NOW)))
    alone = adapter().decode(WebhookRequest(raw, received_at=NOW))
    assert alone.news or alone.left_out
    assert all(key.startswith("instagram:") for key in _keys(alone))


@settings(deadline=None)
@given(st.data())
def test_a_damaged_comment_has_one_identity_however_it_comes(data: st.DataObject) -> None:
    told = value()
    for name in data.draw(st.lists(st.sampled_from(sorted(told)), max_size=3, unique=True)):
        told[name] = data.draw(RUBBISH)
    by_webhook = adapter().decode(WebhookRequest(json.dumps(changes(told)).encode(), received_at=NOW))
    try:
        asked = comment_of(parse_json(json.dumps(told)), live_id=MEDIA, seller_ids=[ACCOUNT], otherwise_at=NOW)
    except ValueError:
        assert by_webhook.news == ()
    else:
        assert _keys(by_webhook) == {comment_key(asked)}


def _keys(found: WebhookContent) -> set[str]:
    return {comment_key(comment) for news in found.news for comment in news.batch.comments}


@settings(deadline=None)
@given(st.binary(max_size=60), st.text(max_size=80))
def test_nothing_that_arrives_raises(raw: bytes, header: str) -> None:
    request = WebhookRequest(raw, {"x-hub-signature-256": header}, NOW)
    assert adapter().verified(request) is False
    assert adapter().decode(request).news == ()
