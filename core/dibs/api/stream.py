"""The live stream of a show, as Server-Sent Events and as a WebSocket. Both read the same hub."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, ClassVar
from uuid import UUID

import attrs
import orjson
import structlog
from quart import Blueprint, Response, g, has_websocket_context, request, websocket
from quart.wrappers.response import ResponseBody

from dibs.accounts.principal import Principal
from dibs.api.auth import Identity, needs, principal, standing_check
from dibs.api.body import read_query
from dibs.api.csrf import same_origin
from dibs.api.operation import operation
from dibs.clock import monotonic
from dibs.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from dibs.events.frames import PREAMBLE, SILENT_END, Notice
from dibs.events.model import Position, parse_position
from dibs.events.subscription import Guard, Piece, Subscription
from dibs.runtime import current_runtime

blueprint = Blueprint("stream", __name__)

MESSAGE_BYTES = 64 * 1024
FLOOD_MESSAGES, FLOOD_SECONDS = 50, 10.0
REFUSED, TOO_BIG = 1008, 1009
_FAREWELL_SECONDS = 1.0
_PONG = Notice(b"", ('{"type":"pong"}',))
_SHOW = "SELECT 1 FROM shows WHERE workspace_id = $1 AND id = $2"
_log = structlog.get_logger("dibs.api.stream")


@attrs.frozen
class StreamQuery:
    """Where to begin, and what opens the stream.

    Attributes:
        after: a position, such as the snapshot of the show gives; the header `Last-Event-ID` goes before it.
        ticket: of `POST /api/tickets`, for clients that can't send a header.
    """

    after: str = attrs.field(default="", validator=attrs.validators.max_len(200))
    ticket: str | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.max_len(200)))


@blueprint.get("/api/shows/<uuid:show_id>/stream")
@needs("shows:read", ticket=True)
@operation("Follow a show", query=StreamQuery, answer=str, media="text/event-stream")
async def show_stream(show_id: UUID) -> Response:
    """Events of a show as Server-Sent Events, from `Last-Event-ID` or `?after=` on, else from now on."""
    who = principal()
    await _check_show(who, show_id)
    return event_stream(who.workspace_id, f"show:{show_id}", _guard(who))


def event_stream(workspace_id: UUID, topic: str, guard: Guard) -> Response:
    """The answer that streams a topic, from `Last-Event-ID` or `?after=` on, else from now on.

    The caller has checked that the client may see it; the guard is asked again every few seconds.
    """
    query = read_query(StreamQuery)
    response = Response(content_type="text/event-stream; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    if request.method == "HEAD":
        return response
    after = request.headers.get("Last-Event-ID") or query.after
    position: Position | None = parse_position(after) if after else None
    response.response = _SseBody(current_runtime().hub.subscribe(workspace_id, topic, position, guard))
    response.timeout = None
    return response


def member_stream(topic: str) -> Response:
    """`event_stream` for the member who makes this request: it ends with the sign-in or the membership."""
    who = principal()
    return event_stream(who.workspace_id, topic, _guard(who))


@blueprint.websocket("/api/shows/<uuid:show_id>/ws")
@needs("shows:read", ticket=True)
async def show_socket(show_id: UUID) -> None:
    """Events of a show as WebSocket messages, from `?after=` on, else from now on."""
    origin = websocket.headers.get("Origin")
    runtime = current_runtime()
    if origin is not None and not same_origin(origin, websocket.headers.get("Host", ""), runtime.settings):
        raise ForbiddenError("Pages of this origin may not listen here.", origin=origin[:200])
    who = principal()
    await _check_show(who, show_id)
    subscription = _subscribe(who, show_id, websocket.args.get("after"))
    await websocket.accept()
    code, reason = await _converse(subscription)
    try:
        async with asyncio.timeout(_FAREWELL_SECONDS):
            await websocket.close(code, reason)
    except TimeoutError:
        _log.info("socket_not_read", reason=reason)  # the client reads nothing: the server drops the connection


async def _check_show(who: Principal, show_id: UUID) -> None:
    if not await current_runtime().db.hot_fetch(_SHOW, who.workspace_id, show_id):
        raise NotFoundError("There is no such show.")


def _subscribe(who: Principal, show_id: UUID, after: str | None) -> Subscription:
    position: Position | None = parse_position(after) if after else None
    return current_runtime().hub.subscribe(who.workspace_id, f"show:{show_id}", position, _guard(who))


@attrs.frozen
class StreamGuard:
    """Whether the sign-in behind a stream still stands. Streams of one sign-in have equal guards.

    An access token ends its stream when it expires: it is read again, which checks that too.
    """

    farewell: ClassVar[str] = "signed_out"

    who: Principal
    sign_in: object
    _token: str | None = attrs.field(repr=False)
    _stands: Callable[[], Awaitable[bool]] = attrs.field(eq=False, repr=False)
    _read: Callable[[str], object] = attrs.field(eq=False, repr=False)

    async def valid(self) -> bool:
        """False once the token expired, the sign-in ended, or the user is no member any more."""
        if self._token is not None:
            try:
                self._read(self._token)
            except UnauthenticatedError:
                return False
        return await self._stands()


def _guard(who: Principal) -> StreamGuard:
    identity, tokens = g.get("dibs_identity"), current_runtime().accounts.access_tokens
    sign_in: object = g.get("dibs_ticket")
    token: str | None = None
    if sign_in is None and isinstance(identity, Identity):
        sign_in = identity.sign_in_id or identity.session
        if identity.kind == "bearer":
            token = _connection().headers["Authorization"].partition(" ")[2].strip()
    return StreamGuard(who, sign_in, token, standing_check(who), tokens.read)


def _connection() -> Any:
    return websocket if has_websocket_context() else request


class _SseBody(ResponseBody):
    """The body of an SSE answer; no generator in between, for the sake of thousands of idle clients."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self._begun = False

    async def __aenter__(self) -> _SseBody:
        await self._subscription.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._subscription.__aexit__(kind, error, trace)

    def __aiter__(self) -> _SseBody:
        return self

    async def __anext__(self) -> bytes:
        if not self._begun:
            self._begun = True
            return PREAMBLE
        pieces = await self._subscription.take()
        if not pieces:
            raise StopAsyncIteration
        return pieces[0].sse if len(pieces) == 1 else b"".join([piece.sse for piece in pieces])


async def _converse(subscription: Subscription) -> tuple[int, str]:
    """Write and read until either side is done; the code and the reason to close with."""
    writer = asyncio.create_task(_write(subscription))
    reader = asyncio.create_task(_read(subscription))
    try:
        await asyncio.wait((writer, reader), return_when=asyncio.FIRST_COMPLETED)
        ended = reader if reader.done() else writer
        return (1011, "gave up") if ended.cancelled() else ended.result()
    finally:
        writer.cancel()
        reader.cancel()
        await asyncio.gather(writer, reader, return_exceptions=True)


async def _write(subscription: Subscription) -> tuple[int, str]:
    last: Piece = SILENT_END
    async with subscription:
        while pieces := await subscription.take():
            for piece in pieces:
                for text in piece.ws:
                    await websocket.send(text)
            last = pieces[-1]
    return (last if isinstance(last, Notice) else SILENT_END).close, "the stream has ended"


async def _read(subscription: Subscription) -> tuple[int, str]:
    """Take what the client says: little, so a client that says much, or anything else, is refused."""
    came: deque[float] = deque(maxlen=FLOOD_MESSAGES)
    while True:
        message = await websocket.receive()
        now = monotonic()
        if len(came) == FLOOD_MESSAGES and now - came[0] < FLOOD_SECONDS:
            return REFUSED, f"more than {FLOOD_MESSAGES} messages in {FLOOD_SECONDS:.0f} seconds"
        came.append(now)
        if len(message) > MESSAGE_BYTES:
            return TOO_BIG, f"a message may have at most {MESSAGE_BYTES} bytes"
        if not _is_ping(message):
            return REFUSED, 'the only message that is understood is {"type":"ping"}'
        subscription.put(_PONG)


def _is_ping(message: str | bytes) -> bool:
    try:
        return isinstance(message, str) and orjson.loads(message) == {"type": "ping"}
    except orjson.JSONDecodeError:
        return False
