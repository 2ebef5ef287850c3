"""Several server processes on one listening socket, and the parent that keeps them running.

A worker gets its settings on standard input and keeps it open: when it ends, the parent is gone and the
    worker stops.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import attrs
import structlog

from dibs.embedded import revive_embedded, start_embedded
from dibs.errors import UnavailableError
from dibs.logs import configure_logs
from dibs.server import announce, run_loop, serve_app, stop_on_signals
from dibs.settings import Settings

log = structlog.get_logger("dibs.server")
_WORKER = "from dibs.supervisor import worker_main; worker_main()"
_LOOK_SECONDS = 0.1
_RESTART_SECONDS = 1.0


def supervise(settings: Settings, listener: socket.socket) -> None:
    """Start the built-in database if there is no other, and the workers; replace one that dies; stop in order."""
    configure_logs(settings)
    url = settings.database_url or start_embedded(settings.data_dir)
    crew = _Crew(attrs.evolve(settings, database_url=url), listener.fileno(), embedded=not settings.database_url)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, crew.told_to_stop)
    try:
        crew.start()
        announce(settings)
        crew.watch()
    finally:
        crew.stop()


def worker_main() -> None:
    """A worker's whole life."""
    given = json.loads(sys.stdin.buffer.readline())
    listener = socket.socket(fileno=given.pop("descriptor"))
    with listener:
        run_loop(_work(_settings_from(given), listener))


async def _work(settings: Settings, listener: socket.socket) -> None:
    from dibs.app import create_app  # noqa: PLC0415 - the parent has no application

    stop, app = stop_on_signals(), create_app(settings)
    await app.runtime.start()
    print("ready", flush=True)
    orphaned = asyncio.create_task(_until_orphaned(stop))
    await serve_app(app, listener, stop)
    orphaned.cancel()


async def _until_orphaned(stop: asyncio.Event) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()
    asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
    stop.set()


@attrs.define(eq=False)
class _Crew:
    """The worker processes."""

    settings: Settings
    descriptor: int
    embedded: bool = False
    stopping: bool = False
    workers: list[subprocess.Popen[bytes]] = attrs.field(factory=list)

    def start(self) -> None:
        """Start all workers and wait until each of them answers."""
        self.workers = [self._spawn() for _ in range(self.settings.workers)]
        for worker in self.workers:
            assert worker.stdout is not None
            if worker.stdout.readline() != b"ready\n" and not self.stopping:
                raise UnavailableError("A server process did not start; its log says why.")

    def watch(self) -> None:
        """Replace workers that die, and the built-in database, until told to stop."""
        while not self.stopping:
            time.sleep(_LOOK_SECONDS)
            self._look_after_database()
            for place, worker in enumerate(self.workers):
                if worker.poll() is not None and not self.stopping:
                    log.error("worker_died", pid=worker.pid, status=worker.returncode)
                    time.sleep(_RESTART_SECONDS)
                    self.workers[place] = self._spawn()

    def _look_after_database(self) -> None:
        if self.embedded:
            try:
                revive_embedded(self.settings.data_dir)
            except UnavailableError as error:  # the next look tries again
                log.error("database_not_revived", problem=str(error))

    def told_to_stop(self, _: int, __: FrameType | None) -> None:
        """Take note of a signal."""
        self.stopping = True

    def stop(self) -> None:
        """Tell every worker to end, and end those that take too long."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.terminate()
        until = time.monotonic() + self.settings.shutdown_seconds * 3 + 5
        for worker in self.workers:
            try:
                worker.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("worker_killed", pid=worker.pid)
                worker.kill()

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _WORKER]
        pipe = subprocess.PIPE
        worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, pass_fds=(self.descriptor,))
        assert worker.stdin is not None
        worker.stdin.write(_settings_to(self.settings, self.descriptor))
        worker.stdin.flush()
        return worker


def _settings_to(settings: Settings, descriptor: int) -> bytes:
    values: dict[str, Any] = attrs.asdict(settings) | {
        "data_dir": str(settings.data_dir),
        "descriptor": descriptor,
    }
    return json.dumps(values).encode() + b"\n"


def _settings_from(values: dict[str, Any]) -> Settings:
    tuples = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}  # JSON has only lists
    return Settings(**{**values, **tuples, "data_dir": Path(values["data_dir"])})
