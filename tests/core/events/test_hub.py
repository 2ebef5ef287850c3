"""Everything after a position, in order and once, or an explicit reset."""

import asyncio
import random

import pytest

from dibs.db import Database
from dibs.events import hub as hub_module
from dibs.events import outbox, subscription
from dibs.events.hub import Hub
from dibs.events.model import NOWHERE, Event, Position

from .conftest import Heard, HubMaker, Topic, collect, consecutive, numbered, until


async def test_a_client_that_joins_now_hears_only_what_comes(hub: Hub, topic: Topic) -> None:
    await topic.write(5, hub)
    listening = asyncio.create_task(collect(topic.listen(hub), upto=7))
    await until(lambda: hub.subscribers == 1)
    await topic.write(2, hub)
    heard = await listening
    assert heard.numbers == [6, 7]
    assert heard.last_id == str(await topic.where())


async def test_a_client_that_was_away_gets_what_it_missed_and_then_what_comes(hub: Hub, topic: Topic) -> None:
    start = await topic.write(3, hub)
    await topic.write(1200, hub)
    listening = asyncio.create_task(collect(topic.listen(hub, start), upto=1210))
    await until(lambda: hub.subscribers == 1)
    for _ in range(7):
        await topic.write(1, hub)
    assert consecutive((await listening).numbers, 4, 1210)


@pytest.mark.parametrize("seed", range(4))
async def test_random_joins_while_many_write_leave_no_gap_and_no_duplicate(hub: Hub, topic: Topic, seed: int) -> None:
    dice = random.Random(seed)
    start = await topic.where()
    total = 3000
    positions = [start]

    async def write() -> None:
        while topic.written < total:
            count = min(dice.choice([1, 1, 2, 7, 60, 300]), total - topic.written)
            # Some writers forget to publish, as one in another process would.
            positions.append(await topic.write(count, hub if dice.random() < 0.8 else None))
            await asyncio.sleep(dice.choice([0, 0, 0.002, 0.01]))
        await topic.write(1, hub)

    async def join() -> tuple[int, Heard]:
        await asyncio.sleep(dice.random() * 0.3)
        after = dice.choice(positions)
        return after.seq, await collect(topic.listen(hub, after), upto=total + 1)

    results = await asyncio.gather(write(), *(join() for _ in range(25)))
    for after, heard in results[1:]:
        assert heard.notices == []
        assert consecutive(heard.numbers, after + 1, total + 1)


async def test_batches_that_are_published_out_of_order_arrive_in_order(hub: Hub, topic: Topic) -> None:
    start = await topic.where()
    listening = asyncio.create_task(collect(topic.listen(hub, start), upto=9))
    await until(lambda: hub.subscribers == 1)
    await topic.write(9)
    for first in (7, 1, 4):
        hub.publish(topic.workspace_id, topic.name, start.epoch, first, numbered(first, 3))
    assert consecutive((await listening).numbers, 1, 9)


async def test_what_another_process_wrote_is_found_without_any_ring(hub: Hub, topic: Topic) -> None:
    start = await topic.where()
    listening = asyncio.create_task(collect(topic.listen(hub, start), upto=4, seconds=2))
    await until(lambda: hub.subscribers == 1)
    await topic.write(4)
    assert (await listening).numbers == [1, 2, 3, 4]


async def test_a_forged_position_gets_reset_and_never_data(hub: Hub, topic: Topic) -> None:
    here = await topic.write(3, hub)
    wrong = (NOWHERE, Position("elsewhere", 1), Position(here.epoch, here.seq + 5))
    for after in wrong:
        heard = await collect(topic.listen(hub, after))
        assert heard.numbers == []
        assert heard.notices in (["reset epoch"], ["reset gap"])
        assert heard.last_id == str(here)


async def test_another_epoch_resets_everybody(hub: Hub, topic: Topic, db: Database) -> None:
    start = await topic.write(3, hub)
    listening = asyncio.create_task(collect(topic.listen(hub, start)))
    await until(lambda: hub.subscribers == 1)
    await db.hot_fetch("UPDATE topics SET epoch = 'restored', last_seq = 1 WHERE topic = $1", topic.name)
    heard = await listening
    assert heard.notices == ["reset epoch"]
    assert heard.last_id == "restored:1"


async def test_a_position_whose_events_were_dropped_gets_reset(hub: Hub, topic: Topic, db: Database) -> None:
    start = await topic.where()
    await topic.write(10)
    await db.hot_fetch("DELETE FROM outbox WHERE topic = $1 AND seq <= 4", topic.name)
    assert (await collect(topic.listen(hub, start))).notices == ["reset gap"]
    heard = await collect(topic.listen(hub, Position(start.epoch, 4)), upto=10)
    assert consecutive(heard.numbers, 5, 10)


async def test_a_slow_client_is_reset_and_the_others_go_on(hub: Hub, topic: Topic) -> None:
    start = await topic.where()
    async with topic.listen(hub, start) as slow:
        assert await asyncio.wait_for(_first(slow, hub, topic), 5)
        others = [asyncio.create_task(collect(topic.listen(hub, start), upto=401)) for _ in range(3)]
        await until(lambda: hub.subscribers == 4)
        for _ in range(400):  # four times the bound in bytes
            await topic.write(1, hub, size=10_000)
            await asyncio.sleep(0)
        for heard in await asyncio.gather(*others):
            assert heard.notices == []
            assert consecutive(heard.numbers, 1, 401)
        assert slow._queue == []
        rest = Heard()
        for piece in await slow.take():
            rest.feed(piece.sse)
        assert rest.notices == ["reset behind"]
        assert await slow.take() == []


async def _first(slow: subscription.Subscription, hub: Hub, topic: Topic) -> bool:
    """Bring a client up to the present; from then on the hub holds a buffer for it."""
    reading = asyncio.create_task(slow.take())
    await until(lambda: slow._live)
    await topic.write(1, hub)
    return bool(await reading)


async def test_a_client_with_too_many_frames_is_reset(hub: Hub, topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "MOST_FRAMES", 5)
    async with topic.listen(hub, await topic.where()) as slow:
        await _first(slow, hub, topic)
        for _ in range(8):
            await topic.write(1, hub)
            await asyncio.sleep(0.01)
        heard = Heard()
        for piece in await slow.take():
            heard.feed(piece.sse)
        assert heard.notices == ["reset behind"]


async def test_silence_is_filled_with_heartbeats(
    make_hub: HubMaker, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "HEARTBEAT_SECONDS", 0.05)
    hub = await make_hub()
    async with topic.listen(hub) as client:
        await client.take()
        assert [piece.sse for piece in await client.take()] == [b": ping\n\n"]


async def test_closing_says_bye_after_what_was_committed(make_hub: HubMaker, topic: Topic) -> None:
    hub = await make_hub()
    start = await topic.where()
    listening = asyncio.create_task(collect(topic.listen(hub, start)))
    await until(lambda: hub.subscribers == 1)
    await topic.write(2, hub)
    await asyncio.sleep(0.02)
    await hub.close()
    heard = await listening
    assert heard.numbers == [1, 2]
    assert heard.notices == ["bye shutdown"]


async def test_a_stream_ends_when_its_guard_says_no(
    make_hub: HubMaker, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "GUARD_SECONDS", 0.05)
    hub = await make_hub()

    class Guard:
        asked, farewell = 0, "signed_out"

        async def valid(self) -> bool:
            self.asked += 1
            if self.asked == 3 and self.farewell == "broken":
                raise RuntimeError("a guard of a plugin")
            return self.asked < 3

    guard = Guard()
    streams = [hub.subscribe(topic.workspace_id, topic.name, None, guard) for _ in range(5)]
    for heard in await asyncio.gather(*map(collect, streams)):
        assert heard.notices == ["bye signed_out"]
    assert guard.asked == 3
    broken = Guard()
    broken.farewell = "broken"
    heard = await collect(hub.subscribe(topic.workspace_id, topic.name, None, broken))
    assert heard.notices == ["bye broken"]


async def test_topics_of_other_workspaces_are_other_topics(hub: Hub, topic: Topic, db: Database) -> None:
    stranger = Topic(db, name=topic.name)
    here, there = await topic.where(), await stranger.where()
    assert here.epoch != there.epoch
    await stranger.write(3, hub)
    await topic.write(1, hub)
    heard = await collect(topic.listen(hub, here), upto=1)
    assert heard.numbers == [1]


async def test_an_empty_hub_keeps_nothing(hub: Hub, topic: Topic) -> None:
    await topic.write(1, hub)
    await collect(topic.listen(hub, Position((await topic.where()).epoch, 0)), upto=1)
    assert hub.subscribers == 0
    assert hub._channels == {}


async def test_events_of_a_transaction_that_rolled_back_do_not_exist(hub: Hub, topic: Topic) -> None:
    start = await topic.where()
    async with topic.db.hot_connection() as connection:
        change = connection.transaction()
        await change.start()
        await outbox.append(connection, topic.workspace_id, topic.name, [Event("thing.done", b"{}")] * 3)
        await change.rollback()
    await topic.write(2, hub)
    assert (await collect(topic.listen(hub, start), upto=2)).numbers == [1, 2]
