"""The listening side of the fan-out measurement, a process of its own: many SSE clients that check order and time.

Reads one JSON object from standard input (address, path, token, clients, `last_seq` or null for idle clients), prints
`ready`, and at the end one JSON object. Ends when every client has `last_seq`, or when standard input is closed.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from array import array
from typing import Any

import orjson

_EVENT = re.compile(rb'id: [\w-]+:(\d+)\nevent: [\w.]+\ndata: \{"at":(\d+)')
_AT_ONCE = 50


class _Client(asyncio.Protocol):
    """One connection. Only what is between the last blank line and the end of the data waits for more."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._rest = b""
        self.seq = tally.first_seq
        self.opened = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        """Count the events in it."""
        now = time.monotonic_ns()
        if not self.opened.done() and b"retry:" in data:
            self.opened.set_result(None)
        end = data.rfind(b"\n\n")
        if end < 0:
            self._rest += data
            return
        whole, self._rest = self._rest + data[: end + 2], data[end + 2 :]
        for seq, at in _EVENT.findall(whole):
            if int(seq) != self.seq + 1:
                self._tally.broken += 1
            self.seq = int(seq)
            self._tally.delays.append((now - int(at)) / 1e6)
        self._tally.finished(self.seq)

    def connection_lost(self, error: Exception | None) -> None:
        """A client that loses its connection has lost the rest."""
        self._tally.lost += 1
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("refused"))


class Tally:
    """What all clients saw."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.first_seq: int = order.get("first_seq", 0)
        self._last_seq: int | None = order["last_seq"]
        self._missing: int = order["clients"]
        self.delays = array("d")
        self.broken = self.lost = 0
        self.done = asyncio.Event()

    def finished(self, seq: int) -> None:
        """One client stands at `seq`."""
        if self._last_seq is not None and seq == self._last_seq:
            self._missing -= 1
            if self._missing == 0:
                self.done.set()

    def report(self) -> dict[str, Any]:
        """Counts, and delays in milliseconds."""
        counts = {"delivered": len(self.delays), "out_of_order": self.broken, "lost": self.lost}
        delays, last = sorted(self.delays), len(self.delays) - 1
        if not delays:
            return counts
        return {**counts, **{f"p{p}_ms": round(delays[min(last, last * p // 100)], 2) for p in (50, 95, 99)}}


async def _run(order: dict[str, Any], stdin: asyncio.StreamReader) -> dict[str, Any]:
    loop, tally = asyncio.get_running_loop(), Tally(order)
    request = (
        f"GET {order['path']} HTTP/1.1\r\nHost: {order['host']}\r\nAuthorization: Bearer {order['token']}\r\n"
        "Accept: text/event-stream\r\n\r\n"
    ).encode()

    async def connect() -> None:
        transport, client = await loop.create_connection(lambda: _Client(tally), order["host"], order["port"])
        transport.write(request)
        await client.opened

    for start in range(0, order["clients"], _AT_ONCE):
        count = min(_AT_ONCE, order["clients"] - start)
        await asyncio.gather(*(connect() for _ in range(count)))
    print("ready", flush=True)
    closed = asyncio.create_task(stdin.read())
    done = asyncio.create_task(tally.done.wait())
    await asyncio.wait((closed, done), return_when=asyncio.FIRST_COMPLETED)
    return tally.report()


async def main() -> None:
    """Do what standard input says."""
    stdin = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    report = await _run(orjson.loads(await stdin.readline()), stdin)
    print(orjson.dumps(report).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
