"""Times as recordings write them: ISO 8601, or seconds, milliseconds or microseconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dibs.recording.model import BadLineError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_SECONDS_BELOW, _MILLISECONDS_BELOW, _MICROSECONDS_BELOW = 10**11, 10**14, 10**17
_LONGEST_DATE = len("2026-03-14")
_YEARS = range(1900, 3000)


def read_instant(value: object) -> datetime:
    """The instant in UTC. A time without offset is taken as UTC; a number's size tells its unit.

    Raises:
        BadLineError: if `value` is no time.
    """
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    raise BadLineError("has no time" if value is None else f"has no usable time ({_shown(value)})")


def _from_text(text: str) -> datetime:
    if not text:
        raise BadLineError("has no time")
    if _NUMBER.fullmatch(text):
        return _from_number(float(text) if "." in text else int(text))
    try:
        if len(text) <= _LONGEST_DATE:
            raise ValueError("a date alone puts nothing in order")
        instant = datetime.fromisoformat(text)
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadLineError(f"has no usable time ({_shown(text)})") from None
    return _plausible(instant, text)


def _from_number(value: float) -> datetime:
    size = abs(value)
    if not size < _MICROSECONDS_BELOW:  # also true for NaN
        raise BadLineError(f"has no usable time ({_shown(value)})")
    if size < _SECONDS_BELOW:
        return _plausible(_EPOCH + timedelta(seconds=value), value)
    if size < _MILLISECONDS_BELOW:
        return _plausible(_EPOCH + timedelta(milliseconds=value), value)
    return _plausible(_EPOCH + timedelta(microseconds=value), value)


def _plausible(instant: datetime, value: object) -> datetime:
    if instant.year not in _YEARS:
        raise BadLineError(f"has no usable time ({_shown(value)})")
    return instant


def _shown(value: object) -> str:
    return ascii(value)[:40]
