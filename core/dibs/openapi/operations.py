"""One operation of the document."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, get_type_hints

import attrs

from dibs.openapi.refusals import refusals
from dibs.openapi.routes import Route
from dibs.openapi.schemas import Schemas, explained

Schema = dict[str, Any]
_SAFE = ("get", "head", "options")


def describe(route: Route, schemas: Schemas) -> Schema:
    """The operation object of a route."""
    operation = route.operation
    described: Schema = {
        "operationId": route.name,
        "summary": operation.summary,
        "description": _words(route),
        "tags": [route.area],
        "parameters": list(_parameters(route, schemas)),
        "responses": {str(operation.status): _success(route, schemas), **_refusals(route)},
        "security": _security(route),
        "x-permission": route.needs,
        "x-errors": sorted(operation.errors),
    }
    if operation.body is not None:
        schema = schemas.of(operation.body, given=True)
        content = {operation.body_media: {"schema": schema}}
        if operation.file:
            content["multipart/form-data"] = {"schema": _form(operation.file)}
        described["requestBody"] = {"required": not operation.body_optional, "content": content}
    return described


def _form(field: str) -> Schema:
    """A form with one file."""
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"type": "object", "properties": {field: file}, "required": [field]}


def _words(route: Route) -> str:
    needed = {
        "(public)": "Anybody may call it.",
        "(signed in)": "For every signed-in user.",
        "(customer)": "For customers.",
    }
    return f"{route.words}\n\n{needed.get(route.needs, f'Needs `{route.needs}`.')}"


def _parameters(route: Route, schemas: Schemas) -> Iterator[Schema]:
    for name, schema in route.variables.items():
        yield {"name": name, "in": "path", "required": True, "schema": dict(schema)}
    if route.operation.query is not None:
        yield from _query(route.operation.query, schemas)
    if not route.public and not route.for_customers and "workspace_id" not in route.variables:
        yield {"$ref": "#/components/parameters/Workspace"}
    if route.method == "post":
        yield {"$ref": "#/components/parameters/IdempotencyKey"}


def _query(cls: type[Any], schemas: Schemas) -> Iterator[Schema]:
    told, kinds = explained(cls), get_type_hints(cls)
    for field in attrs.fields(cls):
        schema = _never_null(schemas.field(field, kinds[field.name], given=True))
        words = {"description": told[field.name]} if field.name in told else {}
        yield {"name": field.name, "in": "query", "required": False, **words, "schema": schema}


def _never_null(schema: Schema) -> Schema:
    """A parameter that is left out is null; one that is there is a text."""
    kind = schema.get("type")
    if isinstance(kind, list):
        schema = {**schema, "type": kind[0]}
    if "enum" in schema:
        schema = {**schema, "enum": [choice for choice in schema["enum"] if choice is not None]}
    if "anyOf" in schema:
        parts = [part for part in schema["anyOf"] if part != {"type": "null"}]
        schema = parts[0] if len(parts) == 1 else {**schema, "anyOf": parts}
    return schema


def _success(route: Route, schemas: Schemas) -> Schema:
    operation = route.operation
    answered: Schema = {"description": HTTPStatus(operation.status).phrase}
    if operation.answer is not None:
        schema = schemas.of(operation.answer, given=False)
        answered["content"] = {media.strip(): {"schema": schema} for media in operation.media.split(",")}
    return answered


def _refusals(route: Route) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/Error{status}"} for status in refusals(route)}


def _security(route: Route) -> list[Schema]:
    if route.public:
        return []
    cookie = "customer_session" if route.for_customers else "session"
    session: Schema = {cookie: []} if route.method in _SAFE else {cookie: [], "csrf": []}
    if route.for_customers:
        return [{"customer_token": []}, session]
    ticket: list[Schema] = [{"ticket": []}] if route.takes_ticket else []
    return [{"token": []}, session, *ticket]
