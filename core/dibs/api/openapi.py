"""The description of this API, for programs."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from quart import Blueprint, Response, current_app, request

from dibs.api.auth import public
from dibs.api.operation import operation
from dibs.runtime import current_runtime

blueprint = Blueprint("openapi", __name__)

_DOCUMENT = "dibs.openapi"
_SECONDS = 300


@blueprint.get("/api/openapi.json")
@public
@operation("Describe this API", answer=dict[str, Any])
async def openapi_json() -> Response:
    """The OpenAPI 3.1 document, with the routes of every plugin that is installed."""
    body, tag = _written()
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    response.set_etag(tag)
    return await response.make_conditional(request)


def current_document() -> dict[str, Any]:
    """The document of the application that handles this request; made once."""
    from dibs.openapi import make_document  # noqa: PLC0415 - most processes are never asked for it

    made: dict[str, Any] = current_app.extensions.get(_DOCUMENT) or make_document(
        current_app, current_runtime().settings
    )
    current_app.extensions[_DOCUMENT] = made
    return made


def _written() -> tuple[bytes, str]:
    body = orjson.dumps(current_document())
    return body, hashlib.sha256(body).hexdigest()[:32]
