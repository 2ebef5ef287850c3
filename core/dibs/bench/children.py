"""Processes that the benchmark starts: listeners and senders of its own, and whole servers."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import orjson

from dibs.errors import UnavailableError

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


@asynccontextmanager
async def helper(module: str, order: Mapping[str, Any]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A helper process that was given its order on standard input; killed at the end if it still runs."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    process.stdin.write(orjson.dumps(order) + b"\n")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def answer(process: asyncio.subprocess.Process, seconds: float) -> Any:
    """The next line of a helper, as JSON.

    Raises:
        UnavailableError: it ended, or said nothing for so long.
    """
    assert process.stdout is not None
    try:
        async with asyncio.timeout(seconds):
            line = await process.stdout.readline()
    except TimeoutError:
        line = b""
    if not line:
        raise UnavailableError("A helper process of the benchmark gave no answer.")
    return orjson.loads(line)


@contextmanager
def server(folder: Path, settings: Mapping[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`dibs serve` with the data folder `folder`; asked to stop at the end.

    Its log goes to `folder/serve.log`; if something goes wrong the end of it is shown.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = {name: text for name, text in os.environ.items() if not name.startswith("DIBS_") and name != "DATABASE_URL"}
    environment = {**known, **settings, "DIBS_CONFIG": os.devnull, "DIBS_DATA_DIR": str(folder), "DIBS_PORT": str(port)}
    with (folder / "serve.log").open("ab") as log:
        command = (sys.executable, "-m", "dibs", "serve")
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        yield process
    except UnavailableError:
        sys.stderr.write((folder / "serve.log").read_text("utf-8", "replace")[-3000:])
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    """Return as soon as `/healthz` answers 200.

    Raises:
        UnavailableError: the server has ended, or has not answered within a minute.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise UnavailableError("The server of the benchmark did not start.")


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
