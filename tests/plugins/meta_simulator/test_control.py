"""The control API, the audience, and the time of the simulator."""

from __future__ import annotations

from typing import Any

import pytest

from dibs_meta_simulator.clock import Clock
from dibs_meta_simulator.control.actions import ACTIONS
from dibs_meta_simulator.faults import KNOWN
from dibs_meta_simulator.model.comments import Comment
from dibs_meta_simulator.serving import Running, running_simulator
from dibs_meta_simulator.world import World

from .client import Client


async def _lives(api: Client) -> list[str]:
    page = (await api.control("start_live"))["id"]
    account = (await api.control("start_live", account=api.meta.seed.account.id))["id"]
    return [page, account]


def _said(meta: Running) -> list[Comment]:
    return sorted(
        (node for node in meta.world.nodes.values() if isinstance(node, Comment)), key=lambda comment: comment.number
    )


async def _talk(seed: int) -> list[tuple[str, str, float]]:
    async with running_simulator() as meta:
        meta.world.clock.freeze(1767225600)
        lives = [
            meta.world.lives.start(meta.seed.page.id).id,
            meta.world.lives.start_instagram(meta.seed.account.id).id,
        ]
        ACTIONS["start_audience"](meta.stage, lives=lives, rate=10, seed=seed)
        meta.world.clock.move(20)
        return [(comment.author.name, comment.text, comment.created) for comment in _said(meta)]


async def test_a_random_audience_is_alike_for_a_seed() -> None:
    first, again, other = await _talk(1), await _talk(1), await _talk(2)
    assert first == again
    assert first != other
    assert 150 < len(first) < 250


async def test_a_random_audience_writes_on_both_and_mostly_wants_things(meta: Running, api: Client) -> None:
    meta.world.clock.freeze()
    lives = await _lives(api)
    await api.control("start_audience", lives=lives, rate=50, codes=["Q77"])
    await api.control("move_clock", seconds=60)
    said = _said(meta)
    assert {comment.live_id for comment in said} == set(lives)
    share = sum("q77" in comment.text.casefold() for comment in said) / len(said)
    assert 0.3 < share < 0.9
    assert len({comment.author.id for comment in said}) > 100
    await api.control("end_live", live=lives[0])
    before = len(said)
    await api.control("move_clock", seconds=10)
    assert {comment.live_id for comment in _said(meta)[before:]} == {lives[1]}
    assert (await api.control("stop_audience"))["said"] == len(_said(meta))
    await api.control("move_clock", seconds=10)
    assert (await api.control("stop_audience"))["said"] == 0


async def test_a_script_is_said_on_time(meta: Running, api: Client) -> None:
    meta.world.clock.freeze(1767225600)
    lives = await _lives(api)
    script = [[2, "Bia", "sold 12"], [1, "Ana", "sold 12"], [99, "Eva", "too late"]]
    await api.control("start_audience", lives=lives[:1], script=script)
    await api.control("move_clock", seconds=5)
    assert [(comment.author.name, comment.created - 1767225600) for comment in _said(meta)] == [("Ana", 1), ("Bia", 2)]


async def test_anything_can_be_done_later(meta: Running, api: Client) -> None:
    meta.world.clock.freeze()
    page, _ = await _lives(api)
    await api.control("schedule", do="end_live", after=60, live=page)
    await api.control("schedule", do="kill_tokens", after=30, who=meta.seed.user.id, death="password")
    await api.control("move_clock", seconds=31)
    assert (await api.get(page)).code == (190, 460)
    assert meta.world.lives.live(page).on_air
    await api.control("move_clock", seconds=30)
    assert not meta.world.lives.live(page).on_air


async def test_what_was_called_can_be_read(meta: Running, api: Client) -> None:
    await api.get("me")
    await api.get("no_such_thing")
    async with api.http.get(f"{meta.address}/_control/calls") as answer:
        calls = await answer.json()
    assert calls["by_endpoint"]["GET graph.facebook.com/node"] == 1
    assert calls["by_code"] == {"100": 1}
    assert api.token not in str(calls)
    await api.control("forget_calls")
    assert meta.world.calls.count("node") == 0


async def test_the_state_names_what_is_live(meta: Running, api: Client) -> None:
    page, _ = await _lives(api)
    await api.control("set_fault", name="slow", seconds=1, calls=2, where={"endpoint": "comments"})
    async with api.http.get(f"{meta.address}/_control/state") as answer:
        state = await answer.json()
    assert [live["platform"] for live in state["lives"]] == ["facebook", "instagram"]
    (fault,) = state["faults"]
    assert (fault["name"], fault["calls"], fault["with"]) == ("slow", 2, {"seconds": 1})
    assert state["page"] == meta.seed.page.id
    assert page in str(state)


@pytest.mark.parametrize(
    ("action", "how", "status"),
    [
        ("no_such_action", {}, 404),
        ("end_live", {"live": "1"}, 400),
        ("end_live", {}, 400),
        ("end_live", {"live": "1", "more": 1}, 400),
        ("kill_tokens", {"who": "1", "death": "boredom"}, 400),
        ("configure_app", {"colour": "red"}, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(api: Client, action: str, how: dict[str, Any], status: int) -> None:
    async with api.http.post(f"{api.meta.address}/_control/{action}", json=how) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]


def test_the_clock_moves_stands_and_runs_on() -> None:
    clock = Clock()
    clock.freeze(1000)
    clock.move(5)
    assert clock.now() == 1005
    clock.run()
    assert 1005 <= clock.now() < 1065
    clock.move(3600)
    assert 4605 <= clock.now() < 4665


def test_what_is_due_happens_at_its_time_even_when_time_is_moved() -> None:
    world, seen = World(), []
    world.clock.freeze(1000)

    def again() -> None:
        seen.append(world.clock.now())
        world.schedule.after(10, again)

    world.schedule.after(10, again)
    world.schedule.at(1015, lambda: seen.append(world.clock.now()))
    world.clock.move(35)
    assert seen == [1010, 1015, 1020, 1030]
    assert world.clock.now() == 1035


def test_a_page_of_the_readme_lists_every_action_and_fault() -> None:
    from pathlib import Path

    words = (Path(__file__).parents[3] / "plugins" / "meta_simulator" / "README.md").read_text("utf-8")
    missing = [name for name in (*ACTIONS, *KNOWN) if f"`{name}`" not in words]
    assert missing == []
