"""The OpenAPI 3.1 document of an application."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from quart import Quart

from dibs.api.cookies import cookie_name
from dibs.api.customer_tokens import cookie_name as customer_cookie
from dibs.openapi.operations import describe
from dibs.openapi.refusals import refusals, response
from dibs.openapi.routes import Route, routes_of
from dibs.openapi.schemas import Schemas
from dibs.settings import Settings

Schema = dict[str, Any]
_ABOUT = """\
Everything that the console does can be done by a program. Bodies and answers are JSON; a field that is not known is a
fault. Times are ISO 8601 with an offset, money is a text such as `"39.00"`, ids are UUIDs. What belongs to another
workspace is answered with 404, as if it did not exist.

Every `POST` takes an `Idempotency-Key`: the same key and request give the same answer again, and nothing happens twice.
"""
_PARAMETERS: Schema = {
    "Workspace": {
        "name": "X-Dibs-Workspace",
        "in": "header",
        "description": "The workspace that this request is about, if not that of the sign-in.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A name for this request, new for each: sending it again repeats the answer, not the effect.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7E]+$"},
    },
}


def make_document(app: Quart, settings: Settings, *, closed: bool = False) -> Schema:
    """What `/api/openapi.json` answers; `closed` forbids fields in answers that are not described."""
    routes, schemas = routes_of(app), Schemas(closed)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method] = describe(route, schemas)
    statuses = sorted({status for route in routes for status in refusals(route)})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dibs", "version": version("dibs"), "description": _ABOUT, "license": _LICENSE},
        "tags": _tags(routes),
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": {f"Error{status}": response(status) for status in statuses},
            "parameters": _PARAMETERS,
            "securitySchemes": _security(settings),
        },
    }


_LICENSE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}


def _tags(routes: Sequence[Route]) -> list[Schema]:
    told = {route.area: route.area_words for route in routes}
    return [{"name": area, "description": words} for area, words in sorted(told.items())]


def _security(settings: Settings) -> Schema:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "The access token of a sign-in; for programs."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(settings),
            "description": "The session of a browser. What writes needs `csrf` as well.",
        },
        "customer_token": {"type": "http", "scheme": "bearer", "description": "The token of a customer; for apps."},
        "customer_session": {
            "type": "apiKey",
            "in": "cookie",
            "name": customer_cookie(settings),
            "description": "The sign-in of a customer in a browser. What writes needs `csrf` as well.",
        },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": "X-CSRF-Token",
            "description": "The token of the session, as `GET /api/auth/me` or `GET /api/portal/me` tells it.",
        },
        "ticket": {
            "type": "apiKey",
            "in": "query",
            "name": "ticket",
            "description": "For clients that can't send a header: good for one stream, for 30 seconds.",
        },
    }
