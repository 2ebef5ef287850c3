"""What Hypercorn leaves open about WebSockets that a stranger may connect to."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from hypercorn.protocol import h2, h11
from hypercorn.protocol.events import Event, Request, StreamClosed
from hypercorn.protocol.ws_stream import WSStream
from wsproto.events import Ping

_TAKES_NOTHING_MS = 20_000
_COMPRESSION = b"sec-websocket-extensions"


class GuardedStream(WSStream):
    """Hypercorn's WebSocket with three differences.

    A message that is too large ends the connection. Hypercorn itself sends the close frame and then goes on
    collecting what the client pours in, without the application knowing: 200 MB of it take 200 MB of memory.

    Compression is not offered: its state takes some 300 kB for each client, and 64 kB that arrive may unpack
    to 64 MB.

    Pings stop with the connection. Hypercorn's own sleep through their interval first, and hold all that
    belongs to the connection, and the server's end, until then.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._ended = asyncio.Event()

    async def handle(self, event: Event) -> None:
        """Take an event of the connection."""
        if isinstance(event, Request):
            kept = [(name, value) for name, value in event.headers if name.lower() != _COMPRESSION]
            event = Request(
                stream_id=event.stream_id,
                headers=kept,
                http_version=event.http_version,
                method=event.method,
                raw_path=event.raw_path,
                state=event.state,
            )
        await super().handle(event)
        if self.closed:
            self._ended.set()

    async def _send_pings(self) -> None:
        interval = self.config.websocket_ping_interval
        while not self.closed:
            await self._send_wsproto_event(Ping())
            try:
                async with asyncio.timeout(interval):
                    await self._ended.wait()
            except TimeoutError:
                continue

    async def _handle_events(self) -> None:
        await super()._handle_events()
        if self.buffer.length > self.buffer.max_length:
            self.buffer.clear()
            await self.send(StreamClosed(stream_id=self.stream_id))


def limit_sockets() -> None:
    """Let the Hypercorn of this process use `GuardedStream`; it has no setting for it."""
    for protocol in (h11, h2):
        vars(protocol)["WSStream"] = GuardedStream


def drop_dead_peers(listener: socket.socket) -> None:
    """Let the kernel end a connection whose peer has taken nothing for 20 seconds though there is something
    for it.

    Accepted connections inherit it. Neither Hypercorn nor a response can end such a connection: closing waits
    for the peer to take what was written. Where the kernel does not know the option nothing changes.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        listener.setsockopt(socket.IPPROTO_TCP, option, _TAKES_NOTHING_MS)
