"""Facebook's stream of comments as server-sent events. Deprecated; what it misses is asked for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

import aiohttp
import attrs
import structlog

from dibs import IncomingComment
from dibs.meta import Graph, backoff, node_path, parse_json
from dibs_facebook.decoding import read_comment

_RATE = "one_hundred_per_second"
_FIELDS = "id,from{name,id},message,created_time,attachment"
_SILENT_SECONDS, _MOST_REFUSED, _MOST_WAITING = 90.0, 3, 2000
log = structlog.get_logger("dibs.facebook")


@attrs.define(eq=False)
class EventStream:
    """Listens to one broadcast and keeps what it hears until it is taken.

    Attributes:
        healthy: connected now.
        dead: given up: it was refused again and again.
    """

    graph: Graph
    base: str
    token: str = attrs.field(repr=False)
    live_id: str = ""
    sellers: Collection[str] = ()
    healthy: bool = False
    dead: bool = False
    _heard: asyncio.Queue[IncomingComment | None] = attrs.field(factory=lambda: asyncio.Queue(_MOST_WAITING))
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen(), name=f"facebook-events-{self.live_id}")

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def next(self, seconds: float) -> Sequence[IncomingComment] | None:
        """What was heard, waiting at most so long; None when something may have been missed since."""
        try:
            first = await asyncio.wait_for(self._heard.get(), seconds)
        except TimeoutError:
            return ()
        heard = [first]
        while not self._heard.empty():
            heard.append(self._heard.get_nowait())
        found = [comment for comment in heard if comment is not None]
        if None in heard and found:
            self._missed()
        return found or None

    async def _listen(self) -> None:
        refused = tries = 0
        while refused < _MOST_REFUSED:
            try:
                status = await self._connect()
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
                status = 0
            refused = refused + 1 if status >= 400 else 0
            tries = 0 if self.healthy else tries + 1
            self.healthy = False
            await asyncio.sleep(backoff(tries))
        self.dead = True
        self._missed()
        log.info("facebook_events_given_up", live_id=self.live_id)

    async def _connect(self) -> int:
        """Listen until the stream is cut; the status of the answer."""
        params = {"comment_rate": _RATE, "live_filter": "no_filter", "fields": _FIELDS, **self.graph.proof(self.token)}
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        url = self.graph.http.checked(f"{self.base}/{node_path(self.live_id, 'live_comments')}")
        limit = aiohttp.ClientTimeout(total=None, connect=5.0, sock_read=_SILENT_SECONDS)
        async with self.graph.http.session.get(
            url, params=params, headers=headers, timeout=limit, allow_redirects=False
        ) as response:
            if response.status != 200:
                return response.status
            self.healthy = True
            self._missed()
            async for value in _events(response):
                self._take(value)
            return 200

    def _take(self, value: Any) -> None:
        for row in value if isinstance(value, list) else [value]:
            comment = read_comment(row, self.live_id, self.sellers)
            if comment is None:
                continue
            try:
                self._heard.put_nowait(comment)
            except asyncio.QueueFull:
                self._missed()

    def _missed(self) -> None:
        """Have the comments asked for."""
        if self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(None)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[Any]:
    """The JSON of each event; comment lines, other fields and broken values are passed over."""
    data: list[str] = []
    async for raw in response.content:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            value, data = parse_json("\n".join(data)), []
            if value is not None:
                yield value
