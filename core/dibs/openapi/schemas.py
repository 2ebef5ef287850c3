"""JSON Schema of value classes: the same classes and validators that check the input."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

import attrs

from dibs.bounds import shown_kind
from dibs.codec import unstructure
from dibs.openapi.validators import Schema, validator_schema, with_bounds

DECIMAL = r"^[+-]?[0-9]{1,20}(\.[0-9]{1,20})?$"
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    dt.datetime: {"type": "string", "format": "date-time"},
    dt.date: {"type": "string", "format": "date"},
    NoneType: {"type": "null"},
    dict: {"type": "object"},
    list: {"type": "array"},
    Any: {},
    object: {},
}
_LISTS = (list, tuple, set, frozenset, Sequence)
_TYPES = {str: "string", int: "integer", bool: "boolean"}


@attrs.define(eq=False)
class Schemas:
    """The named schemas of a document, filled while its operations are described.

    Attributes:
        named: what stands under `components.schemas`.
        closed: answers have no other fields than those described (for tests; clients must bear new ones).
    """

    closed: bool = False
    named: dict[str, Schema] = attrs.field(factory=dict)
    _names: dict[tuple[Any, bool], str] = attrs.field(factory=dict)

    def of(self, kind: Any, *, given: bool) -> Schema:
        """The schema of a type; `given` says that clients give such values, else Dibs answers with them."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if kind is Decimal:
            text = {"type": "string", "pattern": DECIMAL}
            return {"anyOf": [text, {"type": "integer"}]} if given else text
        if attrs.has(kind) or is_typeddict(kind):
            return {"$ref": f"#/components/schemas/{self._name(kind, given)}"}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self.of(Literal[tuple(member.value for member in kind)], given=given)
        return self._generic(kind, given)

    def _generic(self, kind: Any, given: bool) -> Schema:
        origin, inside = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self._union([part for part in inside if not _absent(part)], given)
        if origin is Literal:
            types = {type(choice) for choice in inside}
            return {**({"type": _TYPES[types.pop()]} if len(types) == 1 else {}), "enum": list(inside)}
        if origin in (NotRequired, Required):
            return self.of(inside[0], given=given)
        if origin in _LISTS:
            return {"type": "array", "items": self.of(inside[0], given=given)}
        if origin in (dict, Mapping):
            inner = self.of(inside[1], given=given)
            return {"type": "object", **({"additionalProperties": inner} if inner else {})}
        raise TypeError(f"{kind!r} has no JSON Schema: use an attrs class, or teach dibs.openapi.schemas")

    def _union(self, kinds: Sequence[Any], given: bool) -> Schema:
        found = [self.of(kind, given=given) for kind in kinds if kind is not NoneType]
        nullable = NoneType in kinds
        if len(found) == 1:
            return _or_null(found[0]) if nullable else found[0]
        return {"anyOf": [*found, *([{"type": "null"}] if nullable else [])]}

    def _name(self, kind: Any, given: bool) -> str:
        key = (kind, given)
        if key not in self._names:
            name = kind.__name__.lstrip("_")
            if (kind, not given) in self._names:
                name += "Input" if given else "Answer"
            if name in self.named:
                name = kind.__module__.rpartition(".")[2].title().replace("_", "") + name
            self._names[key] = name
            self.named[name] = {}
            self.named[name] = self._typed_dict(kind, given) if is_typeddict(kind) else self._object(kind, given)
        return self._names[key]

    def _object(self, cls: Any, given: bool) -> Schema:
        told, kinds = explained(cls), get_type_hints(cls)
        fields = [field for field in attrs.fields(cls) if field.init or not given]
        properties: dict[str, Schema] = {}
        for field in fields:
            schema = self.field(field, kinds[field.name], given=given)
            words = told.get(field.name)
            properties[field.name.lstrip("_")] = {**schema, **({"description": words} if words else {})}
        required = [field.name for field in fields if field.default is attrs.NOTHING]
        return self._described(cls, properties, required, given)

    def _typed_dict(self, cls: Any, given: bool) -> Schema:
        kinds = get_type_hints(cls, include_extras=True)
        properties = {name: self.of(kind, given=given) for name, kind in kinds.items()}
        return self._described(cls, properties, sorted(cls.__required_keys__, key=list(kinds).index), given)

    def _described(self, cls: Any, properties: Mapping[str, Schema], required: list[str], given: bool) -> Schema:
        schema: Schema = {"type": "object", "properties": dict(properties)}
        if words := summary_of(cls):
            schema["description"] = words
        if required:
            schema["required"] = required
        if given or self.closed:
            schema["additionalProperties"] = False
        return schema

    def field(self, field: attrs.Attribute[Any], kind: Any, *, given: bool) -> Schema:
        """The schema of one field: its type, its bounds, its default."""
        schema = self.of(shown_kind(field.metadata, kind), given=given)
        if given and field.validator is not None:
            schema = with_bounds(schema, validator_schema(field.validator))
        if given and (default := _default(field)) is not attrs.NOTHING and "$ref" not in schema:
            schema["default"] = default
        return schema


def explained(cls: type[Any]) -> dict[str, str]:
    """What the section `Attributes:` of a class's docstring says about each of its fields."""
    section = (inspect.getdoc(cls) or "").partition("Attributes:\n")[2]
    told: dict[str, str] = {}
    for names, words in re.findall(r"^ {4}(\w[\w, ]*): (.+(?:\n {5,}.+)*)", section, re.M):
        told |= dict.fromkeys(re.split(r",\s*", names), " ".join(words.split()))
    return told


def summary_of(cls: type[Any]) -> str:
    """What a class's docstring says, up to its `Attributes:`."""
    own = cls.__dict__.get("__doc__") or ""
    return " ".join(inspect.cleandoc(own).partition("Attributes:")[0].split())


def _or_null(schema: Schema) -> Schema:
    if "$ref" in schema or "type" not in schema:
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]} if schema else {}
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **more}


def _default(field: attrs.Attribute[Any]) -> Any:
    value: Any = field.default
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]
        value = attrs.NOTHING if value.takes_self else value.factory()
    if value is None or value is attrs.NOTHING or _absent(type(value)):
        return attrs.NOTHING
    return list(value) if isinstance(value, tuple | set | frozenset) else unstructure(value)


def _absent(kind: Any) -> bool:
    """Whether a type stands for "this was left out", which no JSON can say."""
    return isinstance(kind, type) and getattr(kind, "means_absent", False) is True
