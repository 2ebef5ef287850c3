"""Starting `dibs` commands quickly: real processes of their own, forked from one that has imported everything."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from io import BufferedIOBase
from pathlib import Path

import attrs


@functools.cache
def _nursery() -> str:
    """The socket of the process that forks; it ends when this one does."""
    folder = tempfile.TemporaryDirectory(prefix="dibs-nursery-")
    path, pipe = Path(folder.name) / "socket", subprocess.PIPE
    _kept.append(folder)
    command = [sys.executable, str(Path(__file__).with_name("nursery.py")), str(path)]
    started = subprocess.Popen(command, stdin=pipe, stdout=pipe)
    assert started.stdout is not None
    assert started.stdout.readline() == b"ready\n"
    _kept.append(started)
    return str(path)


_kept: list[object] = []


@attrs.define(eq=False)
class Forked:
    """A process that runs a `dibs` command; `returncode` is None as long as it does."""

    pid: int
    returncode: int | None = None
    _watching: asyncio.Task[None] = attrs.field(init=False)

    async def wait(self) -> int:
        """The status with which it ended, or minus the number of the signal that ended it."""
        await asyncio.shield(self._watching)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Signal it, if it is still there."""
        if self.returncode is None:
            os.kill(self.pid, number)

    async def _watch(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.returncode = int(await answers.readline())
        writer.close()


async def start(arguments: Sequence[str], env: Mapping[str, str], output: BufferedIOBase) -> Forked:
    """Run `dibs` with these arguments, all that it says going to the file."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(await asyncio.to_thread(_nursery))
    job = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": os.getcwd()}).encode() + b"\n"
    with Path(os.devnull).open("rb") as nothing:
        sent = socket.send_fds(line, [job], [nothing.fileno(), output.fileno(), output.fileno()])
    line.sendall(job[sent:])
    answers, writer = await asyncio.open_unix_connection(sock=line)
    made = Forked(int(await answers.readline()))
    made._watching = asyncio.create_task(made._watch(answers, writer))
    return made
