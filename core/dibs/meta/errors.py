"""What Meta's error codes mean: try again, and what has to wait meanwhile, or never, and why.

Errors are told apart by `code` and `error_subcode`; the HTTP status only counts where there is neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from dibs.meta.reading import as_mapping, as_number, as_text
from dibs.platforms import PlatformError, Refusal, RefusedError, Scope, TryAgainError

_LONGEST_WORDS = 200
_TOKENS = re.compile(r"\b(?:EAA|IGA|IGQ)[\w-]{6,}|\b\d{6,}\|[\w-]{8,}|\b[0-9a-fA-F]{32,}\b|\bAQ[\w-]{20,}")
_ADDRESSES = re.compile(r"https?://\S+|\b\w*(?:token|secret|proof|code)=\S+", re.IGNORECASE)


@attrs.frozen
class GraphFault:
    """An error as Meta told it; the words are free of tokens and addresses."""

    code: int = 0
    subcode: int = 0
    words: str = ""
    kind: str = ""
    trace: str = ""
    transient: bool = False
    status: int = 0

    @property
    def wants_less(self) -> bool:
        """Whether the answer would have been too large: ask for half of it."""
        return self.code == 1 and "reduce the amount of data" in self.words.lower()

    @property
    def data(self) -> dict[str, Any]:
        """For the data of an error."""
        known = {"meta_code": self.code, "meta_subcode": self.subcode, "said": self.words, "trace": self.trace}
        return {name: value for name, value in known.items() if value} | (
            {"wants_less": True} if self.wants_less else {}
        )


@attrs.frozen
class Limit:
    """A limit was reached: what has to stop. `short` ones end within seconds."""

    scope: Scope
    short: bool = False


@attrs.frozen
class Retry:
    """It may work in a moment."""


@attrs.frozen
class Never:
    """It will not work like this."""

    reason: Refusal


Verdict = Limit | Retry | Never

_BY_SUBCODE: Mapping[int, Verdict] = {
    2534022: Never("window"),
    2018278: Never("window"),
    2446079: Limit("account"),
    1996: Limit("account"),
    33: Never("gone"),
    458: Never("removed"),
    459: Never("login"),
    460: Never("token"),
    463: Never("token"),
    464: Never("login"),
    467: Never("token"),
    492: Never("permission"),
    2069030: Never("unsupported"),
    2069031: Never("unsupported"),
    2069032: Never("token"),
    1390008: Never("blocked"),
    2534025: Never("done"),
    2534014: Never("unreachable"),
    2534001: Never("unreachable"),
    1545133: Retry(),
}
_BY_CODE: Mapping[int, Verdict] = {
    1: Retry(),
    2: Retry(),
    3: Never("configuration"),
    4: Limit("app"),
    10: Never("permission"),
    17: Limit("account"),
    32: Limit("account"),
    101: Never("configuration"),
    102: Never("token"),
    190: Never("token"),
    341: Limit("app", short=True),
    368: Never("blocked"),
    506: Never("text"),
    551: Never("unreachable"),
    613: Limit("account"),
    2500: Never("token"),
    10900: Never("done"),
    10903: Never("unreachable"),
}
_IN_WORDS: tuple[tuple[str, Verdict], ...] = (
    ("appsecret_proof", Never("configuration")),
    ("client secret", Never("configuration")),
    ("does not exist", Never("gone")),
)
_WORDS: Mapping[Refusal, str] = {
    "token": "The access is no longer valid: connect the account again.",
    "removed": "The person has removed the app.",
    "login": "The person has to sign in at the platform and do what it asks there.",
    "permission": "A permission is missing: connect the account again and grant it.",
    "gone": "It is not there, or can't be seen with this access.",
    "window": "It is too late to answer this.",
    "done": "This was answered already.",
    "unreachable": "This person can't be written to.",
    "blocked": "The platform has stopped this account from writing for some hours.",
    "text": "The platform refuses this text.",
    "configuration": "The app at the platform, or its settings here, are set up wrongly.",
    "unsupported": "The platform does not offer this here.",
    "request": "The platform refused this.",
}


def read_fault(body: Any, status: int) -> GraphFault | None:
    """The error in an answer, in any of Meta's envelopes; None if it holds none."""
    content = as_mapping(body)
    told = as_mapping(content.get("error"))
    if told:
        return _fault(told, "message", "type", "error_subcode", status)
    if isinstance(content.get("error"), str) or "error_message" in content or "error_type" in content:
        return _fault(content, "error_message", "error_type", "error_subcode", status)
    return None


def verdict_on(fault: GraphFault) -> Verdict:
    """What a client does about an error."""
    found = _BY_SUBCODE.get(fault.subcode) or _BY_SUBCODE.get(fault.code) or _by_code(fault)
    if found is None or found == Never("request"):
        return Retry() if fault.transient or fault.status >= 500 else Never("request")
    return found


def error_for(fault: GraphFault, retry_after: float | None = None) -> PlatformError:
    """The error to raise for one that Meta told; `retry_after` is what the answer says about waiting."""
    verdict = verdict_on(fault)
    if isinstance(verdict, Never):
        return RefusedError(_WORDS[verdict.reason], verdict.reason, **fault.data)
    if isinstance(verdict, Limit):
        words = "The platform's limit is reached: no calls for a while."
        return TryAgainError(words, retry_after=retry_after, scope=verdict.scope, **fault.data)
    return TryAgainError("The platform can't answer now.", retry_after=retry_after, **fault.data)


def clean_words(text: str, *secrets: str) -> str:
    """Words of the platform without tokens, secrets and addresses, and not too many of them."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[secret]")
    return _ADDRESSES.sub("[address]", _TOKENS.sub("[token]", text))[:_LONGEST_WORDS]


def _by_code(fault: GraphFault) -> Verdict | None:
    if fault.code in (1, 100):
        words = fault.words.lower()
        worded = next((verdict for part, verdict in _IN_WORDS if part in words), None)
        return worded or _BY_CODE.get(fault.code)
    if 200 <= fault.code <= 299:
        return Never("permission")
    if 80000 <= fault.code <= 80099 or (429 in (fault.status, fault.code) and fault.code not in _BY_CODE):
        return Limit("account")
    return _BY_CODE.get(fault.code)


def _fault(told: Mapping[str, Any], message: str, kind: str, subcode: str, status: int) -> GraphFault:
    return GraphFault(
        code=_whole(told.get("code")),
        subcode=_whole(told.get(subcode, told.get("subcode"))),
        words=clean_words(as_text(told.get(message) or told.get("error_description"))),
        kind=as_text(told.get(kind))[:40],
        trace=as_text(told.get("fbtrace_id"))[:40],
        transient=told.get("is_transient") is True,
        status=status,
    )


def _whole(value: Any) -> int:
    number = as_number(value)
    return int(number) if number is not None and number == int(number) else 0
