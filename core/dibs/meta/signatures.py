"""What is signed with an app's secret: calls that leave, deliveries and requests that arrive.

Every comparison takes the same time whatever is wrong. Secrets are lists where it is not known which of an app's
secrets signs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dibs.meta.reading import as_mapping, parse_json
from dibs.platforms import RefusedError

SIGNATURE_HEADER = "x-hub-signature-256"
_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})", re.ASCII)


def appsecret_proof(secret: str, token: str, at: int | None = None) -> str:
    """The proof that a call comes from the app's own server, in hexadecimal.

    `at` gives the form with a time stamp, in unix seconds: the call then carries it as `appsecret_time`, and the proof
    is good for five minutes. None gives the form without one.
    """
    message = token if at is None else f"{token}|{at}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def body_is_signed(body: bytes, header: str | None, secrets: Iterable[str]) -> bool:
    """Whether `X-Hub-Signature-256` is that of the raw bytes under one of the secrets. Empty secrets sign nothing."""
    found = _SIGNATURE.fullmatch((header or "").strip())
    given = found[1].lower() if found else ""
    good = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        good |= bool(secret) and hmac.compare_digest(given, expected)
    return good


def read_signed_request(text: str, secrets: Iterable[str]) -> Mapping[str, Any]:
    """The content of a `signed_request`. What is signed is the encoded text, as it came.

    Raises:
        RefusedError: `request`, for a bad signature, another algorithm, or anything else that is no such thing.
    """
    signature, dot, payload = text.strip().partition(".")
    if not dot or not _signed_part(_decoded(signature), payload, secrets):
        raise RefusedError("The signed request is not signed by this app.", "request")
    content = as_mapping(parse_json(_decoded(payload)))
    if str(content.get("algorithm", "")).upper() != "HMAC-SHA256":
        raise RefusedError("The signed request names another algorithm.", "request")
    return content


def answer_handshake(query: Mapping[str, str], verify_token: str) -> str | None:
    """The challenge, if the question names our word; None otherwise, and whenever we have no word."""
    given = query.get("hub.verify_token", "").encode()
    known = hmac.compare_digest(given, verify_token.encode()) and bool(verify_token)
    challenge = query.get("hub.challenge", "")
    return challenge if known and challenge and query.get("hub.mode") == "subscribe" else None


def _signed_part(signature: bytes, payload: str, secrets: Iterable[str]) -> bool:
    good = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), payload.encode(errors="replace"), hashlib.sha256).digest()
        good |= bool(secret) and hmac.compare_digest(signature, expected)
    return good


def _decoded(part: str) -> bytes:
    """Of base64url with or without padding; nothing if it is none."""
    bare = part.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
