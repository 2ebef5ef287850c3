"""What people type into the account forms, checked and folded."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import attrs

from dibs.bounds import WORDS, bounded

PASSWORD_LENGTH = (10, 200)
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"\\]{1,64}@[^@\s<>()\[\],;:\"\\]+\.[^@\s.<>()\[\],;:\"\\]{2,}")
_HIDDEN = ("Cc", "Cs", "Zl", "Zp")


def email_key(email: str) -> str:
    """The identity of an e-mail address: how it is written does not make another account."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


@bounded(minLength=5, maxLength=254, pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}$")
def check_email(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what can't be an e-mail address; only a message to it could prove that it is one."""
    if len(value) > 254 or not _EMAIL.fullmatch(value.strip()) or _hidden(value):
        raise ValueError("must be an e-mail address")


@bounded(minLength=10, maxLength=200)
def check_password(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse passwords that are too short to be safe or too long to hash."""
    low, high = PASSWORD_LENGTH
    if not low <= len(value) <= high:
        raise ValueError(f"must have {low} to {high} characters")
    check_encodable(_, __, value)


def check_encodable(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse text that can't be stored: half a surrogate pair, or the character NUL."""
    if any(character == "\0" or unicodedata.category(character) == "Cs" for character in value):
        raise ValueError("must be valid Unicode text")


@bounded(maxLength=1000)
def check_secret_text(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what no password or e-mail address can be, without saying what one looks like."""
    if len(value) > 1000:
        raise ValueError("must have at most 1000 characters")
    check_encodable(_, __, value)


@bounded(minLength=1, maxLength=120, pattern=WORDS)
def check_name(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse names that are empty, very long, or hold line breaks and control characters."""
    if not value.strip() or len(value) > 120 or _hidden(value):
        raise ValueError("must have 1 to 120 characters, on one line")


def _hidden(value: str) -> bool:
    return any(unicodedata.category(character) in _HIDDEN for character in value)
