"""The platform's side of the webhook measurement, a process of its own: signed deliveries at a steady rate.

Reads one JSON object from standard input, prints one JSON object. A delivery that has to wait for a free connection is
late from the moment on at which it was due, so nothing is left out of the delays.
"""

from __future__ import annotations

import asyncio
import hmac
import sys
import time
from typing import Any, cast

import orjson

from dibs.bench.figures import percentile
from dibs.bench.workload import BUYERS, author
from dibs.server import run_loop

_END = b"\r\n\r\n"


class _Load:
    """When each delivery is due, and what came of it. A rate of 0 sends as fast as answers come."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self._begun = time.perf_counter()
        self._sent, self._open = 0, int(order["connections"])
        self.delays: list[float] = []
        self.failed = 0
        self.done = asyncio.Event()
        self.lasted = 0.0

    def next(self) -> tuple[int, float] | None:
        """Number and time of the next delivery; None when the time is up."""
        rate, number = float(self.order["rate"]), self._sent
        due = self._begun + number / rate if rate else max(time.perf_counter(), self._begun)
        if due - self._begun >= float(self.order["seconds"]):
            return None
        self._sent += 1
        return number, due

    def gone(self) -> None:
        """One connection less."""
        self._open -= 1
        if not self._open:
            self.lasted = time.perf_counter() - self._begun
            self.done.set()

    def report(self) -> dict[str, float]:
        """Counts, the time that it took, and delays."""
        delays = self.delays or [0.0]
        return {
            "answered": len(self.delays),
            "failed": self.failed,
            "seconds": self.lasted,
            "p50_ms": percentile(delays, 0.5) * 1000,
            "p99_ms": percentile(delays, 0.99) * 1000,
            "most_ms": max(delays) * 1000,
        }


class _Sender(asyncio.Protocol):
    """One connection that is kept alive."""

    def __init__(self, load: _Load) -> None:
        self._load, self._buffer, self._due = load, b"", 0.0
        order = load.order
        self._head = f"POST {order['path']} HTTP/1.1\r\nHost: 127.0.0.1:{order['port']}\r\n".encode()
        self._secret = str(order["secret"]).encode()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Count an answer once it is there, and go on. Its body is empty."""
        self._buffer += data
        if _END not in self._buffer:
            return
        if self._buffer.startswith(b"HTTP/1.1 200"):
            self._load.delays.append(time.perf_counter() - self._due)
        else:
            self._load.failed += 1
        self._buffer = b""
        self._go_on()

    def connection_lost(self, error: Exception | None) -> None:
        """Over, or the server gave up."""
        self._load.gone()

    def _go_on(self) -> None:
        assert self._transport is not None
        due = self._load.next()
        if due is None:
            self._transport.close()
            return
        number, self._due = due
        wait = self._due - time.perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send, number)
        else:
            self._send(number)

    def _send(self, number: int) -> None:
        body = _delivery(self._load.order, number)
        signature = hmac.digest(self._secret, body, "sha256").hex()
        assert self._transport is not None
        self._transport.write(
            b"%bContent-Type: application/json\r\nX-Hub-Signature-256: sha256=%b\r\nContent-Length: %d%b%b"
            % (self._head, signature.encode(), len(body), _END, body)
        )


def _delivery(order: dict[str, Any], number: int) -> bytes:
    """One live comment, as Meta tells it."""
    who = author(number % BUYERS)
    value = {
        "from": {"id": who.user_id, "username": who.name},
        "media": {"id": order["live_id"], "media_product_type": "LIVE"},
        "id": f"{order['run']}{number:08d}",
        "text": f"sold {number % int(order['items']) + 1}",
    }
    entry = {
        "id": order["account_id"],
        "time": int(time.time()),
        "changes": [{"field": "live_comments", "value": value}],
    }
    return orjson.dumps({"object": "instagram", "entry": [entry]})


async def main() -> None:
    """Do what standard input says."""
    order = orjson.loads(sys.stdin.buffer.readline())
    loop, load = asyncio.get_running_loop(), _Load(order)
    for _ in range(int(order["connections"])):
        await loop.create_connection(lambda: _Sender(load), "127.0.0.1", order["port"])
    await load.done.wait()
    print(orjson.dumps(load.report()).decode(), flush=True)


if __name__ == "__main__":
    run_loop(main())
