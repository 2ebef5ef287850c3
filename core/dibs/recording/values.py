"""Cleaning of single values, the same for every format."""

from __future__ import annotations

import re

from dibs.models.comments import Author
from dibs.recording.model import MAX_ID, MAX_NAME, MAX_TEXT, BadLineError

_SURROGATES = re.compile("[\ud800-\udfff]")
_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_TRUTH = {
    "": False,
    "false": False,
    "0": False,
    "no": False,
    "n": False,
    "true": True,
    "1": True,
    "yes": True,
    "y": True,
}


def clean(text: str) -> str:
    """Text that can be stored: without NUL, lone surrogates replaced."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def read_text(value: object) -> str:
    """The comment's text, at most 2,000 characters of it."""
    if not isinstance(value, str):
        raise BadLineError("has no message" if value is None else "has a message that is not a text")
    return clean(value)[:MAX_TEXT]


def read_id(value: object, what: str) -> str | None:
    """An id given as text or whole number; None if absent or empty."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadLineError(f"has {what} that is neither a text nor a whole number")
    cleaned = clean(value).strip()
    if len(cleaned) > MAX_ID:
        raise BadLineError(f"has {what} longer than {MAX_ID} characters")
    return cleaned or None


def read_name(value: object) -> str:
    """A shown name, at most 200 characters of it; empty if there is none."""
    return clean(value).strip()[:MAX_NAME] if isinstance(value, str) else ""


def read_platform(value: object) -> str | None:
    """An adapter's name such as `instagram`; None if absent."""
    if value is None or value == "":
        return None
    name = value.strip().casefold() if isinstance(value, str) else ""
    if not _PLATFORM.fullmatch(name):
        raise BadLineError("has a platform that is no short plain name such as instagram")
    return name


def read_seller(value: object) -> bool:
    """Whether the seller wrote it; absent means no."""
    if value is None or isinstance(value, bool):
        return bool(value)
    word = str(value).strip().casefold() if isinstance(value, str | int) else "?"
    if word not in _TRUTH:
        raise BadLineError("has a from_seller that is neither true nor false")
    return _TRUTH[word]


class Authors:
    """Authors by identity and name, each made once: a sale has many comments of few viewers."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Author] = {}

    def get(self, user_id: str | None, name: str) -> Author | None:
        """The author, or None where the platform hid the identity."""
        if user_id is None:
            return None
        author = self._known.get((user_id, name))
        if author is None:
            author = self._known[user_id, name] = Author(user_id, name)
        return author
