"""Several processes fight for one thing. Each race is run once as it is, and once with its guard taken away: then the
auditor has to find the damage, or the test would prove nothing."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
import pytest

from dibs.ids import uuid7
from dibs.lane.lanes import Lanes

from ..core.lane.sale import Sale, new_sale, said
from .children import CONSTRAINTS, Child, defenceless, race, start

pytestmark = pytest.mark.race
NO_GUARD = ["revision", "fence", "lease", "lock"]


def deliveries(seed: int, count: int = 240, processes: int = 4, batch: int = 8) -> list[list[list[Any]]]:
    """Overlapping shares of the same comments, each in an order and cut of its own."""
    rng = random.Random(seed)
    comments = [
        [f"c{n}", f"b{n % 60}", rng.choice(["sold 12", "sold 12", "sold 13 x2", "pass 12", "so pretty"]), n]
        for n in range(count)
    ]
    shares = [[c for n, c in enumerate(comments) if n % processes == p or rng.random() < 0.5] for p in range(processes)]
    for share in shares:
        rng.shuffle(share)
    return [[share[i : i + batch] for i in range(0, len(share), batch)] for share in shares]


async def does_harm(sale: Sale, unguarded: Callable[[Sale], Awaitable[bool]]) -> bool:
    """Whether a race without its guards does harm: the processes have to meet, on a busy machine not every time."""
    for _ in range(6):
        another = await new_sale(sale.db)
        if await unguarded(another):
            return True
        await another.lanes.close()
    return False


async def give_up(sale: Sale) -> None:
    """Let go of the show, so that any process may take it."""
    await sale.lanes.close()
    sale.process.lanes = Lanes(sale.db, sale.lanes.hooks_for, sale.lanes.published, sale.lanes.failed)


async def stored(sale: Sale) -> int:
    rows = await sale.fetch("SELECT count(*) FROM comments WHERE workspace_id = $1 AND show_id = $2")
    return int(rows[0][0])


async def test_four_processes_with_overlapping_deliveries_count_each_comment_once(sale: Sale) -> None:
    await sale.add("12", 9)
    await sale.add("13", 30)
    await give_up(sale)
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    jobs = [{"comments": share, "window": 3} for share in deliveries(seed)]
    done = await race(sale, *jobs)
    assert [d["answered"] for d in done] == [sum(len(batch) for batch in job["comments"]) for job in jobs], done
    assert await stored(sale) == 240
    await sale.assert_clean()
    assert len((await sale.stakes("12"))[0]) > 0


async def test_without_a_lease_the_revision_alone_still_keeps_every_promise(sale: Sale) -> None:
    await sale.add("12", 9)
    await sale.add("13", 30)
    await give_up(sale)
    jobs = [{"comments": share, "weak": ["lease", "fence"]} for share in deliveries(3, 120, 3)]
    await race(sale, *jobs)
    assert await stored(sale) == 120
    await sale.assert_clean()


async def test_without_any_guard_overlapping_deliveries_do_harm(sale: Sale) -> None:
    await sale.add("12", 9)
    await sale.add("13", 30)
    await give_up(sale)
    await defenceless(sale)
    await race(sale, *({"comments": share, "weak": NO_GUARD, "pause": 0.002} for share in deliveries(4)))
    broken = {check.name for check in (await sale.audit()).broken}
    assert {"comments_once", "comment_numbers_without_gap"} <= broken


async def command_race(sale: Sale, weak: list[str]) -> None:
    item = await sale.add("12", 5)
    await sale.say(*(said("sold 12", f"a{n}", second=n) for n in range(12)))
    rows = await sale.fetch("SELECT id FROM claims WHERE workspace_id = $1 AND show_id = $2 ORDER BY decision_no")
    await give_up(sale)
    ids = [str(row[0]) for row in rows]
    comments = [[[f"c{n}", f"b{n}", "sold 12", 50 + n] for n in range(i, i + 4)] for i in range(0, 160, 4)]
    releases = [["release", claim] for claim in ids]
    more = [["total", str(item), 6 + n] for n in range(25)]
    owner = {"comments": comments, "pause": 0.003, "warm": "w1", "weak": weak}
    done = await race(
        sale,
        owner,
        {"commands": releases, "weak": weak, "pause": 0.01},
        {"commands": releases[::-1] + more, "weak": weak, "pause": 0.005},
    )
    if not weak:
        assert done[0]["answered"] == 160, done
        assert done[1]["carried_out"] + done[2]["carried_out"] == len(ids) + len(more), done


async def test_commands_of_other_processes_against_a_hot_owner(sale: Sale) -> None:
    await command_race(sale, [])
    await sale.assert_clean()
    winners, waiting = await sale.stakes()
    assert len(winners) == 30
    assert len(waiting) == 130


async def test_without_any_guard_commands_against_a_hot_owner_do_harm(sale: Sale) -> None:
    await defenceless(sale)
    await command_race(sale, NO_GUARD)
    assert not (await sale.audit()).ok


async def award_race(sale: Sale, weak: list[str]) -> list[int]:
    """Two processes award the last unit of twenty items; how often both were told that they did."""
    items = [str(await sale.add(str(100 + n), 1)) for n in range(20)]
    await sale.say(said("hello", "ana"), said("hello", "ben"))
    rows = await sale.fetch("SELECT buyer_id FROM comments WHERE workspace_id = $1 AND show_id = $2 ORDER BY author_id")
    await give_up(sale)
    jobs = [
        {"commands": [["award", item, str(rows[n][0]), who] for item in items], "weak": weak}
        for n, who in enumerate(("ana", "ben"))
    ]
    return [d["carried_out"] for d in await race(sale, *jobs)]


async def test_two_processes_that_award_the_last_unit(sale: Sale) -> None:
    assert sum(await award_race(sale, [])) == 20
    await sale.assert_clean()


async def test_without_the_lock_the_last_unit_is_awarded_twice(sale: Sale) -> None:
    async def twice(another: Sale) -> bool:
        return sum(await award_race(another, NO_GUARD)) > 20 and not (await another.audit()).ok

    await defenceless(sale)
    assert await does_harm(sale, twice)


async def test_without_lock_and_revision_the_database_itself_refuses_to_oversell(sale: Sale) -> None:
    await award_race(sale, NO_GUARD)
    sold = await sale.fetch(
        "SELECT i.item_number FROM items i JOIN claims c ON c.item_id = i.id AND c.status = 'winner'"
        " WHERE i.workspace_id = $1 AND i.show_id = $2"
        " GROUP BY i.item_number, i.total_quantity HAVING sum(c.quantity) > i.total_quantity"
    )
    assert sold == []


async def register_race(sale: Sale, nth: int = 1) -> int:
    """Two hundred new buyers comment in two shows of a workspace at once, for the `nth` time; how many buyers there
    are more than people."""
    other = Sale(sale.db, sale.workspace_id, uuid7(), sale.process)
    await sale.db.hot_fetch(
        "INSERT INTO shows (workspace_id, id, title) VALUES ($1, $2, 'Other')", other.workspace_id, other.show_id
    )
    await give_up(sale)
    batches = [[[f"c{nth}-{n}", f"b{nth}-{n}", "hello", n] for n in range(i, i + 5)] for i in range(0, 200, 5)]
    children = [await start(one, comments=batches) for one in (sale, other)]
    await asyncio.gather(*(child.go() for child in children))
    done = [await child.done() for child in children]
    assert [d["answered"] for d in done] == [200, 200], done
    await other.assert_clean()
    rows = await sale.db.hot_fetch("SELECT count(*) FROM buyers WHERE workspace_id = $1", sale.workspace_id)
    return int(rows[0][0]) - nth * 200


async def test_a_buyer_who_is_new_in_two_shows_at_once_is_one_buyer(sale: Sale) -> None:
    assert await register_race(sale) == 0
    await sale.assert_clean()


async def test_without_the_unique_identity_a_buyer_becomes_two(sale: Sale) -> None:
    await defenceless(sale, ["ALTER TABLE buyers DROP CONSTRAINT buyers_identity"])
    await sale.db.hot_fetch("CREATE INDEX ON buyers (workspace_id, platform, platform_user_id)")
    for nth in range(1, 9):  # the two processes have to meet: on a busy machine not every time
        if await register_race(sale, nth) > 0:
            return
    pytest.fail("the race was never lost without the guard")


async def stale_owner(sale: Sale, weak: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A process stops directly before a write, another takes the show over, the first one wakes up."""
    await sale.add("12", 3)
    await give_up(sale)
    batch = [[f"c{n}", f"b{n}", "sold 12", n] for n in range(6)]
    stale = await start(sale, comments=[batch], stop_before_write=1, weak=weak)
    await stale.go()
    await stopped(stale)
    heir = await start(sale, comments=[batch, [["c9", "b9", "sold 12", 9]]], weak=[w for w in weak if w != "lease"])
    await heir.go()
    inherited = await heir.done()
    stale.process.send_signal(signal.SIGCONT)
    return await stale.done(), inherited


async def stopped(child: Child) -> None:
    async with asyncio.timeout(20):
        while psutil.Process(child.process.pid).status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.05)


async def test_a_process_that_slept_past_its_lease_is_refused_and_nothing_is_double(sale: Sale) -> None:
    stale, heir = await stale_owner(sale, [])
    assert (stale["answered"], stale["fresh"]) == (6, 0)
    assert (heir["answered"], heir["fresh"]) == (7, 7)
    await sale.assert_clean()
    assert await sale.stakes() == ([(f"b{n}", 1) for n in range(3)], [(f"b{n}", 1) for n in (3, 4, 5, 9)])


async def test_without_fence_and_revision_a_process_that_slept_does_harm(sale: Sale) -> None:
    await defenceless(sale, [*CONSTRAINTS, "ALTER TABLE buyers DROP CONSTRAINT buyers_identity"])
    stale, _ = await stale_owner(sale, ["revision", "fence"])
    assert stale["fresh"] == 6
    assert "comments_once" in {check.name for check in (await sale.audit()).broken}
