"""The vectors of Meta's signatures, and everything that is nearly one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dibs.meta import answer_handshake, appsecret_proof, body_is_signed, read_signed_request
from dibs.platforms import RefusedError

SECRET, TOKEN = "0123456789abcdef0123456789abcdef", "EAAFAKEPAGETOKEN0001"
BODY = (
    rb'{"object":"instagram","entry":[{"id":"17841400000000001","time":1767225600,"changes":[{"field":"live_comments",'
    rb'"value":{"from":{"id":"1780000000000101","username":"ana_buys","self_ig_scoped_id":"1780000000000201"},"media":'
    rb'{"id":"18000000000000001","media_product_type":"LIVE"},"id":"17900000000000001","text":"mais 1 caf\u00e9 '
    rb'\ud83d\ude4f"}}]}]}'
)
SIGNATURE = "sha256=ffab68167b292a64c659f480d4a856b25ff8c3b294a21bf7f19a55c61bc9da3f"
SIGNED_REQUEST = (
    "xImVLj0Pmi27cFgxQHP0Q4EDZ5QnOXFUno3Pfe7pa6w.eyJ1c2VyX2lkIjoiMTAyMDAwMDAwMDAwMDAwMDEiLCJhbGdvcml0aG0iOiJITUFDL"
    "VNIQTI1NiIsImlzc3VlZF9hdCI6MTc2NzIyNTYwMH0"
)


def test_proofs_without_and_with_a_time() -> None:
    assert appsecret_proof(SECRET, TOKEN) == "d301fbaca02825a098fd520ffd07b117b1271afa83cc32e921d168ae41cb9708"
    timed = appsecret_proof(SECRET, TOKEN, 1767225600)
    assert timed == "008d9859b28a34226287ad9127f520b825263fb7e1674392523d9fd264b8d1ee"


def test_a_delivery_is_signed_as_it_came() -> None:
    assert len(BODY) == 346
    assert body_is_signed(BODY, SIGNATURE, [SECRET])
    assert body_is_signed(BODY, SIGNATURE, ["another", SECRET])
    assert body_is_signed(BODY, SIGNATURE.replace("ffab", "FFAB"), [SECRET])
    decoded = BODY.decode().encode().decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16")
    assert not body_is_signed(decoded.encode(), SIGNATURE, [SECRET])
    assert hmac.new(SECRET.encode(), decoded.encode(), hashlib.sha256).hexdigest().startswith("b15bd876")


@pytest.mark.parametrize(
    "header", [None, "", "sha256=", SIGNATURE[7:], "sha1=" + SIGNATURE[7:], SIGNATURE + "0", "sha256=é"]
)
def test_a_missing_or_malformed_header_signs_nothing(header: str | None) -> None:
    assert not body_is_signed(BODY, header, [SECRET])


@pytest.mark.parametrize("secrets", [[], [""], ["wrong"]])
def test_an_unknown_or_empty_secret_signs_nothing(secrets: list[str]) -> None:
    empty = "sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not body_is_signed(BODY, SIGNATURE, secrets)
    assert not body_is_signed(BODY, empty, secrets)


def test_a_signed_request_tells_its_user() -> None:
    assert read_signed_request(SIGNED_REQUEST, ["wrong", SECRET])["user_id"] == "10200000000000001"
    signature, _, payload = SIGNED_REQUEST.partition(".")
    assert read_signed_request(f"{signature}=.{payload}", [SECRET])["issued_at"] == 1767225600


def _signed(content: object, secret: str = SECRET) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    signature = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(signature).decode().rstrip("=") + "." + payload


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a.b",
        SIGNED_REQUEST[1:],
        SIGNED_REQUEST + "x",
        _signed({"user_id": "1", "algorithm": "HMAC-SHA256"}, "wrong"),
        _signed({"user_id": "1", "algorithm": "none"}),
        _signed({"user_id": "1"}),
        _signed([1]),
    ],
)
def test_other_signed_requests_are_refused(text: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_signed_request(text, [SECRET])
    assert caught.value.reason == "request"


@given(st.text(), st.binary())
def test_nothing_that_is_sent_breaks_the_checks(text: str, body: bytes) -> None:
    assert not body_is_signed(body, text, [SECRET])
    with pytest.raises(RefusedError):
        read_signed_request(text, [SECRET])


def test_the_handshake_answers_our_word_alone() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "our word"}
    assert answer_handshake(asked, "our word") == "1158201444"
    assert answer_handshake(asked, "another") is None
    assert answer_handshake({**asked, "hub.verify_token": ""}, "") is None
    assert answer_handshake({**asked, "hub.mode": "unsubscribe"}, "our word") is None
    assert answer_handshake({}, "our word") is None
