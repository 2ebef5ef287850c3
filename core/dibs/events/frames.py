"""Events as the bytes that clients get: encoded once, however many clients there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from dibs.events.model import Event, Position

PREAMBLE = b"retry: 2000\n\n"
HEARTBEAT_BYTES = b": ping\n\n"
_ENVELOPE_BYTES = 48
FRAME_BYTES = 128 * 1024
"""A frame is closed when it has grown to this, so that one frame never fills a client's whole buffer."""


class Frame:
    """One or more consecutive events of a topic, written to each client as one piece; shared by all of
    them."""

    __slots__ = ("_ends", "_events", "_ws", "epoch", "first_seq", "sse")

    def __init__(self, epoch: str, first_seq: int, events: Sequence[Event]) -> None:
        self.epoch = epoch
        self.first_seq = first_seq
        self._events = events
        self._ws: tuple[str, ...] | None = None
        parts = [_sse(epoch, seq, event) for seq, event in enumerate(events, first_seq)]
        self._ends = _running_total(parts)
        self.sse = b"".join(parts)

    @property
    def last_seq(self) -> int:
        """Number of the newest event in it."""
        return self.first_seq + len(self._events) - 1

    @property
    def ws(self) -> Sequence[str]:
        """The WebSocket messages, one for each event."""
        if self._ws is None:
            self._ws = tuple(_ws(self.epoch, seq, e) for seq, e in enumerate(self._events, self.first_seq))
        return self._ws

    def after(self, seq: int) -> Frame | None:
        """The part of it that follows `seq`; None if nothing does."""
        skip = seq - self.first_seq + 1
        if skip <= 0:
            return self
        if skip >= len(self._events):
            return None
        rest = object.__new__(Frame)
        rest.epoch, rest.first_seq, rest._events = self.epoch, seq + 1, self._events[skip:]
        cut = self._ends[skip - 1]
        rest.sse, rest._ends = self.sse[cut:], [end - cut for end in self._ends[skip:]]
        rest._ws = None
        return rest


@attrs.frozen
class Notice:
    """A piece without an event of the topic: `reset`, `bye`, heartbeat, where a client joined.

    `close` is the code with which a WebSocket is closed when this was its last message.
    """

    sse: bytes
    ws: Sequence[str] = ()
    close: int = 1000


HEARTBEAT = Notice(HEARTBEAT_BYTES)
GOING_AWAY, TRY_AGAIN_LATER, SIGNED_OUT = 1001, 1013, 4401
SILENT_END = Notice(b"", (), TRY_AGAIN_LATER)


def joined(position: Position) -> Notice:
    """Tells a client that named no position where it stands, so that it can come back there.

    In SSE it is an id without data: the browser keeps it and no event is seen.
    """
    return Notice(b"id: %b\n\n" % str(position).encode(), (f'{{"id":"{position}","type":"joined","data":{{}}}}',))


def reset(reason: str, position: Position) -> Notice:
    """Tells a client to load its state anew: what it knows does not lead to `position` without a gap.

    It ends the stream. A client that comes back with the id of this event misses nothing after it.
    """
    return _farewell("reset", reason, position, 1000)


def bye(reason: str) -> Notice:
    """Tells a client that the server ends the stream on purpose: `shutdown`, `signed_out` or `not_allowed`."""
    return _farewell("bye", reason, None, GOING_AWAY if reason == "shutdown" else SIGNED_OUT)


def cut(epoch: str, first_seq: int, events: Sequence[Event]) -> Iterator[Frame]:
    """Frames of bounded size for these events, in order."""
    start = size = 0
    for index, event in enumerate(events):
        size += len(event.data) + len(event.type) + _ENVELOPE_BYTES
        if size >= FRAME_BYTES:
            yield Frame(epoch, first_seq + start, events[start : index + 1])
            start, size = index + 1, 0
    if start < len(events):
        yield Frame(epoch, first_seq + start, events[start:])


def _farewell(kind: str, reason: str, position: Position | None, close: int) -> Notice:
    head = b"id: %b\n" % str(position).encode() if position else b""
    sse = head + f'event: {kind}\ndata: {{"reason":"{reason}"}}\n\n'.encode()
    known = f'"id":"{position}",' if position else ""
    return Notice(sse, (f'{{{known}"type":"{kind}","data":{{"reason":"{reason}"}}}}',), close)


def _sse(epoch: str, seq: int, event: Event) -> bytes:
    return b"id: %b:%d\nevent: %b\ndata: %b\n\n" % (
        epoch.encode(),
        seq,
        event.type.encode(),
        _one_line(event.data),
    )


def _ws(epoch: str, seq: int, event: Event) -> str:
    return f'{{"id":"{epoch}:{seq}","type":"{event.type}","data":{_one_line(event.data).decode()}}}'


def _one_line(data: bytes) -> bytes:
    """In JSON a bare line break can only stand between two tokens (inside a text it is escaped): a space
    says the same.

    Our own encoder never writes one; a payload that another program put into the outbox may hold some.
    """
    if b"\n" in data or b"\r" in data:
        return data.replace(b"\r", b" ").replace(b"\n", b" ")
    return data


def _running_total(parts: Sequence[bytes]) -> list[int]:
    total, ends = 0, []
    for part in parts:
        total += len(part)
        ends.append(total)
    return ends
