"""`Idempotency-Key`: a POST that is sent again gets the same answer again, and does nothing twice."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from quart import Quart, Response, current_app, g, request

from dibs.accounts.permissions import KNOWN
from dibs.accounts.secrets import load_secret
from dibs.api import errors
from dibs.api.auth import Identity, customer, is_for_customers, is_from_platforms, needs_of, require
from dibs.api.requests import client_address
from dibs.errors import (
    AlreadyDoneError,
    FieldFault,
    IdempotencyMismatchError,
    InProgressError,
    InvalidInputError,
)
from dibs.idempotency import Answer, IdempotencyKeys, Known, Request
from dibs.runtime import current_runtime

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
REQUEST_INDEX: Final = "audit_log_request"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Content-Type", "Content-Disposition", "Location", "Set-Cookie", "ETag")
_NOTHING_CAME_OF_IT = (401, 403, 429)
_STATE: Final = "dibs.idempotency"
log = structlog.get_logger("dibs.api.idempotency")


def install(app: Quart) -> None:
    """Honour the header on every POST. Comes after `auth.install`, so that it knows whose key it is."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(AlreadyDoneError, _on_already_done)
    app.register_error_handler(asyncpg.UniqueViolationError, _on_unique_violation)


async def _begin() -> Response | None:
    """Replay the answer of a key that is known; otherwise let the request be carried out under its key."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or request.url_rule is None or is_from_platforms(request.endpoint):
        return None
    if not _KEY.fullmatch(key):
        fault = FieldFault(HEADER, "must have 1 to 255 visible ASCII characters")
        raise InvalidInputError("The idempotency key is not usable.", [fault])
    keys, secret = await _state()
    keyed = Request.of(secret, _owner(), key, await _request_hash(), _workspace())
    taken = await keys.take(keyed)
    if isinstance(taken, Known):
        return await _replay(taken)
    g.dibs_keyed, g.dibs_request_key = keyed, keyed.request_key
    if taken.again and (done := await keys.done(keyed)) is not None:
        raise _already_done(done)
    return None


async def _replay(known: Known) -> Response:
    if not known.same:
        raise IdempotencyMismatchError("This idempotency key was used for another request. Take a new one.")
    if known.answer is None:
        raise InProgressError("The first request with this idempotency key still runs.", retry_after=1)
    await _still_allowed()
    response = Response(known.answer.body, known.answer.status)
    for name in {name for name, _ in known.answer.headers}:
        response.headers.remove(name)
    for name, value in known.answer.headers:
        response.headers.add(name, value)
    response.headers[REPLAYED] = "true"
    return response


async def _still_allowed() -> None:
    """Who lost the permission since does not see the answer again."""
    needed = needs_of(current_app.view_functions[request.endpoint or ""])
    if needed in KNOWN:
        named = (request.view_args or {}).get("workspace_id")
        await require(needed, named if isinstance(named, UUID) else None)


async def _end(response: Response) -> Response:
    """Keep the answer with its key, or give the key free where nothing came of the request."""
    keyed = g.pop("dibs_keyed", None)
    if not isinstance(keyed, Request):
        return response
    keys, _ = await _state()
    try:
        if response.status_code >= 500 or response.status_code in _NOTHING_CAME_OF_IT:
            await keys.free(keyed)
        else:
            headers = [(name, value) for name in _KEPT_HEADERS for value in response.headers.getlist(name)]
            answer = Answer(response.status_code, headers, await response.get_data(as_text=False))
            await asyncio.shield(keys.keep(keyed, answer))
    except Exception as error:  # the request is carried out: its answer must reach the client
        log.warning("answer_not_kept", problem=repr(error))
    return response


async def _on_already_done(error: AlreadyDoneError) -> Response:
    """Tell what the request did when it was carried out."""
    keyed = g.get("dibs_keyed")
    if isinstance(keyed, Request) and "action" not in error.data:
        keys, _ = await _state()
        error = _already_done(await keys.done(keyed) or {})
    return await errors.answer_error(error)


async def _on_unique_violation(error: asyncpg.UniqueViolationError) -> Response:
    if error.constraint_name == REQUEST_INDEX:
        return await _on_already_done(_already_done({}))
    return await errors.answer_exception(error)


def _already_done(done: dict[str, str | None]) -> AlreadyDoneError:
    return AlreadyDoneError("This request was carried out already; its answer was lost. It was not done again.", **done)


async def _state() -> tuple[IdempotencyKeys, bytes]:
    found: tuple[IdempotencyKeys, bytes] | None = current_app.extensions.get(_STATE)
    if found is None:
        runtime = current_runtime()
        found = IdempotencyKeys(runtime.db), await asyncio.to_thread(load_secret, runtime.settings)
        current_app.extensions[_STATE] = found
    return found


def _owner() -> str:
    """Nobody finds the answers of somebody else, whatever key they send."""
    if is_for_customers(request.endpoint):
        return f"customer:{customer().session_id}"
    identity = g.get("dibs_identity")
    if isinstance(identity, Identity):
        return f"user:{identity.user_id}:{_workspace() or ''}"
    return f"address:{client_address()}:{request.endpoint}"


def _workspace() -> UUID | None:
    """The workspace that the request is about."""
    if is_for_customers(request.endpoint):
        return customer().workspace_id
    named = (request.view_args or {}).get("workspace_id")
    if isinstance(named, UUID):
        return named
    identity = g.get("dibs_identity")
    try:
        return UUID(request.headers["X-Dibs-Workspace"])
    except (KeyError, ValueError):
        return identity.workspace_id if isinstance(identity, Identity) else None


async def _request_hash() -> bytes:
    head = "\0".join((request.method, request.full_path, request.mimetype, str(_workspace())))
    return hashlib.sha256(head.encode("utf-8", "surrogatepass") + b"\0" + await _body()).digest()


async def _body() -> bytes:
    data = await request.get_data(as_text=False)
    assert isinstance(data, bytes)
    return data
