"""JSON by orjson: instants, ids and decimals as texts, frozen classes as objects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import orjson
from quart.json.provider import JSONProvider

from dibs.codec import unstructure


class OrjsonProvider(JSONProvider):
    """The JSON of requests and answers."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """A JSON text."""
        return orjson.dumps(obj, default=_default).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value of a JSON text."""
        return orjson.loads(s)


def _default(value: Any) -> Any:
    if attrs.has(type(value)):
        return unstructure(value)
    if isinstance(value, Decimal | UUID):  # asyncpg's ids are of a class of their own
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
