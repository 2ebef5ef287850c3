"""What the headers of an answer tell about limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from dibs.meta.reading import as_list, as_mapping, as_number, parse_json

_SHARES = ("call_count", "total_time", "total_cputime")
_SECONDS_A_MINUTE = 60.0


@attrs.frozen
class Usage:
    """How much of a limit is used.

    Attributes:
        family: what is counted: `app`, `pages`, `instagram`, `messenger` …
        subject: the Page or account that it is counted for; "" for the app, or whoever called.
        percent: 100 means that calls are refused.
        wait: seconds until calls are taken again, 0 if they are or nobody says.
    """

    family: str
    subject: str
    percent: float
    wait: float = 0.0


def read_usage(headers: Mapping[str, str]) -> list[Usage]:
    """Every limit that the headers name; what can't be read is left out."""
    found = list(_of_business(headers.get("x-business-use-case-usage")))
    for header, family in (("x-page-usage", "pages"), ("x-app-usage", "app")):
        shares = as_mapping(parse_json(headers.get(header) or "null"))
        if shares:
            found.append(Usage(family, "", _percent(shares)))
    return found


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds in `Retry-After`, if it names any."""
    return as_number(headers.get("retry-after"))


def _of_business(header: str | None) -> Iterator[Usage]:
    for subject, uses in as_mapping(parse_json(header or "null")).items():
        for use in map(as_mapping, as_list(uses)):
            minutes = as_number(use.get("estimated_time_to_regain_access")) or 0.0
            family = use.get("type")
            if isinstance(family, str):
                yield Usage(family.lower(), subject, _percent(use), minutes * _SECONDS_A_MINUTE)


def _percent(shares: Mapping[str, object]) -> float:
    return max(as_number(shares.get(name)) or 0.0 for name in _SHARES)
