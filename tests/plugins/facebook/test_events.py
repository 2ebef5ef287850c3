"""The event stream: quick while it lasts, and nothing is lost by its faults. Time runs here."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest

from dibs.platforms import Account, Live, SourceBatch, StreamToRead
from dibs_facebook import FacebookPlatform, source
from dibs_facebook.settings import FacebookSettings
from dibs_meta_simulator.model.lives import LiveVideo
from dibs_meta_simulator.serving import Running


class Reading:
    """Batches as they come, read by a task."""

    def __init__(self, source: AsyncIterator[SourceBatch]) -> None:
        self.batches: list[SourceBatch] = []
        self.source = source
        self.task = asyncio.create_task(self._read())

    @property
    def ids(self) -> list[str]:
        return [comment.comment_id or "" for batch in self.batches for comment in batch.comments]

    def came_by(self, source: str) -> int:
        return sum(len(batch.comments) for batch in self.batches if batch.source == source)

    async def until(self, ready: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not ready():
                assert not self.task.done() or self.task.exception() is None, self.task.exception()
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.source.aclose()  # type: ignore[attr-defined]

    async def _read(self) -> None:
        async for batch in self.source:
            self.batches.append(batch)


@pytest.fixture
async def reading(
    meta: Running, platform: FacebookPlatform, account: Account, live: LiveVideo
) -> AsyncIterator[Callable[..., Reading]]:
    """Begins to read that broadcast."""
    meta.world.clock.run()
    begun: list[Reading] = []

    def begin(*, event_stream: bool = True) -> Reading:
        about = Live(live.id, alternate_ids=(live.video_id,), seller_ids=(account.account_id,))
        stream = StreamToRead(
            uuid4(), uuid4(), uuid4(), account, about, {}, 2.0, FacebookSettings(event_stream=event_stream)
        )  # fmt: skip
        begun.append(Reading(platform.comments(stream)))
        return begun[-1]

    yield begin
    for one in begun:
        await one.close()


def listeners(meta: Running) -> int:
    return sum(1 for call in meta.world.calls.recent if call.endpoint == "live_comments" and call.status == 200)


async def test_comments_come_by_events_once(meta: Running, live: LiveVideo, reading: Any) -> None:
    read = reading()
    await read.until(lambda: listeners(meta) == 1 and len(read.batches) > 2)
    said = [meta.world.lives.comment(live.id, "Bia Souza", f"sold {number}").id for number in range(20)]
    await read.until(lambda: len(read.ids) == 20)
    assert sorted(read.ids) == sorted(said) and read.came_by("stream") == 20
    await asyncio.sleep(0.1)
    assert len(read.ids) == 20


@pytest.mark.parametrize(("name", "how"), [("stream_drop", {"events": 3}), ("stream_array", {})])
async def test_what_a_dropped_stream_missed_is_asked_for(
    meta: Running, live: LiveVideo, reading: Any, name: str, how: dict[str, Any]
) -> None:
    meta.world.faults.set(name, **how)
    read = reading()
    await read.until(lambda: listeners(meta) >= 1)
    for number in range(40):
        meta.world.lives.comment(live.id, "Bia Souza", f"sold {number}")
        await asyncio.sleep(0.01)
    await read.until(lambda: len(set(read.ids)) == 40)
    assert len(read.ids) == 40


async def test_a_stream_that_is_always_refused_is_given_up(meta: Running, live: LiveVideo, reading: Any) -> None:
    meta.world.faults.set("stream_400")
    read = reading()
    for number in range(10):
        meta.world.lives.comment(live.id, "Bia Souza", f"sold {number}")
    await read.until(lambda: len(read.ids) == 10 and meta.world.calls.count("live_comments") == 3)
    meta.world.lives.comment(live.id, "Bia Souza", "sold 11")
    await read.until(lambda: len(read.ids) == 11)
    assert meta.world.calls.count("live_comments") == 3 and read.came_by("poll") == 11


async def test_it_is_off_unless_somebody_wants_it(meta: Running, live: LiveVideo, reading: Any) -> None:
    assert not FacebookSettings().event_stream
    read = reading(event_stream=False)
    meta.world.lives.comment(live.id, "Bia Souza", "sold 1")
    await read.until(lambda: len(read.ids) == 1)
    assert meta.world.calls.count("live_comments") == 0


async def test_what_the_stream_leaves_out_is_asked_for(
    meta: Running, live: LiveVideo, reading: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "WITH_EVENTS_SECONDS", 2.0)
    read = reading()
    await read.until(lambda: listeners(meta) == 1 and len(read.batches) > 2)
    now = meta.world.clock.now()
    times = [now - 40 + number / 10 for number in range(400)]
    random.Random(7).shuffle(times)  # above a hundred in a second it tells only some
    said = {meta.world.lives.comment(live.id, "Bia Souza", "sold 1", at=at).id for at in times}
    await read.until(lambda: len(read.ids) == 400)
    assert set(read.ids) == said and 50 < read.came_by("stream") < 300
