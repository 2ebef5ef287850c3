"""Every comment once, whatever the platform does meanwhile."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from dibs import clock
from dibs.platforms import RefusedError
from dibs_facebook.api import PageApi
from dibs_facebook.source import CommentSource
from dibs_meta_simulator.model.tokens import Death

from .conftest import Listening


def all_once(listening: Listening) -> None:
    stored = listening.stored
    assert len(stored) == len(set(stored)), "a comment came twice in one reading"
    assert set(stored) == set(listening.written)


@pytest.mark.parametrize(("seconds", "rate"), [(60.0, 0.5), (40.0, 5.0), (30.0, 50.0), (12.0, 150.0)])
async def test_every_comment_comes_once_and_in_order(listening: Listening, seconds: float, rate: float) -> None:
    listening.chatter(seconds, rate)
    await listening.run()
    all_once(listening)
    assert len(listening.stored) == seconds * rate and listening.started == 1
    assert [batch.ended for batch in listening.batches].count(True) == 1 and listening.batches[-1].ended
    for batch in listening.batches:
        places = [(comment.posted_at, comment.comment_id) for comment in batch.comments]
        assert places == sorted(places)  # type: ignore[type-var]
    assert any(batch.viewers == 37 for batch in listening.batches)


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("error", {"code": 1, "share": 0.3}),
    ("error", {"code": 2, "share": 0.3}),
    ("error", {"code": 341, "share": 0.1}),
    ("error", {"code": 1, "status": 200, "share": 0.2}),
    ("error", {"code": 99999, "status": 503, "share": 0.2}),
    ("reset", {"share": 0.15}),
    ("cut", {"share": 0.3}),
    ("html", {"status": 502, "share": 0.3}),
    ("html", {"status": 200, "share": 0.2}),
    ("slow", {"seconds": 0.02}),
    ("reduce_data", {"limit": 30}),
    ("bare_proof", {}),
    ("stale_cursors", {"mode": "error"}),
    ("stale_cursors", {"mode": "skip"}),
    ("stale_cursors", {"mode": "restart"}),
    ("empty_pages", {"share": 0.4}),
    ("empty_pages", {"calls": 40}),
    ("ties", {"seconds": 5}),
    ("shuffled_ties", {}),
    ("since_exclusive", {}),
    ("video_id_only", {}),
    ("live_id_only", {}),
    ("missing_from", {"share": 0.5}),
    ("hidden_comments", {"share": 0.5}),
    ("live_now_status", {}),
    ("stale_live", {"seconds": 120}),
]


@pytest.mark.parametrize(("name", "how"), FAULTS, ids=[f"{name}-{how}" for name, how in FAULTS])
async def test_no_fault_costs_or_doubles_a_comment(listening: Listening, name: str, how: dict[str, Any]) -> None:
    listening.chatter(25.0, 20.0)
    listening.meta.world.faults.set(name, **how)
    await listening.run()
    assert len(listening.written) == 500
    if listening.started == 1:
        all_once(listening)
    same_comments(listening)


async def test_comments_that_are_gone_with_the_broadcast_end_the_reading(listening: Listening) -> None:
    listening.meta.world.faults.set("gone_after_end")
    listening.chatter(30.0, 10.0)
    await listening.run()
    assert listening.batches[-1].ended and listening.started == 1
    assert len(listening.stored) > 10 * 25 and set(listening.stored) <= set(listening.written)


def same_comments(listening: Listening) -> None:
    """Whoever begins again may bring what is stored already; the core knows it by its id."""
    assert set(listening.stored) == set(listening.written)


async def test_more_comments_in_one_second_than_a_page_holds(listening: Listening) -> None:
    listening.meta.world.faults.set("stale_cursors", mode="error")
    listening.say((5.0 + number / 10_000, f"sold {number}") for number in range(250))
    listening.meta.world.schedule.at(
        listening.meta.world.clock.now() + 20, lambda: listening.meta.world.lives.end(listening.live.id)
    )
    await listening.run()
    all_once(listening)


async def test_what_a_cursor_lost_is_found_though_nobody_says_more(listening: Listening) -> None:
    faults = listening.meta.world.faults
    faults.set("reduce_data", limit=30)
    faults.set("stale_cursors", mode="skip", calls=1)
    faults.set("gone_after_end")
    faults.set("error", code=2, where={"endpoint": "comments"}, after=4, lasts=16)
    listening.say([(1.0, "hello"), *((5.0 + number / 5, f"sold {number}") for number in range(60))])
    listening.meta.world.schedule.at(
        listening.meta.world.clock.now() + 60, lambda: listening.meta.world.lives.end(listening.live.id)
    )
    await listening.run()
    all_once(listening)


async def test_a_call_that_is_refused_once_is_asked_again(listening: Listening) -> None:
    where = {"endpoint": "comments"}
    listening.meta.world.faults.set("error", code=100, where=where, after=10, lasts=5)
    listening.chatter(30.0, 5.0)
    await listening.run()
    assert [error.scope for error in listening.waits] == ["call"]
    same_comments(listening)


async def test_a_call_that_is_always_refused_stops_the_stream(listening: Listening) -> None:
    listening.meta.world.faults.set("error", code=100, where={"endpoint": "comments"})
    with pytest.raises(RefusedError) as caught:
        await listening.run()
    assert caught.value.reason == "request"


async def test_a_comment_from_the_future_hides_nothing(listening: Listening) -> None:
    world = listening.meta.world
    world.schedule.at(
        world.clock.now() + 5,
        lambda: world.lives.comment(listening.live.id, "Bia Souza", "later", at=world.clock.now() + 10**8),
    )
    listening.chatter(40.0, 20.0)
    await listening.run(lambda batch: len(listening.stored) > 300)
    await listening.sleep(6.0)
    assert listening.position["t"] < clock.utc_now().timestamp() + 1


async def test_missing_authors_and_the_sellers_own_words(listening: Listening) -> None:
    lives, live = listening.meta.world.lives, listening.live.id
    stranger = attrs.evolve(lives.viewer(live, "Caio"), anonymous=True)
    first = lives.comment(live, "Bia Souza", "quero 2 do azul")
    lives.comment(live, stranger, "boa noite")
    lives.comment(live, lives.host(live), "hoje tem azul")
    lives.comment(live, "Dani", "eu também", parent_id=first.id)
    lives.comment(live, "Eva", "", attachment={"type": "sticker", "title": ""})
    listening.chatter(3.0, 1.0)
    await listening.run()
    found = {comment.text: comment for batch in listening.batches for comment in batch.comments}
    bia, nobody, host = found["quero 2 do azul"], found["boa noite"], found["hoje tem azul"]
    assert bia.author is not None and bia.author.name == "Bia Souza" and not bia.from_seller
    assert nobody.author is None and not nobody.from_seller
    assert host.from_seller and host.author is not None
    assert found["eu também"].author is not None and not found["eu também"].from_seller
    assert "[sticker]" in found
    assert {comment.live_id for comment in found.values()} == {live}
    assert all(comment.posted_at.tzinfo is not None for comment in found.values())


async def test_an_edit_is_told_once(listening: Listening) -> None:
    comment = listening.meta.world.lives.comment(listening.live.id, "Bia Souza", "sold 12")
    now = listening.meta.world.clock.now()
    listening.meta.world.schedule.at(now + 10, lambda: listening.meta.world.lives.edit(comment.id, "sold 13"))
    listening.chatter(30.0, 1.0)
    await listening.run()
    edits = [(edit.comment_id, edit.text) for batch in listening.batches for edit in batch.edits]
    assert edits == [(comment.id, "sold 13")]


@pytest.mark.parametrize("seed", range(3))
async def test_a_reader_that_is_killed_again_and_again_loses_nothing(listening: Listening, seed: int) -> None:
    dice = random.Random(seed)
    listening.chatter(45.0, 15.0)
    for _ in range(200):
        left = dice.randint(1, 6)

        def until(batch: Any) -> bool:
            nonlocal left
            left -= 1
            return batch.ended or left == 0

        await listening.run(until)
        listening.position = json.loads(json.dumps(listening.position))
        assert len(json.dumps(listening.position)) < 20_000
        if listening.batches[-1].ended:
            break
        if dice.random() < 0.3:
            await listening.sleep(dice.uniform(0, 8))
    assert listening.started > 5
    same_comments(listening)


async def test_what_was_not_stored_when_it_died_is_read_again(listening: Listening) -> None:
    listening.chatter(30.0, 20.0)
    await listening.run(lambda batch: len(listening.stored) > 100)
    lost = listening.batches.pop()
    listening.position = next(batch.position for batch in reversed(listening.batches) if batch.position)
    await listening.sleep(5.0)
    await listening.run()
    assert lost.comments
    same_comments(listening)


async def test_the_end_is_noticed_within_seconds_and_what_came_last_is_read(listening: Listening) -> None:
    world = listening.meta.world
    listening.chatter(20.0, 3.0)
    ended = world.clock.now() + 20
    await listening.run()
    assert world.clock.now() - ended < 20
    all_once(listening)


async def test_a_broadcast_that_stays_listed_is_over_when_it_says_so(listening: Listening) -> None:
    listening.meta.world.faults.set("stale_live", seconds=120)
    listening.chatter(10.0, 3.0)
    await listening.run()
    assert listening.meta.world.clock.now() - listening.live.ended < 150  # type: ignore[operator]


async def test_an_ended_broadcast_can_still_be_read(listening: Listening) -> None:
    for number in range(30):
        listening.meta.world.lives.comment(listening.live.id, "Bia Souza", f"sold {number}")
    listening.meta.world.lives.end(listening.live.id)
    await listening.run()
    all_once(listening)


@pytest.mark.parametrize(
    ("death", "reason"),
    [
        (Death.REMOVED, "removed"),
        (Death.CHECKPOINT, "login"),
        (Death.PASSWORD, "token"),
        (Death.EXPIRED, "token"),
        (Death.UNCONFIRMED, "login"),
        (Death.INVALID, "token"),
        (Death.ROLE, "permission"),
        (Death.SESSION, "token"),
    ],
)
async def test_a_token_that_dies_stops_the_stream_at_once_and_a_new_one_goes_on(
    listening: Listening, death: Death, reason: str
) -> None:
    world = listening.meta.world
    listening.chatter(40.0, 5.0)
    died = world.clock.now() + 10
    world.schedule.at(died, lambda: world.tokens.kill(listening.meta.seed.user.id, death))
    with pytest.raises(RefusedError) as caught:
        await listening.run()
    assert caught.value.reason == reason and world.clock.now() - died < 10
    fresh = world.tokens.quick_page(listening.meta.seed.page, listening.meta.seed.app).value
    listening.account = attrs.evolve(listening.account, token=attrs.evolve(listening.account.token, value=fresh))
    await listening.sleep(8)
    await listening.run()
    same_comments(listening)


async def test_a_permission_that_is_withdrawn_is_told(listening: Listening) -> None:
    world = listening.meta.world
    listening.chatter(40.0, 5.0)
    world.schedule.at(
        world.clock.now() + 5, lambda: world.tokens.withdraw(listening.meta.seed.user.id, "pages_read_engagement")
    )
    with pytest.raises(RefusedError) as caught:
        await listening.run()
    assert caught.value.reason == "permission"


@pytest.mark.parametrize("fault", [None, "stale_cursors"])
async def test_a_first_look_that_comes_late_goes_back_to_the_beginning_of_the_show(
    listening: Listening, fault: str | None
) -> None:
    world = listening.meta.world
    now = world.clock.now()
    for number in range(3000):  # a minute of it before the show began
        world.lives.comment(listening.live.id, "Bia Souza", "sold 1", at=now - 300 + number / 10)
    if fault:
        world.faults.set(fault, mode="error")
    listening.since = datetime.fromtimestamp(now - 240, UTC)
    world.schedule.at(now + 20, lambda: world.lives.end(listening.live.id))
    await listening.run()
    assert len(set(listening.stored)) == len(listening.stored)
    assert set(listening.stored) >= set(listening.written[600:])
    places = [(one.posted_at, one.comment_id) for batch in listening.batches for one in batch.comments]
    assert places == sorted(places)  # type: ignore[type-var]


@pytest.mark.parametrize(("seconds", "over"), [(7.0, False), (60.0, True)])
async def test_a_broadcast_that_is_not_there_for_some_seconds_is_not_over(
    listening: Listening, seconds: float, over: bool
) -> None:
    world, live = listening.meta.world, listening.live
    api = PageApi(listening.platform.graph, listening.account)
    reading = CommentSource(api, listening.stream({}), sleep=listening.sleep, now=world.clock.now)
    of_its_kind, began = world.of_type(type(live)), world.clock.now()
    world.nodes.pop(live.id)
    of_its_kind.remove(live)

    def back() -> None:
        world.nodes[live.id] = live
        of_its_kind.append(live)

    world.schedule.at(began + seconds, back)
    await reading._still_runs()
    assert reading._ended is over
    assert not over or world.clock.now() - began >= 10
