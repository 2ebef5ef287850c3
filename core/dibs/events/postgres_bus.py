"""Rings between the processes on one PostgreSQL, by LISTEN and NOTIFY.

A NOTIFY inside the business transaction would cut the commit rate to a quarter, so this bus notifies on a
connection of its own, outside of any transaction of Dibs, and packs what was rung within ten milliseconds
into one message.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import asyncpg
import orjson
import structlog

from dibs.clock import monotonic
from dibs.events.bus import OnRing
from dibs.events.model import TopicKey

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]

CHANNEL = "dibs_events"
COALESCE_SECONDS = 0.01
MOST_BYTES = 7900
_BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
_CHECK_SECONDS = 5.0
PROBATION_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class PostgresBus:
    """One connection that listens and notifies, opened again whenever it breaks.

    It must reach PostgreSQL itself or a pooler in session mode: LISTEN does not survive transaction pooling.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._me = secrets.token_hex(6)
        self._on_ring: OnRing | None = None
        self._rung: dict[TopicKey, int] = {}
        self._wake = asyncio.Event()
        self._lost = asyncio.Event()
        self._connection: Connection | None = None
        self._since = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def healthy(self) -> bool:
        """True once the connection has stood for a second: before, the outbox is asked what was missed."""
        standing = self._connection is not None and not self._lost.is_set()
        return standing and monotonic() - self._since > PROBATION_SECONDS

    async def start(self, on_ring: OnRing) -> None:
        """Connect in the background."""
        self._on_ring = on_ring
        self._task = asyncio.create_task(self._run(), name="postgres bus")

    def ring(self, workspace_id: UUID, topic: str, seq: int) -> None:
        """Remember the newest number of each topic; the next message tells it."""
        key = (workspace_id, topic)
        self._rung[key] = max(seq, self._rung.get(key, 0))
        self._wake.set()

    async def close(self) -> None:
        """Send the last rings if there is a connection, then drop it."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await self._send(connection)
                await connection.close(timeout=1)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                connection.terminate()

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                self._connection = await self._connect()
                attempt = 0
                await self._serve(self._connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                _log.warning("bus_lost", bus="postgres", problem=str(error))
            self._drop()
            await asyncio.sleep(_BACKOFF_SECONDS[min(attempt, len(_BACKOFF_SECONDS) - 1)])
            attempt += 1

    async def _connect(self) -> Connection:
        # A NOTIFY is a commit of its own; losing one in a crash of the server costs nothing, waiting for
        # the disk would.
        settings = {"application_name": "dibs bus", "synchronous_commit": "off"}
        connection = await asyncpg.connect(self._url, timeout=5, command_timeout=5, server_settings=settings)
        self._lost.clear()
        connection.add_termination_listener(lambda _: self._ended())
        await connection.add_listener(CHANNEL, self._hear)
        self._since = monotonic()
        return connection

    async def _serve(self, connection: Connection) -> None:
        while not self._lost.is_set():
            try:
                async with asyncio.timeout(_CHECK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                await connection.execute("SELECT 1")  # finds a connection that died without a word
                continue
            if not self._lost.is_set():
                await self._send(connection)
                await asyncio.sleep(COALESCE_SECONDS)
        raise ConnectionResetError("the listening connection has ended")

    async def _send(self, connection: Connection) -> None:
        self._wake.clear()
        rung, self._rung = self._rung, {}
        try:
            for message in _messages(self._me, rung):
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, message)
        except BaseException:
            self._rung = rung | self._rung  # rung again by the next connection; newer numbers win
            self._wake.set()
            raise

    def _ended(self) -> None:
        self._lost.set()
        self._wake.set()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            connection.terminate()

    def _hear(self, _connection: Any, _pid: int, _channel: str, message: object) -> None:
        on_ring = self._on_ring
        if on_ring is None:
            return
        for workspace_id, topic, seq in _read(message, self._me):
            on_ring(workspace_id, topic, seq)


def _messages(sender: str, rung: dict[TopicKey, int]) -> Iterator[str]:
    """JSON lists `[sender, [workspace, topic, seq], …]`, each below the 8,000 bytes that PostgreSQL takes."""
    entries: list[str] = []
    size = 0
    for (workspace_id, topic), seq in rung.items():
        entry = orjson.dumps([workspace_id, topic, seq]).decode()
        length = len(entry.encode()) + 1
        if entries and size + length > MOST_BYTES:
            yield f'["{sender}",{",".join(entries)}]'
            entries, size = [], 0
        entries.append(entry)
        size += length
    if entries:
        yield f'["{sender}",{",".join(entries)}]'


def _read(message: object, me: str) -> Iterator[tuple[UUID, str, int]]:
    """The rings in a message of another process; a message that is none of ours holds none."""
    try:
        sender, *entries = orjson.loads(str(message))
        if sender != me:
            for workspace_id, topic, seq in entries:
                yield UUID(workspace_id), str(topic), int(seq)
    except (ValueError, TypeError):
        _log.warning("bus_message_ignored", bus="postgres")
