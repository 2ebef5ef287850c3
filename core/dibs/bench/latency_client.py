"""The listening side of the latency measurement, a process of its own: one SSE client that notes when claims come.

Reads its order from standard input, prints `"ready"` when it listens; then reads how many claims there are, and prints
the report when it has them all.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from typing import Any

import orjson

from dibs.bench.figures import percentile
from dibs.server import run_loop

_CLAIM = re.compile(rb'event: claim\.created\ndata: [^\n]*?"comment_id":"\d+_(\d+)"')


class _Listener(asyncio.Protocol):
    """The connection; what is after the last blank line waits for more."""

    def __init__(self) -> None:
        self._rest = b""
        self.delays: list[float] = []
        self.opened = asyncio.Event()
        self.more = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        """Note the claims in it: the comment's id holds the instant at which it was handed over."""
        if b"retry:" in data:
            self.opened.set()
        whole, found, rest = (self._rest + data).rpartition(b"\n\n")
        self._rest = rest
        if not found:
            return
        claims = _CLAIM.findall(whole)
        now = time.monotonic_ns()
        self.delays.extend((now - int(at)) / 1e6 for at in claims)
        self.more.set()


async def _listen(order: dict[str, Any], stdin: asyncio.StreamReader) -> dict[str, float]:
    listener = _Listener()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(lambda: listener, "127.0.0.1", order["port"])
    transport.write(
        f"GET {order['path']} HTTP/1.1\r\nHost: 127.0.0.1:{order['port']}\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {order['token']}\r\n\r\n".encode()
    )
    await listener.opened.wait()
    await asyncio.sleep(0.3)  # the preamble is sent just before the stream goes live
    print('"ready"', flush=True)
    wanted = orjson.loads(await stdin.readline())
    while len(listener.delays) < wanted["claims"]:
        listener.more.clear()
        await listener.more.wait()
    delays = listener.delays[wanted["skip"] :]
    return {"p50_ms": percentile(delays, 0.5), "p99_ms": percentile(delays, 0.99), "claims": len(delays)}


async def main() -> None:
    """Do what standard input says."""
    stdin = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    report = await _listen(orjson.loads(await stdin.readline()), stdin)
    print(orjson.dumps(report).decode(), flush=True)


if __name__ == "__main__":
    run_loop(main())
