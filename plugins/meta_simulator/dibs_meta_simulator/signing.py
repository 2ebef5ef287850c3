"""Proofs and signatures, as Meta makes them."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any


def app_secret_proof(secret: str, token: str, seconds: int | None = None) -> str:
    """The proof that goes with a token: the classic form, or with `seconds` the one that is valid for five minutes."""
    return _hex(secret, (token if seconds is None else f"{token}|{seconds}").encode())


def signed_request(secret: str, payload: Mapping[str, Any]) -> str:
    """What the deauthorise and data-deletion callbacks carry; the encoded text is signed, padding is left out."""
    part = _base64(json.dumps(payload, separators=(",", ":")).encode())
    return f"{_base64(hmac.digest(secret.encode(), part.encode(), 'sha256'))}.{part}"


def webhook_body(payload: Any, escape_slashes: bool = True) -> bytes:
    """JSON in Meta's spelling: non-ASCII as lower-case `\\uXXXX`, a slash as `\\/`, no blanks."""
    text = json.dumps(payload, separators=(",", ":"))
    return (text.replace("/", "\\/") if escape_slashes else text).encode("ascii")


def webhook_headers(secret: str, body: bytes) -> dict[str, str]:
    """The signature over the bytes as sent, and the old one beside it."""
    return {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={_hex(secret, body)}",
        "X-Hub-Signature": f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}",
    }


def _hex(secret: str, message: bytes) -> str:
    return hmac.digest(secret.encode(), message, "sha256").hex()


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
