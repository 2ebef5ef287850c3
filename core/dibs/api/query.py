"""Query parameters as typed values: each arrives as a text and becomes what its field says, or a named fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_TRUTH = {"true": True, "false": False}


def typed_query(texts: Mapping[str, str], cls: type[Any]) -> dict[str, Any]:
    """The texts as the values that a body would have had; what can't be converted stays and is refused by its field."""
    kinds = get_type_hints(cls)
    known = {field.name: kinds[field.name] for field in attrs.fields(cls)}
    return {name: _typed(text, known[name]) if name in known else text for name, text in texts.items()}


def _typed(text: str, kind: Any) -> Any:
    kind = without_none(kind)
    if kind is bool:
        return _TRUTH.get(text, text)
    if kind is int or (get_origin(kind) is Literal and all(type(choice) is int for choice in get_args(kind))):
        return int(text) if _WHOLE.fullmatch(text) else text
    return text


def without_none(kind: Any) -> Any:
    """`X` of `X | None`; everything else as it is."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    inner = [part for part in get_args(kind) if part is not NoneType]
    return inner[0] if len(inner) == 1 else kind
