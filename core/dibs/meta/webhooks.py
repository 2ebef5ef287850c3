"""Going through a delivery, whatever of the known shapes it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from dibs.meta.reading import as_id, as_list, as_mapping, as_text

# What is older may be a delivery that failed before, of a broadcast that has ended since: they are repeated for 36 h.
_ON_AIR: Final = timedelta(seconds=60)


@attrs.frozen
class Change:
    """One change of a delivery.

    Attributes:
        where: its place, for people.
        account_id: the Page or account that it is about.
        field: such as `feed`, `live_comments`.
        value: what changed, None if it is no object.
        time: as the entry tells it, seconds or milliseconds.
    """

    where: str
    account_id: str
    field: str
    value: Mapping[str, Any] | None
    time: Any


def tells_of_now(at: datetime | None, received_at: datetime) -> bool:
    """Whether a delivery from then says what is so now; one without a time does."""
    return at is None or received_at - at < _ON_AIR


def changes(payload: Any, wanted: str) -> Iterator[Change]:
    """The changes of a delivery about `wanted` (`page`, `instagram`), in their order.

    Understood are changes in entries, `field` and `value` directly on an entry, and the whole wrapped in a list.
    """
    for part in payload if isinstance(payload, list) else [payload]:
        content = as_mapping(part)
        if content.get("object") not in (wanted, None):
            continue
        for number, entry in enumerate(as_list(content.get("entry"))):
            if isinstance(entry, Mapping):
                yield from _of_entry(f"entry[{number}]", entry)


def _of_entry(where: str, entry: Mapping[str, Any]) -> Iterator[Change]:
    inside = as_list(entry.get("changes")) if "changes" in entry else [entry]
    for place, change in enumerate(inside):
        if isinstance(change, Mapping):
            value = change.get("value")
            yield Change(
                where=f"{where}.changes[{place}]",
                account_id=as_id(entry.get("id")),
                field=as_text(change.get("field"))[:40],
                value=value if isinstance(value, Mapping) else None,
                time=entry.get("time"),
            )
