"""What attrs validators say, in the words of JSON Schema."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

import attrs

from dibs.bounds import bounds_of

Schema = dict[str, Any]
_v = attrs.validators
_COMPARED: Mapping[Any, str] = {
    operator.ge: "minimum",
    operator.le: "maximum",
    operator.gt: "exclusiveMinimum",
    operator.lt: "exclusiveMaximum",
}
_SIZES: Mapping[str, Mapping[str, str]] = {
    "array": {"minLength": "minItems", "maxLength": "maxItems"},
    "object": {"minLength": "minProperties", "maxLength": "maxProperties"},
}

_FITTING: Mapping[str, Collection[str]] = {
    "string": ("minLength", "maxLength", "pattern", "enum", "format"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "array": ("minItems", "maxItems", "uniqueItems", "items"),
    "object": ("minProperties", "maxProperties", "propertyNames"),
}


def _several(validator: Any) -> Schema:
    return {key: value for part in validator._validators for key, value in validator_schema(part).items()}


def _matching(validator: Any) -> Schema:
    pattern = validator.pattern.pattern
    return {"pattern": pattern if pattern.startswith("^") else f"^(?:{pattern})$"}


def _members(validator: Any) -> Schema:
    inner = validator_schema(validator.iterable_validator) if validator.iterable_validator else {}
    return {**inner, "items": validator_schema(validator.member_validator)}


_KNOWN: Mapping[type[Any], Callable[[Any], Schema]] = {
    type(_v.and_(_v.max_len(1), _v.max_len(2))): _several,
    type(_v.optional(_v.max_len(1))): lambda v: validator_schema(v.validator),
    type(_v.max_len(1)): lambda v: {"maxLength": v.max_length},
    type(_v.min_len(1)): lambda v: {"minLength": v.min_length},
    type(_v.ge(1)): lambda v: {_COMPARED[v.compare_func]: v.bound},
    type(_v.in_((1,))): lambda v: {"enum": list(v.options)},
    type(_v.matches_re("x")): _matching,
    type(_v.deep_iterable(_v.max_len(1))): _members,
}


def validator_schema(validator: Any) -> Schema:
    """The bounds that a validator sets; empty for one that keeps them to itself."""
    known = _KNOWN.get(type(validator))
    return known(validator) if known else dict(bounds_of(validator))


def with_bounds(schema: Schema, bounds: Schema) -> Schema:
    """A schema with the bounds of its field, each where its type has it: `minLength` of a list is `minItems`."""
    if "$ref" in schema or not bounds:
        return schema
    if "anyOf" in schema:
        return {**schema, "anyOf": [with_bounds(part, bounds) for part in schema["anyOf"]]}
    kinds = schema.get("type", ())
    kind = next((one for one in ([kinds] if isinstance(kinds, str) else kinds) if one != "null"), "")
    told = {_SIZES.get(kind, {}).get(key, key): value for key, value in bounds.items()}
    told = {key: value for key, value in told.items() if key in _FITTING.get(kind, ())}
    if "items" in told:
        told["items"] = {**schema.get("items", {}), **told["items"]}
    return {**schema, **told}
