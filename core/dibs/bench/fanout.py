"""How many clients one process reaches, how late, and what an idle client costs.

The server runs in this process, the clients in another one, so that neither waits for the other's event loop.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import orjson
import psutil

from dibs.accounts.model import Registration
from dibs.app import DibsQuart, create_app
from dibs.events import outbox
from dibs.events.model import Event
from dibs.ids import uuid7
from dibs.server import listen, serve_app
from dibs.settings import Settings

_BATCH_SECONDS = 0.01
_PADDING = "x" * 220  # about the size of a comment's event


@attrs.frozen
class _Stage:
    """A served show and somebody who may see it."""

    app: DibsQuart
    port: int
    workspace_id: UUID
    show_id: UUID
    token: str

    @property
    def topic(self) -> str:
        return f"show:{self.show_id}"


async def measure_fanout(
    database_url: str,
    clients: int,
    events_per_second: int,
    seconds: float = 5.0,
    beside: Callable[[], AbstractAsyncContextManager[object]] = nullcontext,
) -> dict[str, Any]:
    """Commit and publish events at a steady rate, and time how late each client has each of them.

    `beside` gives what this process does beside it: entered when all clients listen, left when they have everything.

    :return: `clients`, `events_per_second` (as reached), `delivered`, `expected`, `out_of_order`, `lost`,
        `p50_ms`, `p95_ms`, `p99_ms` from just before the commit to the client, `server_cpu_percent`, and by the
        monotonic clock when the first event was published (`began`) and the last one (`ended`).
    """
    total = int(events_per_second * seconds)
    async with _stage(database_url) as stage, _clients(stage, clients, total) as process, beside():
        cpu, started = time.process_time(), time.monotonic()
        await _publish(stage, total, events_per_second)
        took = time.monotonic() - started
        report = await _report(process, 30.0)
        busy = time.process_time() - cpu
    return {
        "clients": clients,
        "events_per_second": round(total / took, 1),
        "expected": clients * total,
        **report,
        "server_cpu_percent": round(busy / took * 100, 1),
        "began": started,
        "ended": started + took,
    }


async def measure_idle(database_url: str, clients: int, warm: int = 50) -> dict[str, Any]:
    """Resident memory of this process for each client that is connected and hears nothing.

    :return: `clients`, `kb_per_client`.
    """
    async with _stage(database_url) as stage:
        async with _clients(stage, warm, None):
            pass
        before = await _resident()
        async with _clients(stage, clients, None):
            grown = await _resident() - before
    return {"clients": clients, "kb_per_client": round(grown / clients / 1024, 1)}


@asynccontextmanager
async def _stage(database_url: str) -> AsyncIterator[_Stage]:
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory() as folder, listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        app = create_app(Settings(database_url=database_url, data_dir=Path(folder), port=port, log_level="warning"))
        await app.runtime.start()
        serving = asyncio.create_task(serve_app(app, listener, stop))
        try:
            yield await _set_up(app, port)
        finally:
            stop.set()
            await serving


async def _set_up(app: DibsQuart, port: int) -> _Stage:
    runtime = app.runtime
    new = Registration(email=f"{uuid7()}@example.com", password="correct horse battery", name="Bench")
    user, place = await runtime.accounts.users.create(new, "never signs in with a password")
    token = runtime.accounts.access_token(await runtime.accounts.open_sign_in(user.id))
    show_id = uuid7()
    insert = "INSERT INTO shows (workspace_id, id, title) VALUES ($1, $2, 'Fan-out')"
    await runtime.db.hot_fetch(insert, place.id, show_id)
    await outbox.position(runtime.db, place.id, f"show:{show_id}")
    return _Stage(app, port, place.id, show_id, token)


@asynccontextmanager
async def _clients(stage: _Stage, clients: int, total: int | None) -> AsyncIterator[asyncio.subprocess.Process]:
    _allow_files(clients + 200)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "dibs.bench.fanout_clients",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    order = {
        "host": "127.0.0.1",
        "port": stage.port,
        "path": f"/api/shows/{stage.show_id}/stream",
        "token": stage.token,
        "clients": clients,
        "last_seq": total,
    }
    process.stdin.write(orjson.dumps(order) + b"\n")
    try:
        async with asyncio.timeout(60):
            if await process.stdout.readline() != b"ready\n":
                raise RuntimeError("the clients could not connect")
            await _listening(stage, clients)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await _listening(stage, 0)


async def _listening(stage: _Stage, count: int) -> None:
    """Wait until so many clients are listening."""
    for _ in range(1000):
        if stage.app.runtime.hub.subscribers == count:
            return
        await asyncio.sleep(0.03)
    raise TimeoutError(f"{stage.app.runtime.hub.subscribers} clients listen instead of {count}")


async def _publish(stage: _Stage, total: int, rate: int) -> None:
    """In batches, a hundred a second, as the claim lane commits under load."""
    runtime, begun, sent = stage.app.runtime, time.monotonic(), 0
    while sent < total:
        due = min(int((time.monotonic() - begun) * rate) + 1, total)
        if due > sent:
            at = time.monotonic_ns()
            data = [b'{"at":%d,"n":%d,"pad":"%b"}' % (at, n, _PADDING.encode()) for n in range(sent, due)]
            events = [Event("comment.received", payload) for payload in data]
            async with runtime.db.hot_connection() as connection:
                first = await outbox.append(connection, stage.workspace_id, stage.topic, events)
            runtime.hub.publish(stage.workspace_id, stage.topic, first.epoch, first.seq, events)
            sent = due
        await asyncio.sleep(_BATCH_SECONDS)


async def _report(process: asyncio.subprocess.Process, seconds: float) -> dict[str, Any]:
    """What the clients saw, once each of them has everything; after `seconds` what they have by then."""
    assert process.stdin is not None and process.stdout is not None
    line = asyncio.create_task(process.stdout.readline())
    await asyncio.wait((line,), timeout=seconds)
    process.stdin.close()
    report: dict[str, Any] = orjson.loads(await line)
    return report


async def _resident() -> int:
    """Bytes in memory once everything has come to rest."""
    await asyncio.sleep(1.0)
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def _allow_files(count: int) -> None:
    """Let this process, and those that it starts, open that many connections, as far as the system allows."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
