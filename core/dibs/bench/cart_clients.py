"""Hosts who add to carts by HTTP, a process of its own: one JSON object in on standard input, one out.

An addition that has to wait is late from the moment on at which it was due.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import aiohttp
import orjson

from dibs.bench.figures import percentile
from dibs.server import run_loop

_CONNECTIONS = 50


async def _run(order: dict[str, Any]) -> None:
    delays: list[float] = []
    failed = 0
    headers = {"Authorization": f"Bearer {order['token']}"}
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{order['port']}", headers=headers, connector=connector
    ) as client:

        async def add(session_id: str, batch_id: str, due: float) -> None:
            nonlocal failed
            body = {"batch_id": batch_id, "quantity": "1"}
            async with client.post(f"/api/live-sessions/{session_id}/lines", json=body) as response:
                await response.read()
                failed += response.status != 201
            delays.append(time.perf_counter() - due)

        begun, tasks = time.perf_counter(), []
        for number, (session_id, batch_id) in enumerate(order["adds"]):
            due = begun + number / order["rate"]
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(add(session_id, batch_id, due)))
        await asyncio.gather(*tasks)
    counted = delays[order["warm"] :]
    p50, p99 = (percentile(counted, share) * 1000 for share in (0.5, 0.99))
    sys.stdout.write(orjson.dumps({"failed": failed, "p50_ms": p50, "p99_ms": p99}).decode() + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what standard input says."""
    run_loop(_run(orjson.loads(sys.stdin.buffer.readline())))


if __name__ == "__main__":
    main()
