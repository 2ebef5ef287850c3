"""The sending side of the HTTP measurement, a process of its own: many connections, one claim after another on each.

Reads one JSON object from standard input, prints one JSON object. Speaks just enough HTTP/1.1 that the server, not this
process, is what is measured.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from typing import Any, cast

import orjson

from dibs.bench.figures import percentile
from dibs.bench.workload import BUYERS, author
from dibs.server import run_loop

_END = b"\r\n\r\n"


class _Sender(asyncio.Protocol):
    """One connection that is kept alive: sends the next claim when the last one is answered."""

    def __init__(self, order: dict[str, Any], tally: Tally) -> None:
        self._tally = tally
        self._head = (
            f"POST {order['path']} HTTP/1.1\r\nHost: 127.0.0.1:{order['port']}\r\n"
            f"Authorization: Bearer {order['token']}\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()
        self._dice, self._items = random.Random(), order["items"]
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)  # that of uvloop is no subclass
        self._send()

    def data_received(self, data: bytes) -> None:
        """Count an answer once all of it is there, and go on."""
        self._buffer += data
        head, found, body = self._buffer.partition(_END)
        if not found or len(body) < _length(head):
            return
        self._buffer = b""
        fine = head.startswith(b"HTTP/1.1 200") and b'"verdict":"claim"' in body
        self._tally.count(time.perf_counter() - self._sent_at, fine)
        if self._tally.over:
            assert self._transport is not None
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        """Over, or the server gave up."""
        if not self._tally.over:
            self._tally.failed += 1
        self._tally.gone()

    def _send(self) -> None:
        who = author(self._dice.randrange(BUYERS))
        comment = {
            "message": f"sold {self._dice.randint(1, self._items)}",
            "id": str(self._dice.getrandbits(60)),
            "author": {"id": who.user_id, "name": who.name},
        }
        body = orjson.dumps({"platform": "facebook", "comments": [comment]})
        assert self._transport is not None
        self._sent_at = time.perf_counter()
        self._transport.write(b"%b%d%b%b" % (self._head, len(body), _END, body))


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


class Tally:
    """What all connections saw."""

    def __init__(self, connections: int, seconds: float) -> None:
        self._open = connections
        self._begun = time.perf_counter()
        self._seconds = seconds
        self.delays: list[float] = []
        self.failed = 0
        self.done = asyncio.Event()

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.perf_counter() - self._begun >= self._seconds

    def count(self, delay: float, fine: bool) -> None:
        """One answer."""
        if fine:
            self.delays.append(delay)
        else:
            self.failed += 1

    def gone(self) -> None:
        """One connection less."""
        self._open -= 1
        if not self._open:
            self.done.set()

    def report(self) -> dict[str, float]:
        """Counts, the time that it took, and delays."""
        counts = {
            "answered": len(self.delays),
            "failed": self.failed,
            "seconds": time.perf_counter() - self._begun,
        }
        if not self.delays:
            return {**counts, "p50_ms": 0.0, "p99_ms": 0.0}
        return {
            **counts,
            "p50_ms": percentile(self.delays, 0.5) * 1000,
            "p99_ms": percentile(self.delays, 0.99) * 1000,
        }


async def main() -> None:
    """Do what standard input says."""
    order = orjson.loads(sys.stdin.buffer.readline())
    loop, connections = asyncio.get_running_loop(), int(order["connections"])
    tally = Tally(connections, float(order["seconds"]))
    for _ in range(connections):
        await loop.create_connection(lambda: _Sender(order, tally), "127.0.0.1", order["port"])
    await tally.done.wait()
    print(orjson.dumps(tally.report()).decode(), flush=True)


if __name__ == "__main__":
    run_loop(main())
