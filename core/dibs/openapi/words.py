"""Schemas in words, for the pages that people read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_FORMATS = {"uuid": "id", "date-time": "time", "date": "date"}
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} character(s)",
    "maxLength": "at most {} characters",
    "minItems": "at least {} item(s)",
    "maxItems": "at most {} items",
}


def name_of(schema: Schema) -> str:
    """The name of a schema that is referred to."""
    return str(schema["$ref"]).rpartition("/")[2]


def kind_in_words(schema: Schema) -> str:
    """What a value is, such as ``list of [Item](#item)``, ``text or null``."""
    if "$ref" in schema:
        return f"[{name_of(schema)}](#{name_of(schema).lower()})"
    if "enum" in schema:
        return " or ".join("null" if choice is None else f"`{choice}`" for choice in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind_in_words(part) for part in schema["anyOf"]))
    kinds = schema.get("type", "any value")
    return " or ".join(_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _kind(kind: str, schema: Schema) -> str:
    if kind == "array":
        return f"list of {kind_in_words(schema['items'])}" if schema.get("items") else "list"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {kind_in_words(schema['additionalProperties'])}"
    if kind == "object" and "properties" in schema:
        return "object: " + ", ".join(f"`{name}`" for name in schema["properties"])
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), "text")
    return {"integer": "whole number", "boolean": "true or false"}.get(kind, kind)


def bounds_in_words(schema: Schema) -> str:
    """The bounds of a value and what holds if it is left out."""
    parts = schema.get("anyOf", [schema])
    told = [words.format(f"{part[key]:,}") for part in parts for key, words in _BOUNDS.items() if key in part]
    if "default" in schema and schema["default"] not in ([], {}, ""):
        told.append(f"else `{json.dumps(schema['default'], ensure_ascii=False)}`")
    return ", ".join(dict.fromkeys(told))


def fields_in_words(schema: Schema) -> Iterator[tuple[str, str, str, str]]:
    """Each field: name, `?` if it may be left out, kind, bounds and meaning."""
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        bounds, meaning = bounds_in_words(field), field.get("description", "")
        words = ". ".join(filter(None, (bounds, meaning.rstrip("."))))
        yield name, "" if name in required else "?", kind_in_words(field), words[:1].upper() + words[1:]
