"""What Hypercorn leaves open about WebSockets that a stranger may connect to."""

from __future__ import annotations

from hypercorn.protocol import h2, h11
from hypercorn.protocol.events import Event, Request, StreamClosed
from hypercorn.protocol.ws_stream import WSStream

_COMPRESSION = b"sec-websocket-extensions"


class GuardedStream(WSStream):
    """Hypercorn's WebSocket with two differences.

    A message that is too large ends the connection. Hypercorn itself sends the close frame and then goes on
    collecting what the client pours in, without the application knowing: 200 MB of it take 200 MB of memory.

    Compression is not offered: its state takes some 300 kB for each client, and 64 kB that arrive may unpack
    to 64 MB.
    """

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

    async def _handle_events(self) -> None:
        await super()._handle_events()
        if self.buffer.length > self.buffer.max_length:
            self.buffer.clear()
            await self.send(StreamClosed(stream_id=self.stream_id))


def limit_sockets() -> None:
    """Let the Hypercorn of this process use `GuardedStream`; it has no setting for it."""
    for protocol in (h11, h2):
        vars(protocol)["WSStream"] = GuardedStream
