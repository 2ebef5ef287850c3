"""The process that reads a broadcast is killed again and again: the sale ends as if nothing had happened."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dibs.clock import monotonic
from dibs.models.comments import Author, IncomingComment

from ..core.streams import crew
from ..core.streams.conftest import Studio, studio_without_readers
from ..core.streams.toy import Broadcast, ToyServer, toy_server
from ..depth import often

KILLS = often(3, 20)
pytestmark = [pytest.mark.faults, pytest.mark.timeout(120 + 40 * KILLS)]
EACH = 60
TEXTS = ("sold 12", "sold 13 x2", "so pretty", "pass 12", "sold 14", "sold 12?")
_OWNER = "SELECT owner FROM stream_leases WHERE expires_at > clock_timestamp()"
_CLAIMS = """
SELECT c.item_number, b.platform_user_id, c.quantity, c.status, c.reason FROM claims c
LEFT JOIN buyers b ON b.workspace_id = c.workspace_id AND b.id = c.buyer_id
WHERE c.workspace_id = $1 AND c.show_id = $2 ORDER BY c.decision_no
"""


async def reading(studio: Studio) -> int:
    """The process that reads, as soon as one does."""
    async with asyncio.timeout(30):
        while not (rows := await studio.runtime.db.hot_fetch(_OWNER)):
            await asyncio.sleep(0.02)
    return int(rows[0]["owner"].split(":")[1])


async def speak(live: Broadcast, began: datetime, first: int, count: int) -> None:
    """Viewers comment, a hundred a second."""
    for n in range(first, first + count):
        live.say(TEXTS[n % len(TEXTS)], f"b{n % 17}", began + timedelta(milliseconds=10 * n))
        await asyncio.sleep(0.01)


async def claims(studio: Studio, show_id: Any = None) -> list[tuple[Any, ...]]:
    rows = await studio.runtime.db.hot_fetch(_CLAIMS, studio.workspace_id, show_id or studio.show_id)
    return [tuple(row) for row in rows]


async def undisturbed(studio: Studio, live: Broadcast) -> list[tuple[Any, ...]]:
    """How the same comments end in a show that hears them at once."""
    show_id = await studio.new_show()
    await stock_up(studio, show_id)
    await studio.run(show_id=show_id)
    said = [
        IncomingComment("toy", c["text"], datetime.fromisoformat(c["at"]), c["id"], Author(c["who"], c["who"]), live.id)
        for c in live.comments
    ]
    await studio.runtime.lanes.ingest(studio.workspace_id, show_id, said)
    return await claims(studio, show_id)


async def stock_up(studio: Studio, show_id: Any = None) -> None:
    for number, quantity in (("12", 5), ("13", 20), ("14", 1)):
        await studio.item(number, quantity, show_id)


async def test_the_reading_process_is_killed_and_nothing_is_lost_or_doubled(database_url: str, tmp_path: Path) -> None:
    async with toy_server() as server, studio_without_readers(server, database_url, tmp_path) as studio:
        live, began = server.go_live(), datetime.now(UTC)
        await stock_up(studio)
        await studio.add()
        await studio.run()
        members = [await crew.start(studio.runtime.db, server, tmp_path) for _ in range(2)]
        try:
            await kill_again_and_again(studio, server, live, began, members, tmp_path)
            live.ended = True
            await studio.until(lambda row: row.state == "ended")
        finally:
            await asyncio.gather(*(member.end() for member in members))
        stored = await studio.runtime.db.hot_fetch(
            "SELECT comment_id FROM comments WHERE workspace_id = $1 AND show_id = $2 ORDER BY comment_no",
            studio.workspace_id, studio.show_id,
        )  # fmt: skip
        assert [row["comment_id"] for row in stored] == [one["id"] for one in live.comments]
        row = await studio.one()
        assert (row.comments_seen, row.position) == (len(live.comments), {"n": len(live.comments)})
        assert await claims(studio) == await undisturbed(studio, live)
        await studio.assert_clean()


async def kill_again_and_again(
    studio: Studio, server: ToyServer, live: Broadcast, began: datetime, members: list[crew.Member], folder: Path
) -> None:
    waits = []
    for kill in range(KILLS):
        talk = asyncio.create_task(speak(live, began, kill * EACH, EACH))
        victim = await reading(studio)
        await asyncio.sleep(0.1 + 0.03 * kill % 0.5)
        [mine] = [member for member in members if member.pid == victim]
        members.remove(mine)
        await mine.end()
        killed, before = monotonic(), (await studio.one()).position.get("n", 0)
        spare = asyncio.create_task(crew.start(studio.runtime.db, server, folder))
        await talk
        await studio.until(lambda row, before=before: row.position.get("n", 0) > before)  # type: ignore[misc]
        waits.append(round(monotonic() - killed, 1))
        members.append(await spare)
    print(f"seconds until another process went on: {waits}")
