"""From an error to status, envelope and log line. No other module knows HTTP statuses of errors."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

import asyncpg
import structlog
from quart import Quart, Response, current_app, has_request_context, jsonify, request
from werkzeug.exceptions import HTTPException

from dibs.errors import DibsError, InvalidInputError, UnavailableError

Envelope: TypeAlias = dict[str, Any]
PageError: TypeAlias = Callable[[int, Envelope], Awaitable[Response]]
"""Shows an error as a page: status and the `error` object of the envelope in, a response out."""

PAGE_ERROR: Final = "dibs.page_error"
"""Key of `app.extensions` under which the pages put their `PageError`."""

STATUSES: Mapping[str, int] = {
    "invalid_input": 400,
    "unauthenticated": 401,
    "bad_credentials": 401,
    "forbidden": 403,
    "wrong_sign_in": 403,
    "sign_in_too_old": 403,
    "not_found": 404,
    "conflict": 409,
    "duplicate": 409,
    "already_done": 409,
    "idempotency_mismatch": 409,
    "in_progress": 409,
    "run_stopped": 409,
    "below_won": 409,
    "out_of_stock": 409,
    "price_missing": 409,
    "price_refused": 409,
    "credit_exceeded": 409,
    "session_closed": 409,
    "stale_writer": 409,
    "platform_refused": 409,
    "stale_reader": 409,
    "rate_limited": 429,
    "unavailable": 503,
    "platform_try_again": 503,
}
HTTP_CODES: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request can't be read."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address does not take this method."),
    408: ("timeout", "The request took too long to arrive."),
    413: ("too_large", "The request is larger than allowed."),
    415: ("unsupported_media_type", "The body must be JSON (Content-Type: application/json)."),
}
_INTERNAL = {
    "code": "internal",
    "message": "Something went wrong on our side. The request id helps to find it.",
}
_OUTAGES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    ConnectionError,
)

log = structlog.get_logger("dibs.api")


def status_of(error: DibsError) -> int:
    """The HTTP status of an error; 500 for what no client can mend."""
    return STATUSES.get(error.code, 500)


def envelope(error: DibsError) -> Envelope:
    """The `error` object: code, message, and, where there are any, fields and data."""
    if status_of(error) == 500:
        return dict(_INTERNAL)
    body: Envelope = {"code": error.code, "message": error.message}
    if isinstance(error, InvalidInputError) and error.faults:
        body["fields"] = [{"path": fault.path, "problem": fault.problem} for fault in error.faults]
    if error.data:
        body["data"] = dict(error.data)
    return body


def install(app: Quart) -> None:
    """Answer every error of this application with the envelope, or as a page where a person looks at it."""
    app.register_error_handler(DibsError, answer_error)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, answer_exception)


async def answer_error(error: DibsError) -> Response:
    """The answer to an error that Dibs raised on purpose."""
    status = status_of(error)
    if status >= 500 and status != 503:
        log.error("request_failed", code=error.code, exc_info=error)
    elif status in (401, 403, 429):
        log.warning("refused", code=error.code, **{k: v for k, v in error.data.items() if k == "permission"})
    response = await _answer(status, envelope(error))
    if status in (429, 503) or "retry_after" in error.data:
        response.headers["Retry-After"] = _whole_seconds(error.data.get("retry_after"))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _whole_seconds(wait: float | None) -> str:
    """How long to wait as a header says it: at least a second, also where nobody knows."""
    return str(max(1, math.ceil(wait or 1)))


async def _on_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400 or error.response is not None:
        return _as_quart(await current_app.make_response(error.get_response()))
    code, message = HTTP_CODES.get(status, (error.name.lower().replace(" ", "_"), error.description or error.name))
    response = await _answer(status, {"code": code, "message": message} if status < 500 else dict(_INTERNAL))
    for name, value in error.get_headers(None):
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


async def answer_exception(error: Exception) -> Response:
    """The answer to anything else that went wrong."""
    if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
        log.warning("value_out_of_range", problem=str(error))
        return await answer_error(InvalidInputError("The request holds a number or a text that can't be stored."))
    if isinstance(error, asyncpg.CharacterNotInRepertoireError):  # NUL: JSON has it, PostgreSQL does not
        return await answer_error(InvalidInputError("The request holds a character that can't be stored."))
    if isinstance(error, _OUTAGES):
        log.warning("database_outage", problem=str(error))
        return await answer_error(UnavailableError("The database does not answer now; try again.", retry_after=1))
    log.error("request_failed", exc_info=error)
    return await _answer(500, dict(_INTERNAL))


async def _answer(status: int, body: Envelope) -> Response:
    page: PageError | None = current_app.extensions.get(PAGE_ERROR)
    if page is not None and wants_page():
        return await page(status, body)
    if status == 500:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        body = {**body, "data": {"request_id": request_id}}
    response = jsonify({"error": body})
    response.status_code = status
    return response


def wants_page() -> bool:
    """Whether this request comes from a person's browser that shows a page, not from a program."""
    if not has_request_context() or request.path.startswith("/api/"):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json")
    return best == "text/html"


def _as_quart(response: Any) -> Response:
    assert isinstance(response, Response)
    return response
