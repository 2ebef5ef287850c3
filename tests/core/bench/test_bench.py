"""The benchmark measures what it says. How fast this machine is, is no matter of tests."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from dibs.bench import floor
from dibs.bench.arena import ITEMS, Arena, open_arena
from dibs.bench.feeding import feed
from dibs.bench.figures import TARGETS, Figure, figure, percentile
from dibs.bench.filling import show_with_past
from dibs.bench.report import as_json, as_table
from dibs.bench.workload import BUYERS, codes, make_comments
from dibs.errors import UnavailableError


@pytest.fixture
async def arena(database_url: str) -> AsyncIterator[Arena]:
    async with open_arena(database_url) as made:
        yield made


async def rows(arena: Arena, show_id: UUID) -> Counter[str]:
    """What is stored of a show, by kind and status."""
    db, key = arena.runtime.db, (arena.workspace_id, show_id)
    where = "workspace_id = $1 AND show_id = $2"
    claims = await db.hot_fetch(f"SELECT status FROM claims WHERE {where}", *key)
    verdicts = await db.hot_fetch(f"SELECT verdict FROM comments WHERE {where}", *key)
    events = await db.hot_fetch(
        "SELECT type FROM outbox WHERE workspace_id = $1 AND topic = $2", key[0], f"show:{show_id}"
    )
    return Counter(str(row[0]) for row in (*claims, *verdicts, *events))


def test_quick_lane_prints_one_object_with_every_figure_beside_its_target() -> None:
    command = [sys.executable, "-m", "dibs", "bench", "--quick", "--only", "lane", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=True)
    figures = json.loads(done.stdout)
    for key in ("lane_spread_comments_per_s", "lane_hot_comments_per_s", "sql_floor_comments_per_s"):
        assert 100 < figures[key]["value"] < 10_000_000
        assert figures[key]["low"] <= figures[key]["value"] <= figures[key]["high"]
    assert 0 < figures["lane_spread_p50_ms"]["value"] <= figures["lane_spread_p99_ms"]["value"]
    ratio = figures["lane_to_floor_ratio"]
    assert ratio["target"] == 0.6
    assert ratio["met"] is (ratio["value"] >= 0.6)
    assert 0 < ratio["value"] < 3
    assert "claim lane" in done.stderr


def test_a_part_that_does_not_exist_is_refused_with_the_names_of_all() -> None:
    command = [sys.executable, "-m", "dibs", "bench", "--only", "everything"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "'growth'" in done.stderr
    assert done.stdout == ""


async def test_the_floor_writes_the_same_rows_as_the_lane(arena: Arena) -> None:
    comments = make_comments(3_000, codes(ITEMS))
    through_lane, bare = await arena.show(), await arena.show()
    fed = await feed(arena, through_lane, comments)
    assert fed.committed == len(fed.delays) == 3_000
    batches = await floor.prepare(arena, bare, comments, 400)
    await floor.write_all(arena, batches)
    written, expected = await rows(arena, bare), await rows(arena, through_lane)
    for counts in (written, expected):
        del counts["item.updated"]  # one for each item and batch: depends on where batches begin
    assert written == expected
    assert written["comment.received"] == 3_000


async def test_comments_that_nobody_reads_are_not_measured(arena: Arena) -> None:
    show_id = await arena.show()
    with pytest.raises(UnavailableError, match="keywords and first_come"):
        await arena.check_plugins(show_id, make_comments(200, codes(ITEMS), claims=0.0))


async def test_a_show_with_a_past_looks_as_if_the_lane_had_made_it_and_goes_on(arena: Arena) -> None:
    show_id = await show_with_past(arena, 6_000)
    stored = await rows(arena, show_id)
    assert stored["claim"] == stored["winner"] + stored["waitlist"] + stored["declined"] == 1_200
    sold_out = "SELECT bool_and(claimed_count = total_quantity) FROM items WHERE workspace_id = $1 AND show_id = $2"
    assert await arena.sql(sold_out, arena.workspace_id, show_id)
    twice = (
        "SELECT count(*) FROM (SELECT 1 FROM claims WHERE workspace_id = $1 AND show_id = $2 "
        "GROUP BY item_id, buyer_id HAVING count(*) > 1) c"
    )
    assert await arena.sql(twice, arena.workspace_id, show_id) == 0
    await arena.check_plugins(show_id, make_comments(400, codes(ITEMS), seed=2))
    last = "SELECT last_comment_no FROM shows WHERE workspace_id = $1 AND id = $2"
    assert await arena.sql(last, arena.workspace_id, show_id) == 6_400


def test_the_comments_are_half_claims_of_five_thousand_people_each_with_its_own_id() -> None:
    comments = make_comments(20_000, codes(ITEMS))
    claims = [comment for comment in comments if "sold" in comment.text.lower()]
    chatter = {comment.text for comment in comments if "sold" not in comment.text.lower()}
    assert 0.48 < len(claims) / len(comments) < 0.52
    assert len({comment.comment_id for comment in comments}) == len(comments)
    assert BUYERS * 0.95 < len({comment.author for comment in comments}) <= BUYERS
    assert len(chatter) > 50


def test_a_figure_says_whether_its_target_is_met() -> None:
    fast, slow = figure("http_claims_per_s", "HTTP", [1_400, 1_600, 1_500.4]), figure("http_claims_per_s", "", [1_499])
    assert fast.as_json() == {
        "value": 1500,
        "target": 1500,
        "compare": ">=",
        "met": True,
        "low": 1400,
        "high": 1600,
    }
    assert slow.as_json()["met"] is False
    assert figure("lane_hot_p50_ms", "", [12.3456]).as_json() == {
        "value": 12.35,
        "target": None,
        "compare": None,
        "met": None,
    }
    assert as_json([fast]) == {"http_claims_per_s": fast.as_json()}
    assert as_table([Figure(key, "words", 1.0) for key in TARGETS], "All").row_count == len(TARGETS)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
