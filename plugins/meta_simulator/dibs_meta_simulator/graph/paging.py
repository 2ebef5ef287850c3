"""Pages of a list: cursors, and the addresses of the next page."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

import attrs
import orjson

from dibs_meta_simulator.errors import bad_parameter
from dibs_meta_simulator.graph.call import Call

T = TypeVar("T")
Ends = tuple[str, str] | None


@attrs.frozen
class Slice:
    """A page of raw items; `more` tells whether something is behind it."""

    items: Sequence[Any]
    more: bool


def take(items: Iterable[T], limit: int) -> Slice:
    """The first `limit` items, and whether there are more."""
    taken = list(islice(items, limit + 1))
    return Slice(taken[:limit], len(taken) > limit)


def cursor(text: str) -> str:
    """An opaque cursor."""
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_cursor(text: str) -> str:
    """What a cursor stands for.

    Raises:
        GraphError: code 100, it is none.
    """
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        raise bad_parameter("Invalid cursor") from None


def page_of(call: Call, data: list[Any], ends: Ends, more: bool, before: bool) -> Any:
    """The answer: data, cursors of its first and last raw item, and addresses with the token in them."""
    if ends is None:
        return {"data": data}
    first, last = cursor(ends[0]), cursor(ends[1])
    paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
    if before:
        paging["previous"] = _address(call, before=first)
    if more:
        paging["next"] = _address(call, after=last)
    return {"data": data, "paging": paging}


def simple_page(call: Call, items: Sequence[T], show: Callable[[T], Any], default: int = 25) -> Any:
    """A page of a short list whose items have an `id`."""
    after, known = call.text("after"), [item.id for item in items]  # type: ignore[attr-defined]
    start = 0
    if after:
        wanted = read_cursor(after)
        start = known.index(wanted) + 1 if wanted in known else len(known)
    limit = call.number("limit", default)
    part = items[start : start + limit]
    ends = (known[start], known[start + len(part) - 1]) if part else None
    return page_of(call, [show(item) for item in part], ends, start + limit < len(items), start > 0)


def _address(call: Call, **place: str) -> str:
    params = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in call.params.items()
        if name not in ("after", "before", "access_token") and value is not None
    }
    query = urlencode({"access_token": call.token.value} | params | place)
    return f"{call.base}/{call.version}/{call.path}?{query}"
