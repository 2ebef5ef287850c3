"""Starting programs quickly: real processes of their own, forked from one that has imported Dibs already."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import attrs

ROOT = Path(__file__).parents[2]
_LINE = 1 << 24
_kept: list[object] = []
_starting = threading.Lock()


def _nursery() -> str:
    """The socket of the process that forks."""
    with _starting:
        return _start_nursery()


@functools.cache
def _start_nursery() -> str:
    """Start it; it ends when this process does."""
    folder, pipe = tempfile.TemporaryDirectory(prefix="dibs-nursery-"), subprocess.PIPE
    path = str(Path(folder.name) / "socket")
    program = str(Path(__file__).with_name("nursery.py"))
    started = subprocess.Popen([sys.executable, program, path], stdin=pipe, stdout=pipe, cwd=ROOT)
    assert started.stdout is not None
    assert started.stdout.readline() == b"ready\n"
    _kept.extend((folder, started))
    return path


@attrs.define(eq=False)
class Forked:
    """What asyncio's `Process` is, as far as tests use it; without an `output` of its own the streams are open."""

    pid: int
    stdin: asyncio.StreamWriter | None = None
    stdout: asyncio.StreamReader | None = None
    returncode: int | None = None
    _watching: asyncio.Task[None] = attrs.field(init=False)

    def send_signal(self, number: int) -> None:
        """Signal it, if it is still there."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """The status with which it ended, or minus the number of the signal that ended it."""
        await asyncio.shield(self._watching)
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, None]:
        """Close its standard input; everything else that it says, and nothing from its standard error."""
        assert self.stdin is not None and self.stdout is not None
        if self.stdin.can_write_eof():
            self.stdin.write_eof()
        said = await self.stdout.read()
        await self.wait()
        self.stdin.close()
        return said, None

    async def _watch(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.returncode = int(await answers.readline())
        writer.close()


async def start(
    program: str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    output: IO[bytes] | None = None,
    errors: IO[bytes] | None = None,
) -> Forked:
    """Run a module, or a file whose name ends with `.py`.

    :param output: a file for all that it says; without it the process talks with this one by standard streams.
    :param errors: where its standard error goes if not to the output, or to that of this process.
    """
    if output is not None:
        with Path(os.devnull).open("rb") as nothing:
            files = nothing.fileno(), output.fileno(), (errors or output).fileno()
            return await _begin(program, arguments, env, cwd, files)
    ours, theirs = socket.socketpair()
    with theirs:
        files = theirs.fileno(), theirs.fileno(), 2 if errors is None else errors.fileno()
        made = await _begin(program, arguments, env, cwd, files)
    made.stdout, made.stdin = await asyncio.open_unix_connection(sock=ours, limit=_LINE)
    return made


def run(
    program: str, *arguments: str, env: Mapping[str, str], cwd: Path = ROOT, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """What `subprocess.run` is: run it to its end, and give what it said."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        with _ask(program, arguments, env, cwd, (nothing.fileno(), out.fileno(), err.fileno())) as line:
            line.settimeout(timeout)
            with line.makefile() as answers:
                pid = int(answers.readline())
                try:
                    code = int(answers.readline())
                except TimeoutError:
                    os.kill(pid, signal.SIGKILL)
                    raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([program, *arguments], code, out.read().decode(), err.read().decode())


def _ask(
    program: str,
    arguments: tuple[str, ...],
    env: Mapping[str, str] | None,
    cwd: Path,
    files: tuple[int, int, int],
) -> socket.socket:
    """The line on which the nursery answers."""
    job = {"program": program, "arguments": arguments, "env": dict(os.environ if env is None else env)}
    told = json.dumps({**job, "cwd": str(cwd)}).encode() + b"\n"
    line = socket.socket(socket.AF_UNIX)
    line.connect(_nursery())
    line.sendall(told[socket.send_fds(line, [told], list(files)) :])
    return line


async def _begin(
    program: str, arguments: tuple[str, ...], env: Mapping[str, str] | None, cwd: Path, files: tuple[int, int, int]
) -> Forked:
    line = await asyncio.to_thread(_ask, program, arguments, env, cwd, files)
    answers, writer = await asyncio.open_unix_connection(sock=line)
    made = Forked(int(await answers.readline()))
    made._watching = asyncio.create_task(made._watch(answers, writer))
    return made
