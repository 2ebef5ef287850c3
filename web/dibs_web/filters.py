"""Instants, numbers and money as the reader's language and the workspace write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal
from markupsafe import Markup
from quart import Quart

from dibs.clock import utc_now
from dibs.customer_access.model import Seller
from dibs.lane.keys import is_erased
from dibs.models.comments import Author
from dibs_web.i18n import gettext, language, translate
from dibs_web.reader import Place, known_reader
from dibs_web.run_words import STATES, TONES, kind_words, stage_words
from dibs_web.shopper import known_shopper

Number = int | float | Decimal


def install_filters(app: Quart) -> None:
    """Let every template use them."""
    app.jinja_env.filters.update(
        datetime=as_datetime, date=as_date, day=as_day, time=as_time, ago=as_ago, number=as_number, money=as_money,
        compact=as_compact, tr=translate,
        buyer_name=as_buyer_name, attributes=as_attributes, duration=as_duration, querystring=as_query,
    )  # fmt: skip
    app.jinja_env.globals.update(
        time_zone=time_zone, currency=currency, run_kind=kind_words, run_stage=stage_words, run_left=as_left,
        run_states=STATES, run_tones=TONES,
    )  # fmt: skip


def time_zone() -> ZoneInfo:
    """The workspace's time zone; UTC where there is none, or none that is known here."""
    try:
        return ZoneInfo(place.time_zone) if (place := _place()) else ZoneInfo("UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def currency() -> str:
    """The workspace's currency."""
    place = _place()
    return place.currency if place else "USD"


def _place() -> Seller | Place | None:
    """The workspace of the page: the customer's, else the member's."""
    shopper, reader = known_shopper(), known_reader()
    return shopper.seller if shopper else reader.workspace if reader else None


def as_datetime(at: datetime | str | None) -> Markup:
    """Day and time in the workspace's time zone."""
    return _time(at, lambda local: f"{_day(local)}, {format_time(local, 'short', locale=language())}")


def as_date(at: datetime | str | None) -> Markup:
    """The day in the workspace's time zone."""
    return _time(at, _day)


def as_day(day: date | None) -> str:
    """A day that is the same everywhere, such as when a batch was received."""
    return "" if day is None else format_date(day, "medium", locale=language())


def as_time(at: datetime | str | None, style: str = "short") -> Markup:
    """The time of day in the workspace's time zone."""
    return _time(at, lambda local: format_time(local, style, locale=language()))


def as_ago(at: datetime | str | None) -> Markup:
    """How long ago or how far ahead, such as `3 hours ago`."""
    return _time(at, lambda local: format_timedelta(local - utc_now(), add_direction=True, locale=language()))


def as_number(value: Number | None) -> str:
    """A number with the separators of the language."""
    return "–" if value is None else format_decimal(value, locale=language())


def as_compact(value: Number | None) -> str:
    """A large number in short, such as `12K`."""
    return "–" if value is None else format_compact_decimal(value, locale=language(), fraction_digits=1)


def as_money(value: Decimal | str | int | None, code: str = "") -> str:
    """An amount in the workspace's currency, or in the one named."""
    return "–" if value is None else format_currency(Decimal(value), code or currency(), locale=language())


def as_duration(span: timedelta | None) -> str:
    """A length of time, such as `1 h 20 min`."""
    if span is None:
        return ""
    hours, minutes = divmod(round(span.total_seconds() / 60), 60)
    if not hours:
        return gettext("%(minutes)s min", minutes=minutes)
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


def as_left(seconds: int) -> str:
    """How long something takes yet."""
    if seconds < 60:
        return gettext("about %(seconds)s s left", seconds=max(1, seconds))
    if seconds < 3600:
        return gettext("about %(minutes)s min left", minutes=round(seconds / 60))
    return gettext("about %(hours)s h left", hours=round(seconds / 3600))


def as_buyer_name(buyer: Any) -> str:
    """What to call a buyer or one of their identities."""
    if is_erased(Author(buyer.platform_user_id)):
        return gettext("Erased buyer")
    return str(buyer.handle or buyer.platform_user_id)


def as_query(values: Mapping[str, str]) -> str:
    """The query of an address, without what is empty."""
    return urlencode({name: value for name, value in values.items() if value})


def as_attributes(values: Mapping[str, object]) -> Markup:
    """The attributes of a tag: one that is true stands alone, one that is false or none is left out."""
    kept = [(name, value) for name, value in values.items() if value is not None and value is not False]
    pairs = [Markup("{}").format(n) if v is True else Markup('{}="{}"').format(n, v) for n, v in kept]
    return Markup(" ").join(pairs)


def _day(local: datetime) -> str:
    """The day, with its year unless it is this one."""
    this_year = local.year == utc_now().astimezone(local.tzinfo).year
    return format_skeleton("MMMd" if this_year else "yMMMd", local, locale=language())


def _time(at: datetime | str | None, words: Callable[[datetime], str]) -> Markup:
    if at is None:
        return Markup("–")
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = instant.astimezone(time_zone())
    full = format_datetime(local, "full", locale=language())
    exact = instant.astimezone(UTC).isoformat()
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, full, words(local))
