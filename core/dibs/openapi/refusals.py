"""Which refusals an operation may answer with, and what they look like."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from dibs.api.errors import HTTP_CODES, STATUSES
from dibs.openapi.routes import Route

Schema = dict[str, Any]
_SAFE = ("get", "head", "options")
_WORDS: Mapping[int, str] = {
    400: "The request is not usable; `fields` names every faulty field.",
    401: "No valid sign-in.",
    403: "The role lacks the permission, the sign-in is of the wrong kind, or another site sent the request.",
    404: "There is no such thing in this workspace.",
    409: "The state of things does not allow this now.",
    413: "The body is larger than allowed.",
    415: "The body is not declared as what it has to be.",
    429: "Too many attempts; `Retry-After` says in how many seconds to try again.",
    503: "A part that is needed does not answer now; try again after `Retry-After`.",
}
_FIELDS = {
    "type": "array",
    "description": "Every faulty field of the request.",
    "items": {
        "type": "object",
        "required": ["path", "problem"],
        "properties": {"path": {"type": "string"}, "problem": {"type": "string"}},
    },
}
_DATA = {"type": "object", "description": "Facts about the case."}


def refusals(route: Route) -> list[int]:
    """The statuses of all refusals that a route may answer with, sorted."""
    operation = route.operation
    found = {*operation.errors, 429, 503}
    if operation.body is not None:
        found |= {400, 413, 415}
    if operation.query is not None:
        found.add(400)
    if route.method not in _SAFE:
        found.add(403)
    if route.method == "post":
        found |= {400, 409}
    if not route.public:
        found |= {401, 403, 404}
    if route.variables:
        found.add(404)
    return sorted(found)


def codes(status: int) -> list[str]:
    """The error codes that come with a status."""
    found = {code for code, its_status in STATUSES.items() if its_status == status}
    return sorted(found | ({HTTP_CODES[status][0]} if status in HTTP_CODES else set()))


def response(status: int) -> Schema:
    """The refusal with this status, for `components.responses`."""
    described: Schema = {
        "description": f"{_WORDS.get(status, HTTPStatus(status).phrase)} Codes: {_listed(codes(status))}.",
        "content": {"application/json": {"schema": _envelope(codes(status))}},
    }
    if status in (429, 503):
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        described["headers"] = {"Retry-After": seconds}
    return described


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _envelope(known: list[str]) -> Schema:
    code: Schema = {"type": "string", "enum": known} if known else {"type": "string"}
    properties = {"code": code, "message": {"type": "string"}, "fields": _FIELDS, "data": _DATA}
    error = {"type": "object", "required": ["code", "message"], "properties": properties}
    return {"type": "object", "required": ["error"], "properties": {"error": error}}
