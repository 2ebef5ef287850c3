"""The event stream of a Facebook broadcast, which Meta has declared dead and still serves to some."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import attrs
import orjson
from quart import Quart, Response, request

from dibs_meta_simulator.calls import CallRecord
from dibs_meta_simulator.clock import iso_text
from dibs_meta_simulator.errors import GraphError, bad_parameter, no_such_object
from dibs_meta_simulator.graph.access import check_proof, check_token, given_token
from dibs_meta_simulator.graph.call import Call
from dibs_meta_simulator.graph.comment_shape import SHAPE
from dibs_meta_simulator.hosts import GRAPH, STREAMING
from dibs_meta_simulator.model.apps import App
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.model.lives import LiveVideo
from dibs_meta_simulator.world import Happened, World

RATES = {"one_per_two_seconds": 0.5, "ten_per_second": 10.0, "one_hundred_per_second": 100.0}
_LONGEST = 4 * 3600
_PING = 5.0
_LOOK = 0.25


@attrs.define(eq=False)
class Listener:
    """One open stream: what it may still send this second, and what waits for it."""

    call: Call
    live: LiveVideo
    rate: float
    everything: bool
    queue: asyncio.Queue[Comment] = attrs.field(factory=asyncio.Queue)
    _free: float = 0.0
    _filled: float = 0.0

    def heard(self, happened: Happened) -> None:
        """Take a new comment of the broadcast; above the rate only the better ones, and then none."""
        comment = happened.about
        if happened.what != "comment" or happened.verb != "add" or comment.live_id != self.live.id:
            return
        if not comment.low_quality or self.everything:
            self._refill()
            if self._free >= 1:
                self._free -= 1
                self.queue.put_nowait(comment)

    def _refill(self) -> None:
        now, most = self.call.world.clock.now(), max(1.0, self.rate)
        self._free = min(most, self._free + (now - self._filled) * self.rate)
        self._filled = now


def add_route(app: Quart, world: World) -> None:
    """Serve `/{live-video-id}/live_comments`."""

    async def live_comments(live_id: str) -> Response:
        record = CallRecord(world.clock.now(), STREAMING, "GET", "live_comments", f"{live_id}/live_comments")
        try:
            if world.faults.hit("stream_400", {"object": live_id}):
                raise GraphError("(#1) The stream is not available", 1)
            listener = _listener(world, live_id)
        except GraphError as error:
            record.status, record.code = error.status, error.code
            world.calls.add(record)
            body = orjson.dumps(error.envelope(world.ids.text("A", 12)))
            headers = {"Proxy-Status": "http_request_error"}
            return Response(body, error.status, headers, content_type="application/json")
        record.status = 200
        world.calls.add(record)
        response = Response(_events(world, listener), content_type="text/event-stream")
        response.timeout = None
        return response

    for path in ("/<live_id>/live_comments", "/<version>/<live_id>/live_comments"):
        app.add_url_rule(f"/{STREAMING}{path}", path, _without_version(live_comments))


def _without_version(view: Callable[[str], Any]) -> Callable[..., Any]:
    async def versioned(live_id: str, version: str = "") -> Any:
        return await view(live_id)

    return versioned


def _listener(world: World, live_id: str) -> Listener:
    params, headers = dict(request.args), {name.lower(): value for name, value in request.headers.items()}
    token = check_token(world, GRAPH, given_token(params, headers))
    app: App = world.get(App, token.app_id)
    check_proof(world, app, token, params)
    live = world.nodes.get(live_id)
    if not isinstance(live, LiveVideo):
        raise no_such_object(live_id)
    call = Call(world, STREAMING, "", "GET", "v25.0", f"{live_id}/live_comments", params, token, app)
    call.page_only(live.page_id)
    call.need(("pages_read_engagement",))
    rate = params.get("comment_rate", "ten_per_second")
    if rate not in RATES:
        raise bad_parameter(f"Param comment_rate must be one of {{{', '.join(RATES)}}}")
    return Listener(call, live, RATES[rate], params.get("live_filter") == "no_filter")


async def _events(world: World, listener: Listener) -> AsyncIterator[bytes]:
    """Comments as they come, a ping in between; nothing of before, nothing again."""
    world.listen(listener.heard)
    until, pinged, told = world.clock.now() + _LONGEST, 0.0, 0
    where = {"object": listener.live.id}
    try:
        while listener.live.on_air and world.clock.now() < until:
            if world.clock.now() - pinged >= _PING:
                pinged = world.clock.now()
                yield b": ping\n\n"
            comment = None
            with suppress(TimeoutError):
                comment = await asyncio.wait_for(listener.queue.get(), _LOOK)
            drop = world.faults.hit("stream_drop", where)
            if drop is not None and told >= drop.number("events", 0):
                return
            if comment is not None:
                told += 1
                yield _event(world, listener, comment)
    finally:
        world.unlisten(listener.heard)


def _event(world: World, listener: Listener, comment: Comment) -> bytes:
    fields = listener.call.fields("id", "created_time", "from", "message")
    shown = SHAPE.show(listener.call, comment, fields)
    live = listener.live
    shown["object"] = {"id": live.video_id, "description": live.title, "updated_time": iso_text(live.created)}
    body: Any = [shown] if world.faults.hit("stream_array") else shown
    return b"data: " + orjson.dumps(body) + b"\n\n"
