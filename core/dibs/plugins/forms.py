"""What a plugin's settings class says about its fields, so that a form can be made from it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from dibs.bounds import bounds_of
from dibs.codec import unstructure
from dibs.models.plugin import PluginInfo, words_of

FieldKind = Literal["bool", "int", "number", "text", "choice", "texts", "other"]
_PLAIN: Mapping[Any, FieldKind] = {bool: "bool", int: "int", float: "number", str: "text"}
_ENTRY = re.compile(r"^(\w+(?:, \w+)*): (.*)$")


@attrs.frozen
class SettingField:
    """One field of a plugin's settings.

    Attributes:
        name: the field's name.
        kind: what it holds; `texts` is a list of texts, `other` is what no form can show.
        optional: null is a value too.
        default: its default.
        label: what it is called; empty if its plugin does not say.
        help: what it is for, as its plugin says, else from the class's documentation.
        choices: what a `choice` may be.
        words: what its values are called, where its plugin says so.
        low, high: the bounds of a number.
    """

    name: str
    kind: FieldKind
    optional: bool
    default: Any
    label: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    words: dict[str, str] = attrs.field(factory=dict)


def settings_fields(info: PluginInfo) -> tuple[SettingField, ...]:
    """The fields of a plugin's settings; none if it has no settings."""
    if info.settings is None:
        return ()
    cls = attrs.resolve_types(info.settings)
    made, words = unstructure(cls()), _documented(inspect.getdoc(cls) or "")
    return tuple(_field(one, made.get(one.name), words.get(one.name, "")) for one in attrs.fields(cls) if one.init)


def _field(one: attrs.Attribute[Any], default: Any, documented: str) -> SettingField:
    plain, words = _without_none(one.type), words_of(one.metadata)
    kind = _kind(plain)
    choices = tuple(str(choice) for choice in get_args(plain)) if kind == "choice" else ()
    low, high = _bounds(one.validator)
    return SettingField(
        one.name,
        kind,
        plain is not one.type,
        _plain(default),
        words.label,
        words.help or documented,
        choices,
        low,
        high,
        dict(words.choices),
    )


def _bounds(validator: Any) -> tuple[int | None, int | None]:
    """The least and the most that a validator of a number takes, as far as it tells."""
    inner = getattr(validator, "_validators", None) or [getattr(validator, "validator", None)]
    found: list[tuple[Any, Any]] = [_bounds(one) for one in inner if one is not None]
    operator, bound = getattr(validator, "compare_op", None), getattr(validator, "bound", None)
    told = bounds_of(validator)
    found.append((bound if operator == ">=" else None, bound if operator == "<=" else None))
    found.append((told.get("minimum"), told.get("maximum")))
    lows, highs = ([number for number in side if type(number) is int] for side in zip(*found, strict=True))
    return max(lows, default=None), min(highs, default=None)


def _kind(plain: Any) -> FieldKind:
    if get_origin(plain) is Literal and all(isinstance(choice, str) for choice in get_args(plain)):
        return "choice"
    if get_origin(plain) in (list, tuple, Sequence) and get_args(plain)[:1] == (str,):
        return "texts"
    return _PLAIN.get(plain, "other")


def _without_none(kind: Any) -> Any:
    if get_origin(kind) not in (Union, UnionType):
        return kind
    inner = [part for part in get_args(kind) if part is not NoneType]
    return inner[0] if len(inner) == 1 and len(inner) < len(get_args(kind)) else kind


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _documented(text: str) -> dict[str, str]:
    """What stands behind each name under `Attributes:`; several names may share one sentence."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in map(str.strip, text.partition("Attributes:")[2].splitlines()):
        entry = _ENTRY.match(line)
        if entry:
            names = entry[1].split(", ")
        for name in names if line else ():
            found[name] = f"{found.get(name, '')} {entry[2] if entry else line}".strip()
    return found
