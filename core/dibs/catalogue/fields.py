"""What the fields of the catalogue may hold; each validator says it to the description of the API too."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from dibs.bounds import LINE, WORDS, bounded, bounds_of

MAX_NAME: Final = 200
MAX_SHORT: Final = 80
MAX_UNIT: Final = 20
MAX_URL: Final = 1000
MAX_CONTACT: Final = 300
MAX_NOTE: Final = 2000
MAX_REASON: Final = 300
YEARS: Final = (2000, 2199)

_TEXT = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$"
Fault = Callable[[Any], str | None]


def _characters(value: str, longest: int, allowed: str = "") -> str | None:
    if len(value) > longest:
        return f"must be at most {longest} characters, this has {len(value)}"
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in allowed for char in value):
        return "must not contain control characters"
    return None


def _words(value: str, longest: int) -> str | None:
    return _characters(value, longest) if value.strip() else "must not be empty"


@bounded(minLength=1, maxLength=MAX_NAME, pattern=WORDS)
def name_fault(value: str) -> str | None:
    """What is wrong with a name, or None."""
    return _words(value, MAX_NAME)


@bounded(minLength=1, maxLength=MAX_SHORT, pattern=WORDS)
def short_fault(value: str | None) -> str | None:
    """What is wrong with a category or the code of a batch, or None."""
    return None if value is None else _words(value, MAX_SHORT)


@bounded(maxLength=MAX_UNIT, pattern=LINE)
def unit_fault(value: str) -> str | None:
    """What is wrong with a unit, or None."""
    return _characters(value, MAX_UNIT)


@bounded(maxLength=MAX_URL, pattern=r"^https://[A-Za-z0-9][^\s\u0000-\u001F\u007F-\u009F\"'<>\\]*$")
def picture_fault(value: str | None) -> str | None:
    """What is wrong with a picture's address, or None. Dibs never fetches it; browsers do."""
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not value.startswith("https://") or not value.isprintable() or set(value) & set(" \"'<>\\"):
        return "must be an address that begins with https://"
    return _characters(value, MAX_URL)


@bounded(maxLength=MAX_CONTACT, pattern=LINE)
def contact_fault(value: str) -> str | None:
    """What is wrong with a contact, or None."""
    return _characters(value, MAX_CONTACT)


@bounded(maxLength=MAX_NOTE, pattern=_TEXT)
def note_fault(value: str) -> str | None:
    """What is wrong with a note, or None; line breaks are fine."""
    return _characters(value, MAX_NOTE, "\n\r\t")


@bounded(maxLength=MAX_REASON, pattern=LINE)
def reason_fault(value: str) -> str | None:
    """What is wrong with a reason, or None."""
    return _characters(value, MAX_REASON)


@bounded(maxLength=100, pattern=LINE)
def search_fault(value: str) -> str | None:
    """What is wrong with words to look for, or None."""
    return _characters(value, 100)


def day_fault(value: date | None) -> str | None:
    """What is wrong with a day, or None."""
    if value is None or YEARS[0] <= value.year <= YEARS[1]:
        return None
    return f"must be in the years {YEARS[0]} to {YEARS[1]}"


def checked(fault: Fault) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    """The validator of a field; what was left out is right."""

    @bounded(**bounds_of(fault))
    def validate(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        problem = None if value is None else fault(value)
        if problem:
            raise ValueError(f"{attribute.name} {problem}")

    return validate


def page_size(most: int = 200) -> Any:
    """The validator of a page's length."""

    @bounded(minimum=1, maximum=most)
    def validate(_: Any, __: attrs.Attribute[Any], value: int) -> None:
        if not 1 <= value <= most:
            raise ValueError(f"must be a whole number from 1 to {most}")

    return validate
