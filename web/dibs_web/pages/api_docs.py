"""The description of the API as a page for people; the same that programs get as OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from markupsafe import Markup, escape
from quart import Blueprint, Response, current_app, render_template

from dibs.api.auth import public
from dibs.api.openapi import current_document
from dibs.openapi.examples import curl
from dibs.openapi.markdown import operations
from dibs.openapi.words import bounds_in_words, fields_in_words, kind_in_words
from dibs_web.rendering import as_response
from dibs_web.security import STRICT

_PAGE = "dibs_web.api_docs"
_INLINE = re.compile(r"`([^`]+)`|\[([^\]]+)\]\((#[\w-]+)\)")
Schema = Mapping[str, Any]


@attrs.frozen
class Shown:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    words: list[Markup]
    permission: str
    query: list[tuple[Markup, ...]]
    body: list[tuple[Markup, ...]]
    body_kind: Markup
    status: str
    answer: list[tuple[Markup, ...]]
    answer_kind: Markup
    errors: list[tuple[str, Markup]]
    curl: str


def add_pages(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/api/docs", "api_docs", public(api_docs))


async def api_docs() -> Response:
    """Every operation, with what it takes, answers and refuses."""
    document = current_document()
    shown = current_app.extensions.get(_PAGE)
    if shown is None:
        shown = current_app.extensions[_PAGE] = _shown(document)
    body = await render_template("api_docs.html", about=inline(document["info"]["description"]), **shown)
    response = await as_response(body)
    response.headers["Content-Security-Policy"] = STRICT
    return response


def inline(text: str) -> Markup:
    """Words with `code` and links in them."""

    def made(found: re.Match[str]) -> str:
        if found[1]:
            return f"<code>{found[1]}</code>"
        return f'<a href="{found[3]}">{found[2]}</a>'

    return Markup(_INLINE.sub(made, str(escape(text))))


def _shown(document: Schema) -> dict[str, Any]:
    areas = [
        (
            tag["name"],
            inline(tag["description"]),
            [_operation(document, *one) for one in operations(document, tag["name"])],
        )
        for tag in document["tags"]
    ]
    shapes = [
        (name, inline(schema.get("description", "")), _fields(schema))
        for name, schema in document["components"]["schemas"].items()
    ]
    return {"areas": areas, "shapes": shapes, "version": document["info"]["version"]}


def _operation(document: Schema, path: str, method: str, described: Schema) -> Shown:
    status, answered = next((key, one) for key, one in described["responses"].items() if key[0] in "23")
    named = document["components"]["schemas"]
    body = _content(described.get("requestBody", {}))
    answer = _content(answered)
    return Shown(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        words=[inline(" ".join(part.split())) for part in described["description"].split("\n\n")],
        permission=described["x-permission"].strip("()"),
        query=list(_query(described)),
        body=_fields(_resolved(body, named)),
        body_kind=inline(kind_in_words(body)) if body else Markup(),
        status=status,
        answer=_fields(_resolved(answer, named)),
        answer_kind=inline(kind_in_words(answer)) if answer else Markup(),
        errors=list(_errors(document, described)),
        curl=curl(method, path, described, named),
    )


def _content(part: Schema) -> Schema:
    """The schema of a body or an answer; empty if there is none."""
    found: Schema = next((content["schema"] for content in part.get("content", {}).values()), {})
    return found


def _resolved(schema: Schema, named: Schema) -> Schema:
    found: Schema = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _fields(schema: Schema) -> list[tuple[Markup, ...]]:
    return [
        (inline(f"`{name}`{optional}"), inline(kind), inline(words))
        for name, optional, kind, words in fields_in_words(schema)
    ]


def _query(described: Schema) -> Iterator[tuple[Markup, ...]]:
    for one in described["parameters"]:
        if one.get("in") == "query":
            words = ". ".join(filter(None, (bounds_in_words(one["schema"]), one.get("description", ""))))
            yield inline(f"`{one['name']}`?"), inline(kind_in_words(one["schema"])), inline(words)


def _errors(document: Schema, described: Schema) -> Iterator[tuple[str, Markup]]:
    known = document["components"]["responses"]
    for status, refusal in described["responses"].items():
        if "$ref" in refusal:
            yield status, inline(known[refusal["$ref"].rpartition("/")[2]]["description"])
