"""A show on two platforms goes the same way whatever the platforms do: no claim is lost, none counts twice, and who was
first by more than any delay is first. See `docs/decisions/0011-same-winners.md` for what can be compared."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dibs.meta import pace as meta_pace
from dibs.meta import usage
from dibs.streams.parts import Pace
from dibs.testing.postgres import TestServer
from dibs_facebook import source, tempo

from ..depth import often
from .platforms.hall import Ending, Hall, open_hall
from .platforms.script import CALM, SLOW, STOCK, STORMY, Turn, write
from .platforms.weather import SURE, Weather, play_turn

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
SEEDS = range(1, often(1, 5) + 1)
QUICK = Pace(grace=1.0, discover=0.3, backoff=0.3, longest=2.0, tick=0.1)
RULES = {"plugins": {"facebook": {"event_stream": True}}}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes at the platform takes seconds."""
    monkeypatch.setattr(usage, "_SECONDS_A_MINUTE", 2.0)
    monkeypatch.setattr(meta_pace, "FIRST_PAUSE", 2.0)
    monkeypatch.setattr(tempo, "SHORTEST", 0.5)
    monkeypatch.setattr(source, "LOOK_SECONDS", 2.0)
    monkeypatch.setattr(source, "SECOND_LOOK_SECONDS", 0.5)


async def play(hall: Hall, script: tuple[Turn, ...], weather: Weather | None) -> Ending:
    """The whole show; how it ended."""
    if weather is not None:
        weather.begin()
    await hall.open(RULES)
    for turn in script:
        await play_turn(hall, turn, weather)
    if weather is not None:
        weather.at_the_end()
    await hall.close()
    return await hall.ending()


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_disturbed_show_has_the_same_winners(pg_server: TestServer, tmp_path: Path, seed: int) -> None:
    script = write(seed)
    urls = [await pg_server.clone() for _ in range(2)]
    async with (
        open_hall(urls[0], tmp_path / "calm", QUICK) as calm,
        open_hall(urls[1], tmp_path / "wild", QUICK) as wild,
    ):
        weather = Weather(wild, seed)
        async with asyncio.TaskGroup() as both:
            shows = [both.create_task(play(calm, script, None)), both.create_task(play(wild, script, weather))]
        expected, found = (show.result() for show in shows)
        weather.count()
        print(f"struck: {dict(weather.struck)}")
        assert {name for name in SURE if not weather.struck[name]} == set()
        print(f"noticed after {weather.noticed:.1f} s; {len(wild.said)} comments")
        each_is_there_once(calm, expected)
        each_is_there_once(wild, found)
    same_winners(expected, found)


def same_winners(expected: Ending, found: Ending) -> None:
    """What can be the same is the same; where it can't, nobody was overtaken who had been heard."""
    for item in (*SLOW, *CALM):
        assert found.of(item) == expected.of(item), item
    for item in STORMY:
        assert found.wanted(item) == expected.wanted(item)
        assert found.units(item, "winner") == expected.units(item, "winner") == STOCK[item]
        assert found.units(item, "waitlist") == expected.units(item, "waitlist")
        for first, second in (*expected.overtaken(item), *found.overtaken(item)):
            assert first["comment_no"] < second["comment_no"]
            assert first["decided_at"] < second["decided_at"]


def each_is_there_once(hall: Hall, ending: Ending) -> None:
    """Every comment that the platforms still serve is there, as it was written, and nothing else."""
    stored = {row["comment_id"]: row for row in ending.comments}
    assert len(stored) == len(ending.comments)
    assert hall.said.keys() - hall.gone <= stored.keys() <= hall.said.keys()
    for comment_id, row in stored.items():
        line = hall.said[comment_id]
        assert row["text"] == line.text or (line.sticker and row["text"] == "[Wink]")
        assert row["nobody"] == line.masked or line.chatter
        assert row["verdict"] == "ignored" or not line.host
