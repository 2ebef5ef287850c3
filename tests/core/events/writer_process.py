"""A process that writes events, one commit each, and rings: `writer_process.py URL WORKSPACE TOPIC COUNT`."""

import asyncio
import sys
from uuid import UUID

import orjson

from dibs.db import Database
from dibs.events import outbox
from dibs.events.hub import Hub
from dibs.events.model import Event
from dibs.events.postgres_bus import PostgresBus


async def main(url: str, workspace: str, topic: str, count: str) -> None:
    db = Database(url, plain=1, hot=2)
    await db.connect()
    hub = Hub(db, PostgresBus(url))
    await hub.start()
    for _ in range(int(count)):
        async with db.hot_connection() as connection, connection.transaction():
            seq = await connection.fetchval("SELECT last_seq FROM topics WHERE topic = $1 FOR UPDATE", topic)
            events = [Event("thing.done", orjson.dumps({"n": seq + 1}))]
            first = await outbox.append(connection, UUID(workspace), topic, events)
        hub.publish(UUID(workspace), topic, first.epoch, first.seq, events)
    await hub.close()
    await db.close()


asyncio.run(main(*sys.argv[1:]))
