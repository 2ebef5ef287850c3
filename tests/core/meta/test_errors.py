"""Every row of the list of codes leads to the action that it names."""

from __future__ import annotations

from typing import Any

import pytest

from dibs.meta import GraphFault, Limit, Never, Retry, clean_words, error_for, read_fault, verdict_on
from dibs.platforms import Refusal, RefusedError, TryAgainError

RETRY, PAUSE_APP, PAUSE, SHORT = Retry(), Limit("app"), Limit("account"), Limit("app", short=True)


def never(reason: Refusal) -> Never:
    return Never(reason)


ROWS: list[tuple[int, int, Any]] = [
    (1, 0, RETRY),
    (2, 0, RETRY),
    (3, 0, never("configuration")),
    (4, 0, PAUSE_APP),
    (10, 0, never("permission")),
    (10, 2534022, never("window")),
    (10, 2018278, never("window")),
    (17, 0, PAUSE),
    (17, 2446079, PAUSE),
    (32, 0, PAUSE),
    (80001, 0, PAUSE),
    (80002, 0, PAUSE),
    (80006, 0, PAUSE),
    (613, 0, PAUSE),
    (613, 1996, PAUSE),
    (341, 0, SHORT),
    (100, 0, never("request")),
    (100, 33, never("gone")),
    (102, 0, never("token")),
    (190, 0, never("token")),
    (190, 458, never("removed")),
    (190, 459, never("login")),
    (190, 460, never("token")),
    (190, 463, never("token")),
    (190, 467, never("token")),
    (190, 464, never("login")),
    (190, 492, never("permission")),
    (190, 2069032, never("token")),
    *((code, 0, never("permission")) for code in range(200, 300)),
    (200, 2069030, never("unsupported")),
    (200, 2069031, never("unsupported")),
    (368, 0, never("blocked")),
    (368, 1390008, never("blocked")),
    (506, 0, never("text")),
    (551, 0, never("unreachable")),
    (10900, 0, never("done")),
    (10903, 0, never("unreachable")),
    (2534025, 0, never("done")),
    (2534014, 0, never("unreachable")),
    (2534001, 0, never("unreachable")),
    (1545133, 0, RETRY),
    (100, 2534025, never("done")),
    (100, 1545133, RETRY),
    (99999, 0, never("request")),
]


def envelope(code: int, subcode: int = 0, **more: Any) -> dict[str, Any]:
    error = {"message": "(#x) words", "type": "OAuthException", "code": code, "fbtrace_id": "AFAKE01"}
    return {"error": error | ({"error_subcode": subcode} if subcode else {}) | more}


@pytest.mark.parametrize("status", [200, 400, 403])
@pytest.mark.parametrize(("code", "subcode", "action"), ROWS)
def test_each_code_leads_to_its_action(code: int, subcode: int, action: Any, status: int) -> None:
    fault = read_fault(envelope(code, subcode), status)
    assert fault is not None and (fault.code, fault.subcode, fault.trace) == (code, subcode, "AFAKE01")
    assert verdict_on(fault) == action
    error = error_for(fault, 60.0)
    if isinstance(action, Never):
        assert isinstance(error, RefusedError) and error.reason == action.reason
    else:
        assert isinstance(error, TryAgainError)
        assert error.scope == (action.scope if isinstance(action, Limit) else "call")
        assert error.retry_after == 60.0
    assert error.data["meta_code"] == code and error.data["trace"] == "AFAKE01"


def test_what_is_said_to_pass_is_tried_again() -> None:
    for code in (100, 99999):
        fault = read_fault(envelope(code, is_transient=True), 400)
        assert fault is not None and verdict_on(fault) == RETRY
    for code in (0, 77):
        assert verdict_on(GraphFault(code, status=503)) == RETRY
    for code in (190, 368, 10900):
        fault = read_fault(envelope(code, is_transient=True), 500)
        assert fault is not None and isinstance(verdict_on(fault), Never)


def test_words_decide_where_a_code_says_little() -> None:
    proof = "API calls from the server require an appsecret_proof argument"
    gone = "Unsupported get request. Object with ID '3' does not exist, cannot be loaded due to missing permissions"
    for code, words, reason in (
        (100, proof, "configuration"),
        (100, gone, "gone"),
        (1, "Error validating client secret.", "configuration"),
    ):
        fault = read_fault(envelope(code, message=words), 400)
        assert fault is not None and verdict_on(fault) == never(reason)  # type: ignore[arg-type]
    less = read_fault(envelope(1, message="Please reduce the amount of data you're asking for"), 500)
    assert less is not None and less.wants_less and error_for(less).data["wants_less"]


def test_the_envelope_of_instagrams_code_exchange() -> None:
    body = {
        "error_type": "OAuthException",
        "code": 400,
        "error_message": "Matching code was not found or was already used",
    }
    fault = read_fault(body, 400)
    assert fault is not None and fault.words == body["error_message"] and verdict_on(fault) == never("request")
    slow = read_fault({"error_type": "OAuthRateLimitException", "code": 429, "error_message": "Too many"}, 400)
    assert slow is not None and verdict_on(slow) == PAUSE


@pytest.mark.parametrize("body", [None, 1, [], {}, {"data": []}, {"error": None}, {"error": []}, {"error": {}}])
def test_what_is_no_error(body: Any) -> None:
    assert read_fault(body, 200) is None


@pytest.mark.parametrize(
    "error",
    [{"code": "190"}, {"code": 190.0}, {"code": 190, "error_subcode": None}, {"code": 190, "message": {"a": 1}}],
)
def test_odd_fields_are_understood(error: dict[str, Any]) -> None:
    fault = read_fault({"error": error}, 400)
    assert fault is not None and verdict_on(fault) == never("token")


@pytest.mark.parametrize("code", [None, "x", -1, 1.5, True, {"a": 1}, 10**30])
def test_a_code_that_is_none_is_nothing_to_go_by(code: Any) -> None:
    fault = read_fault({"error": {"code": code}}, 400)
    assert fault is not None and verdict_on(fault) == never("request")


def test_words_lose_tokens_and_addresses() -> None:
    said = (
        "Malformed access token EAAFAKEPAGETOKEN0001 at https://graph.facebook.com/me?access_token=IGAAFAKELONG1 "
        "900000000000001|0123456789abcdef appsecret_proof=abc"
    )
    words = clean_words(said)
    for secret in ("EAAFAKE", "graph.facebook", "IGAAFAKE", "0123456789abcdef", "=abc"):
        assert secret not in words
    assert clean_words("my secret", "secret") == "my [secret]"
    assert len(clean_words("x y " * 1000)) == 200
