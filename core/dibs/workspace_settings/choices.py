"""What a workspace may choose from: time zones, currencies, languages. Each is a known list, so that a typo is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import attrs
from babel import Locale
from babel.core import UnknownLocaleError, get_global

from dibs.bounds import bounded

_NO_PLACES = ("posix/", "right/", "SystemV/", "Etc/")


@cache
def _known_zones() -> frozenset[str]:
    """Read once: the answer is gathered from hundreds of files."""
    return frozenset(available_timezones())


@cache
def time_zones() -> tuple[str, ...]:
    """The IANA time zones that name a place, and UTC first."""
    places = [name for name in _known_zones() if "/" in name and not name.startswith(_NO_PLACES)]
    return ("UTC", *sorted(places))


@cache
def currencies() -> tuple[str, ...]:
    """The ISO 4217 codes of the currencies in which somebody pays today."""
    territories: Mapping[str, list[tuple[str, Any, Any, bool]]] = get_global("territory_currencies")
    return tuple(sorted({row[0] for rows in territories.values() for row in rows if row[2] is None and row[3]}))


@bounded(minLength=1, maxLength=64)
def check_time_zone(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no IANA time zone."""
    if value != "UTC" and value not in _known_zones():
        raise ValueError("must be a time zone such as Asia/Taipei")


@bounded(pattern="^[A-Z]{3}$")
def check_currency(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no currency of today."""
    if value not in currencies():
        raise ValueError("must be the code of a currency such as USD")


@bounded(minLength=2, maxLength=20)
def check_language(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no known language; `pt-BR` and `zh-Hant` are written with a hyphen."""
    try:
        known = str(Locale.parse(value, sep="-")).replace("_", "-") if len(value) <= 20 else None
    except (UnknownLocaleError, ValueError, TypeError):
        known = None
    if known != value:
        raise ValueError("must be a language such as en or pt-BR")


_LINES = r"^([^\u0000-\u001F\u007F-\u009F]*\n){0,9}[^\u0000-\u001F\u007F-\u009F]*$"


@bounded(maxLength=500, pattern=_LINES)
def check_invoice_from(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what does not fit at the top of an invoice."""
    if not isinstance(value, str) or len(value) > 500 or value.count("\n") > 9:
        raise ValueError("must have at most 500 characters in 10 lines")
    if not re.fullmatch(_LINES, value):
        raise ValueError("must not have control characters")
