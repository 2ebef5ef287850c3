"""A long, busy broadcast: no comment missed, calls within what a Page of that size has, memory flat."""

from __future__ import annotations

import os

from dibs_facebook.api import PageApi
from dibs_facebook.known import MOST_IN_POSITION, MOST_KNOWN
from dibs_facebook.source import CommentSource

from .conftest import Listening

MINUTES = int(os.environ.get("DIBS_TEST_MINUTES", "2"))
RATE = 50
# A Page has 4,800 calls a day for each person who engages with it: fifty comments a second are hundreds of people.
CALLS_AN_HOUR, CALLS_AT_THE_END = 6000, 40


async def test_a_busy_broadcast_is_read_whole_within_its_budget(listening: Listening) -> None:
    world, seconds = listening.meta.world, MINUTES * 60
    world.calls.clear()
    await listening.meta.deliveries.close()
    world.unlisten(listening.meta.deliveries._heard)  # there is no webhook, and looking for one takes long
    _speak(listening, seconds)
    came: set[str] = set()
    doubled = 0
    source = CommentSource(
        PageApi(listening.platform.graph, listening.account), listening.stream({}), sleep=listening.sleep,
        now=world.clock.now,
    )  # fmt: skip
    async for batch in source.batches():
        ids = {comment.comment_id or "" for comment in batch.comments}
        doubled += len(came & ids)
        came |= ids
        assert len(source._known._heard) <= MOST_KNOWN + MOST_IN_POSITION
    assert came == set(listening.written) and len(came) == seconds * RATE and doubled == 0
    calls = world.calls.count("comments") + world.calls.count("node")
    assert calls <= CALLS_AN_HOUR * seconds / 3600 + CALLS_AT_THE_END, calls


def _speak(listening: Listening, seconds: int) -> None:
    """Each second plans the next, so that what is planned stays small."""
    world, lives, begin = listening.meta.world, listening.meta.world.lives, listening.meta.world.clock.now()

    def second(number: int) -> None:
        if number == seconds:
            lives.end(listening.live.id)
            return
        at = begin + number
        for part in range(RATE):
            lives.comment(listening.live.id, f"Viewer {part}", f"sold {part}", at=at + part / RATE)
        world.schedule.at(at + 1, lambda: second(number + 1))

    world.schedule.at(begin + 1, lambda: second(0))
