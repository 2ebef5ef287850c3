"""One server process: a listening socket, the application, and an orderly end."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import attrs

from dibs.errors import SettingsError
from dibs.events.sockets import drop_dead_peers, limit_sockets
from dibs.settings import Settings

if TYPE_CHECKING:
    from hypercorn.config import Config

    from dibs.app import DibsQuart

_BACKLOG = 1024


def serve(settings: Settings) -> None:
    """Listen, say where, and answer until SIGTERM or Ctrl-C.

    Raises:
        SettingsError: the address can't be listened on.
        UnavailableError: the database does not answer.
    """
    with listen(settings.host, settings.port) as listener:
        settings = attrs.evolve(settings, port=listener.getsockname()[1])
        if sys.stdout.isatty():
            print("Starting Dibs; the first time takes a few seconds…", flush=True)
        if settings.workers > 1:
            from dibs.supervisor import supervise  # noqa: PLC0415 - a single process needs no parent

            supervise(settings, listener)
        else:
            run_loop(_serve_alone(settings, listener))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there already, so that nobody who reads the start line is turned away."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        hint = " Choose another one with --port." if error.errno == errno.EADDRINUSE else ""
        known = error.errno is not None and error.errno in errno.errorcode
        why = os.strerror(error.errno or 0) if known else str(error.strerror or error)
        raise SettingsError(f"The server can't listen on {host} port {port}: {why}.{hint}") from error
    drop_dead_peers(listener)
    return listener


def announce(settings: Settings) -> None:
    """The start line, once requests are answered."""
    print(f"Dibs is ready at {settings.origin}", flush=True)


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where there is one."""
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on Windows
    except ImportError:
        asyncio.run(main)
        return
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(main)


async def serve_app(app: DibsQuart, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer requests on a listening socket until `stop` is set, then finish what is in flight."""
    from hypercorn.asyncio import serve as hypercorn_serve  # noqa: PLC0415 - the parent of workers needs none

    ending: list[asyncio.Task[None]] = []

    async def until_stopped() -> None:
        await stop.wait()
        ending.append(asyncio.create_task(app.runtime.begin_shutdown()))

    config = _config(listener, app.runtime.settings)
    await hypercorn_serve(app, config, shutdown_trigger=until_stopped)
    await asyncio.gather(*ending)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        else:
            loop.add_signal_handler(number, stop.set)
    return stop


async def _serve_alone(settings: Settings, listener: socket.socket) -> None:
    from dibs.app import create_app  # noqa: PLC0415 - the parent of workers has no application

    stop, app = stop_on_signals(), create_app(settings)
    await app.runtime.start()
    announce(settings)
    await serve_app(app, listener, stop)


def _config(listener: socket.socket, settings: Settings) -> Config:
    from hypercorn.config import Config  # noqa: PLC0415

    config = Config()
    config.bind = [f"fd://{os.dup(listener.fileno())}"]
    config.graceful_timeout = config.shutdown_timeout = float(settings.shutdown_seconds)
    config.backlog = _BACKLOG
    config.include_server_header = False
    config.errorlog = config.accesslog = None
    config.keep_alive_timeout = 75.0
    config.keep_alive_max_requests = 100_000
    config.websocket_max_message_size = 64 * 1024
    config.websocket_ping_interval = 30.0
    limit_sockets()
    return config
