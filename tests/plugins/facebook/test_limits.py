"""Limits: slower when one comes near, silent while it holds, and nothing lost by it."""

from __future__ import annotations

from .conftest import Listening
from .test_polling import same_comments


async def test_a_page_at_its_limit_is_left_in_peace_for_as_long_as_it_says(listening: Listening) -> None:
    world, page = listening.meta.world, listening.meta.seed.page.id
    budget = world.budgets.set("pages", page, 60, window=3600.0, penalty=420.0)
    listening.chatter(1500.0, 0.5)
    await listening.run()
    same_comments(listening)
    assert listening.waits and all(error.scope == "account" for error in listening.waits)
    assert world.calls.while_limited == 0
    assert budget.total < 400


async def test_a_storm_without_a_time_gets_one_call_in_each_window(listening: Listening) -> None:
    world = listening.meta.world
    listening.chatter(1300.0, 0.1)
    world.faults.set("error", code=80001, after=60, lasts=600)
    await listening.run()
    same_comments(listening)
    storm = [call for call in world.calls.recent if call.code == 80001]
    assert 1 <= len(storm) <= 3
    waits = [error.retry_after or 0 for error in listening.waits if error.scope == "account"]
    assert waits[0] >= 290 and waits == sorted(waits)


async def test_the_limit_of_one_page_slows_no_other(listening: Listening) -> None:
    world, pace = listening.meta.world, listening.platform.graph.pace
    world.budgets.set("pages", listening.meta.seed.page.id, 20, window=36000.0)
    listening.chatter(60.0, 1.0)
    await listening.run(until=lambda batch: pace.slowdown("pages", listening.account.account_id) > 2)
    assert pace.slowdown("pages", listening.meta.seed.second_page.id) == 1


async def test_calls_become_rarer_before_the_limit(listening: Listening) -> None:
    world = listening.meta.world
    world.budgets.set("pages", listening.meta.seed.page.id, 500, window=36000.0)
    listening.chatter(1200.0, 0.2)
    await listening.run()
    same_comments(listening)
    assert not listening.waits
    assert world.calls.by_code.get(80001, 0) == 0
