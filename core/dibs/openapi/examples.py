"""A request as somebody would send it, made from its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
_ID = "01a1fc54-5636-790f-b493-f244132829c3"
_TEXTS = {"uuid": _ID, "date-time": "2026-11-21T18:00:00+00:00", "date": "2026-11-21"}
_NAMED = {
    "email": "ana@example.com",
    "password": "a long enough password",
    "title": "Friday live",
    "name": "Ana",
    "item_number": "12",
    "price": "39.00",
    "message": "sold 12",
    "currency": "EUR",
    "time_zone": "Europe/Lisbon",
    "language": "en",
}


def example(schema: Schema, named: Schema, name: str = "") -> Any:
    """A value that the schema takes: what has to be there, and a little more where nothing has to."""
    if "$ref" in schema:
        return example(named[schema["$ref"].rpartition("/")[2]], named, name)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], named, name)
    kinds = schema.get("type", "object")
    return _of_kind(kinds if isinstance(kinds, str) else kinds[0], schema, named, name)


def _of_kind(kind: str, schema: Schema, named: Schema, name: str) -> Any:
    if kind == "object":
        fields = schema.get("properties", {})
        shown = schema.get("required") or [field for field in fields if field != "version"][:1]
        return {field: example(fields[field], named, field) for field in shown}
    if kind == "array":
        return [example(schema.get("items", {}), named, name)]
    if kind == "string":
        return _TEXTS.get(schema.get("format", "")) or _NAMED.get(name, "text")
    if kind == "boolean":
        return True
    return max(1, schema.get("minimum", 1))


def curl(method: str, path: str, described: Schema, named: Schema) -> str:
    """A request for a shell, with the token in `$TOKEN` and the server in `$DIBS`."""
    for parameter in described["parameters"]:
        if parameter.get("in") == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(example(parameter["schema"], named, parameter["name"])))
    words = [f'curl "$DIBS{path}"'] if method in ("get", "post") else [f'curl -X {method.upper()} "$DIBS{path}"']
    words += ['-H "Authorization: Bearer $TOKEN"'] if described["security"] else []
    words += ['-H "Idempotency-Key: $(uuidgen)"'] if method == "post" else []
    content = described.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = json.dumps(example(content["application/json"]["schema"], named), ensure_ascii=False)
        words += ['-H "Content-Type: application/json"', f"-d '{body}'"]
    elif method == "post":
        words[0] = words[0].replace("curl ", "curl -X POST ")
    return " \\\n  ".join(words)
