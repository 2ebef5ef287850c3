"""The document as a page for people, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dibs.openapi.words import fields_in_words as _fields
from dibs.openapi.words import kind_in_words

Schema = Mapping[str, Any]
_HEAD = """\
# API reference

Every route of the HTTP API, made from the code by `dibs openapi --markdown`; a running server shows the same at
`/api/docs`, and as OpenAPI 3.1 at `/api/openapi.json`. [The HTTP API](api.md) tells how to sign in and walks through a
sale, and [Error codes](errors.md) what an error means.

A `?` behind a field says that it may be left out. The permission is what the role must carry, see
[Permissions](api.md#permissions). Beside the errors that are listed, every route may answer 429 and 503; one that is
not public 401, 403 and 404; one that writes 403; one with a body 400, 413 and 415; and every POST 400 and 409, for its
`Idempotency-Key`.
"""


def make_reference(document: Schema) -> str:
    """The page `docs/api-reference.md`."""
    parts = [_HEAD, *(_area(document, tag) for tag in document["tags"]), _shapes(document)]
    return "\n".join(parts).rstrip() + "\n"


def _area(document: Schema, tag: Schema) -> str:
    rows = [_row(path, method, described) for path, method, described in operations(document, tag["name"])]
    head = f"## {tag['name'].capitalize()}\n\n{tag['description']}\n\n"
    return head + "| Route | Permission | Takes | Answer | Errors |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


def operations(document: Schema, area: str) -> Iterator[tuple[str, str, Schema]]:
    """Path, method and description of the operations of an area."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if area in described["tags"]:
                yield path, method, described


def _row(path: str, method: str, described: Schema) -> str:
    permission = described["x-permission"].strip("()")
    errors = [str(status) for status in described["x-errors"]]
    route = f"`{method.upper()} {path}`<br>{described['summary']}"
    cells = [route, permission, _taken(described), _answered(described), ", ".join(errors)]
    return _line(*cells)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _taken(described: Schema) -> str:
    query = [f"`{one['name']}`?" for one in described["parameters"] if one.get("in") == "query"]
    parts = [f"query {', '.join(query)}"] if query else []
    if "requestBody" in described:
        kinds = described["requestBody"]["content"].items()
        kind = " or ".join(kind_in_words(one["schema"]) if "json" in media else f"`{media}`" for media, one in kinds)
        parts.append(kind if described["requestBody"]["required"] else f"nothing, or {kind}")
    return "; ".join(parts)


def _answered(described: Schema) -> str:
    status, answer = next((key, value) for key, value in described["responses"].items() if key[0] in "23")
    words = [status] if status != "200" else []
    for media, content in answer.get("content", {}).items():
        words.append(kind_in_words(content["schema"]) if "json" in media else f"`{media}`")
    return ", ".join(words)


def _shapes(document: Schema) -> str:
    parts = ["## Shapes\n"]
    for name, schema in document["components"]["schemas"].items():
        parts.append(f"### {name}\n")
        if schema.get("description"):
            parts.append(schema["description"] + "\n")
        rows = [_line(f"`{name}`{optional}", kind, words) for name, optional, kind, words in _fields(schema)]
        if rows:
            parts.append("\n".join(["| Field | Kind | |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)
