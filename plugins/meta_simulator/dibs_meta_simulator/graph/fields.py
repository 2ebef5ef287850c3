"""The `fields` parameter: names, arguments and inner fields."""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

from dibs_meta_simulator.errors import GraphError

_CALL = re.compile(r"\.([a-z_]+)\(([^)]*)\)")
_NAME = re.compile(r"\s*([A-Za-z0-9_]+)")


@attrs.frozen
class Field:
    """One wanted field: `comments.limit(50){id,text}`; `inner` is None when nothing is said of it."""

    name: str
    arguments: tuple[tuple[str, str], ...] = ()
    inner: tuple[Field, ...] | None = None


def named(*names: str) -> tuple[Field, ...]:
    """Fields without more."""
    return tuple(Field(name) for name in names)


@lru_cache(512)
def parse_fields(text: str) -> tuple[Field, ...]:
    """The fields of a parameter.

    Raises:
        GraphError: code 2500, the text is not such a list.
    """
    found, place = _parse(text, 0)
    if place != len(text):
        raise _broken(text, place)
    return found


def _parse(text: str, place: int) -> tuple[tuple[Field, ...], int]:
    fields: list[Field] = []
    while True:
        name = _NAME.match(text, place)
        if name is None:
            raise _broken(text, place)
        place, arguments, inner = name.end(), [], None
        while call := _CALL.match(text, place):
            arguments.append((call[1], call[2]))
            place = call.end()
        if text[place : place + 1] == "{":
            inner, place = _parse(text, place + 1)
            if text[place : place + 1] != "}":
                raise _broken(text, place)
            place += 1
        fields.append(Field(name[1], tuple(arguments), inner))
        while text[place : place + 1].isspace():
            place += 1
        if text[place : place + 1] != ",":
            return tuple(fields), place
        place += 1


def _broken(text: str, place: int) -> GraphError:
    found = text[place : place + 10] or "end of string"
    return GraphError(f'Syntax error "Expected name" at character {place}: {found}', 2500)
