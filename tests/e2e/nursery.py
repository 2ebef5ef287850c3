"""Forks processes from one that has imported everything they need, which is most of what a start costs.

Argument: the path of the socket to listen on. Whoever connects sends a line of JSON (`program`, `arguments`, `env`,
`cwd`) with three open files for the standard streams, and is told the number of the new process, and in the end its
exit status. All of it ends when standard input does. See `forking.py`.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

import argon2.profiles

from dibs.accounts import passwords
from dibs.plugins import load_plugins

ROOT = Path(__file__).parents[2]
NEEDED = (
    "dibs.app",
    "dibs.cli.replay",
    "dibs.cli.serve",
    "dibs.replay.command",
    "hypercorn.asyncio",
    "tests.core.lane.sale",
    "tests.core.streams.conftest",
    "tests.lazy_routes",
    "uvloop",
)


def listen(path: str) -> None:
    """Fork somebody for each connection."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        print("ready", flush=True)
        gc.freeze()
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                watch(connection)
            connection.close()


def watch(connection: socket.socket) -> NoReturn:
    """Fork once more: the child becomes the program, and this process tells how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    told, files, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    while not told.endswith(b"\n"):
        told += connection.recv(1 << 16)
    child = os.fork()
    if child == 0:
        connection.close()
        become(json.loads(told), files)
    for each in (0, 1, 2, *files):
        os.close(each)
    connection.sendall(b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def become(job: dict[str, Any], files: list[int]) -> NoReturn:
    """Run the program as if it had been started afresh."""
    for number, each in enumerate(files):
        os.dup2(each, number)
        os.close(each)
    os.environ.clear()
    os.environ.update(job["env"])
    os.chdir(job["cwd"])
    sys.argv = [job["program"], *job["arguments"]]
    if job["program"].endswith(".py"):
        runpy.run_path(job["program"], run_name="__main__")
    else:
        runpy.run_module(job["program"], run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    passwords.COST = argon2.profiles.CHEAPEST  # as in tests without a process of their own
    sys.path[0] = str(ROOT)
    for name in NEEDED:
        importlib.import_module(name)
    load_plugins()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listen(sys.argv[1])
