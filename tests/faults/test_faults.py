"""Processes and databases die in the middle of a sale. Afterwards nothing is lost, nothing is twice, and the sale has
ended exactly like an undisturbed one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from types import ModuleType

import asyncpg
import pytest

from dibs import IncomingComment, ParseContext, PluginInfo, Reading, hookimpl
from dibs.db import Database
from dibs.plugins import load_plugins
from dibs.runtime import Runtime
from dibs.settings import Settings

from ..core.lane.sale import Sale, new_sale, said
from ..depth import often
from ..race.children import start
from .conftest import Mortal
from .storm import CODES, comments, deliver, ending, stock_up, undisturbed

pytestmark = pytest.mark.faults
KILLS = often(12, 40)
_STORED = "SELECT count(*) FROM comments WHERE workspace_id = $1 AND show_id = $2"


def chance() -> random.Random:
    """Random instants that a failure report can repeat."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    return random.Random(seed)


async def grown(sale: Sale, stored: int) -> None:
    """Wait until the show has more comments than that."""
    async with asyncio.timeout(20):
        while (await sale.fetch(_STORED))[0][0] <= stored:
            await asyncio.sleep(0.002)


async def test_a_worker_that_is_killed_at_random_instants_loses_and_doubles_nothing(db: Database) -> None:
    rng, expected = chance(), await undisturbed(await new_sale(db))
    sale = await new_sale(db)
    await stock_up(sale)
    await sale.lanes.close()
    told = [[c.comment_id, c.author.user_id if c.author else None, c.text, n / 4] for n, c in enumerate(comments())]
    stored, progress, killed = 0, [0], 0
    for kill in range(KILLS):
        again = told[max(0, stored - 30) :]  # like a platform's adapter that goes on a little before its last position
        child = await start(sale, comments=[again[n : n + 10] for n in range(0, len(again), 10)], pause=0.04, window=3)
        await child.go()
        if kill % 4:  # most of them hit a delivery, however slow the machine is; the others whatever comes before
            await grown(sale, stored)
        await asyncio.sleep(rng.uniform(0.0, 0.06))
        if child.process.returncode is None:
            child.process.kill()
            killed += 1
        await child.process.communicate()
        stored = (await sale.fetch(_STORED))[0][0]
        progress.append(stored)
        if kill % 7:  # mostly as if its lease had run out meanwhile; sometimes the next one has to wait for that
            await sale.fetch("UPDATE show_leases SET expires_at = now() WHERE workspace_id = $1 AND show_id = $2")
        if kill % 5 == 0:
            await sale.assert_clean()
    print(f"comments stored at each kill: {progress}")
    assert killed == KILLS, "the sale was over before the last kill"
    assert len(set(progress)) > KILLS // 3, "most kills hit no delivery"
    child = await start(sale, comments=[told[n : n + 10] for n in range(0, len(told), 10)])
    await child.go()
    assert (await child.done())["answered"] == len(told)
    await sale.assert_clean()
    assert await ending(sale) == expected


async def through(sale: Sale, harm: Callable[[], Awaitable[None]], times: int, rng: random.Random) -> None:
    """Deliver the sale while `harm` is done to it again and again, then deliver all of it once more."""
    await stock_up(sale)
    await sale.lanes.start()
    delivery = asyncio.create_task(deliver(sale))
    for _ in range(times):
        await asyncio.sleep(rng.uniform(0.02, 0.2))
        await harm()
    assert await delivery == len(comments())
    assert await deliver(sale, batch=100, pause=0) == len(comments())
    await sale.assert_clean()


async def test_a_database_that_is_killed_comes_back_and_the_sale_goes_on(mortal: Mortal) -> None:
    rng, expected = chance(), await undisturbed(await new_sale(mortal.db))
    sale = await new_sale(mortal.db)

    async def kill() -> None:
        dead = mortal.kill()
        async with asyncio.timeout(30):  # nobody but the lanes brings it back
            while not mortal.runs_again(dead):
                await asyncio.sleep(0.05)

    await through(sale, kill, often(2, 8), rng)
    assert await ending(sale) == expected
    await sale.lanes.close()


async def test_a_database_that_freezes_for_seconds_loses_and_doubles_nothing(mortal: Mortal) -> None:
    rng, expected = chance(), await undisturbed(await new_sale(mortal.db))
    sale = await new_sale(mortal.db)

    async def freeze() -> None:
        frozen = mortal.freeze()
        await asyncio.sleep(3.5)
        for one in frozen:
            one.resume()

    await through(sale, freeze, often(1, 4), rng)
    assert await ending(sale) == expected
    await sale.lanes.close()


async def test_sessions_that_are_all_ended_lose_and_double_nothing(sale: Sale) -> None:
    rng, expected = chance(), await undisturbed(await new_sale(sale.db))
    other = await asyncpg.connect(sale.db.url)

    async def cut() -> None:
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    await through(sale, cut, often(8, 40), rng)
    await other.close()
    assert await ending(sale) == expected


async def test_the_sale_is_the_same_with_the_parser_that_sellers_use(db: Database) -> None:
    real = load_plugins().hooks_for(frozenset({"keywords", "first_come"}))
    # A question waits for an operator with the parser of the tests, and a pass then takes it back; here it is no claim.
    heard = [comment for comment in comments() if not comment.text.endswith("?")]
    sold, expected = [await undisturbed(sale, heard) for sale in (await new_sale(db, plugins=real), await new_sale(db))]
    assert {code: sold[code] for code in CODES} == {code: expected[code] for code in CODES}


async def test_poison_does_not_hold_up_the_next_comment(sale: Sale) -> None:
    await sale.add("12", 3)
    poison = [said("boom"), said("x" * 1_000_000), said("\ud800\udfff sold"), said("a\0b")]
    outcomes = await sale.say(*poison)
    assert [o.verdict for o in outcomes] == ["quarantined", "ignored", "ignored", "ignored"]
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert [o.verdict for o in await sale.say(said("sold 12"))] == ["claim"]
    assert loop.time() - began < 0.5
    await sale.assert_clean()


async def test_a_plugin_that_keeps_failing_is_switched_off_and_the_operators_are_told(database_url: str) -> None:
    @hookimpl
    def parse_comment(ctx: ParseContext, comment: IncomingComment) -> Reading | None:
        raise RuntimeError("this plugin never works")

    shaky = ModuleType("test_shaky_plugin")
    vars(shaky).update(PLUGIN=PluginInfo("shaky", "Shaky", "Fails.", default=True), parse_comment=parse_comment)
    plugins = load_plugins()
    assert plugins.add(shaky, "shaky")
    runtime = Runtime(Settings(database_url=database_url, secret_key="k" * 40), plugins)
    await runtime.start()
    try:
        sale = await new_sale(runtime.db)
        sale.process.lanes = runtime.lanes
        outcomes = [await sale.say(said("hello", second=n)) for n in range(8)]
        verdicts = [out[0].verdict for out in outcomes]
        assert verdicts[:5] == ["quarantined"] * 5
        assert verdicts[-1] != "quarantined"
        async with asyncio.timeout(5):
            while not (told := await sale.fetch(
                "SELECT payload::jsonb ->> 'plugin' FROM outbox WHERE workspace_id = $1"
                " AND topic = 'show:' || $2::uuid AND type = 'problem'"
            )):  # fmt: skip
                await asyncio.sleep(0.02)
        assert [row[0] for row in told] == ["shaky"]
        await sale.assert_clean()
    finally:
        await runtime.close()
