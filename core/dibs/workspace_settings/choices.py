"""What a workspace may choose from: time zones, currencies, languages. Each is a known list, so that a typo is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import attrs
from babel import Locale
from babel.core import UnknownLocaleError, get_global

_NO_PLACES = ("posix/", "right/", "SystemV/", "Etc/")


@cache
def time_zones() -> tuple[str, ...]:
    """The IANA time zones that name a place, and UTC first."""
    places = [name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES)]
    return ("UTC", *sorted(places))


@cache
def currencies() -> tuple[str, ...]:
    """The ISO 4217 codes of the currencies in which somebody pays today."""
    territories: Mapping[str, list[tuple[str, Any, Any, bool]]] = get_global("territory_currencies")
    return tuple(sorted({row[0] for rows in territories.values() for row in rows if row[2] is None and row[3]}))


def check_time_zone(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no IANA time zone."""
    if value != "UTC" and value not in available_timezones():
        raise ValueError("must be a time zone such as Asia/Taipei")


def check_currency(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no currency of today."""
    if value not in currencies():
        raise ValueError("must be the code of a currency such as USD")


def check_language(_: Any, __: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no known language; `pt-BR` and `zh-Hant` are written with a hyphen."""
    try:
        known = str(Locale.parse(value, sep="-")).replace("_", "-") if len(value) <= 20 else None
    except (UnknownLocaleError, ValueError, TypeError):
        known = None
    if known != value:
        raise ValueError("must be a language such as en or pt-BR")
