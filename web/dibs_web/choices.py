"""What the forms of the workspace's settings offer: languages, currencies, time zones, each named for people."""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale
from babel.numbers import get_currency_name

from dibs.workspace_settings.choices import currencies, time_zones
from dibs_web.i18n import language
from dibs_web.rule_fields import LOCALES

_MORE: Final = (
    "ar",
    "de",
    "hi",
    "it",
    "ja",
    "km",
    "ko",
    "lo",
    "ms",
    "my",
    "nl",
    "pl",
    "pt-BR",
    "ru",
    "sv",
    "tr",
    "zh-Hans",
)


@cache
def native_name(code: str) -> str:
    """What a language is called in itself."""
    known = Locale.parse(code, sep="-")
    return known.get_display_name(known) or code


def language_choices(holds: str) -> list[tuple[str, str]]:
    """Languages for texts that go out, with what holds among them, in the order of their own names."""
    codes = {*LOCALES, *_MORE, holds}
    return sorted(((code, native_name(code)) for code in codes), key=lambda pair: pair[1].casefold())


def currency_choices() -> list[tuple[str, str]]:
    """Each currency with its name in the reader's language."""
    return [(code, f"{code} – {get_currency_name(code, locale=language())}") for code in currencies()]


def zone_choices() -> tuple[str, ...]:
    """The names of the time zones."""
    return time_zones()
