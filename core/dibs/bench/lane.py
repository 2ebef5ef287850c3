"""The claim lane at full load: comments spread over many items, one hot item, four shows; and the floor below it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic
from uuid import UUID

import attrs

from dibs.bench import floor
from dibs.bench.arena import ITEMS, Arena, open_arena
from dibs.bench.feeding import Fed, feed, settle_memory
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan
from dibs.bench.workload import codes, make_comments
from dibs.models.comments import IncomingComment

_HOT_UNITS = 1_000
_SHOWS = 4


@attrs.define
class _Rounds:
    spread: list[Fed] = attrs.field(factory=list)
    hot: list[Fed] = attrs.field(factory=list)
    batch: list[float] = attrs.field(factory=list)
    floor: list[float] = attrs.field(factory=list)


async def measure(plan: Plan) -> Sequence[Figure]:
    """Rounds of spread, floor and hot one after another, so that whatever disturbs the machine disturbs all three."""
    count, rounds = plan.pick(20_000, 6_000), plan.pick(7, 3)
    spread, hot = make_comments(count, codes(ITEMS)), make_comments(count, codes(1), claims=1.0)
    seen = _Rounds()
    async with open_arena(plan.url) as arena:
        warm = spread[: plan.pick(8_000, 4_000)]
        await arena.check_plugins(await arena.show(), warm)
        settle_memory()
        for number in range(rounds):
            await _round(arena, seen, spread, hot)
            plan.progress((number + 1) / rounds)
    return _figures(seen)


async def _round(
    arena: Arena, seen: _Rounds, spread: Sequence[IncomingComment], hot: Sequence[IncomingComment]
) -> None:
    show_id = await arena.show()
    before = await _revision(arena, show_id)
    seen.spread.append(await feed(arena, show_id, spread))
    batch = len(spread) / (await _revision(arena, show_id) - before)
    seen.batch.append(batch)
    batches = await floor.prepare(arena, await arena.show(), spread, round(batch))
    seen.floor.append(len(spread) / await floor.write_all(arena, batches))
    seen.hot.append(await feed(arena, await arena.show(1, _HOT_UNITS), hot))


async def _revision(arena: Arena, show_id: UUID) -> int:
    """Raised by one with every batch that is written."""
    statement = "SELECT revision FROM shows WHERE workspace_id = $1 AND id = $2"
    return int(await arena.sql(statement, arena.workspace_id, show_id))


def _figures(seen: _Rounds) -> list[Figure]:
    spread, hot = [fed.per_second for fed in seen.spread], [fed.per_second for fed in seen.hot]
    ratios = [lane / bare for lane, bare in zip(spread, seen.floor, strict=True)]
    shares = [one / many for one, many in zip(hot, spread, strict=True)]
    batch = figure("lane_batch_comments", "Comments in one transaction of the lane", seen.batch)
    return [
        figure("lane_spread_comments_per_s", "Claim lane, 200 items, half of the comments claim", spread),
        *_delays("lane_spread", "  from handing over to committed", seen.spread),
        batch,
        figure("sql_floor_comments_per_s", "The same writes in bare set-based SQL, same batches", seen.floor),
        figure("lane_to_floor_ratio", "Claim lane ÷ bare SQL", ratios),
        figure("lane_hot_comments_per_s", "Claim lane, one hot item, every comment claims it", hot),
        *_delays("lane_hot", "  from handing over to committed", seen.hot),
        figure("lane_hot_to_spread_ratio", "Hot item ÷ spread", shares),
    ]


def _delays(key: str, words: str, rounds: Sequence[Fed]) -> list[Figure]:
    return [
        figure(f"{key}_p{share}_ms", f"{words}, p{share}", [fed.delay_ms(share / 100) for fed in rounds])
        for share in (50, 99)
    ]


async def measure_shows(plan: Plan) -> Sequence[Figure]:
    """Four shows at once for some seconds, each handed more than it can take."""
    seconds, rounds = plan.pick(6, 1), plan.pick(5, 2)
    recording = make_comments(15_000 * seconds, codes(ITEMS))
    totals: list[float] = []
    slowest: list[float] = []
    async with open_arena(plan.url) as arena:
        await arena.check_plugins(await arena.show(), recording[:4_000])
        settle_memory()
        for number in range(rounds):
            shows = [await arena.show() for _ in range(_SHOWS)]
            until = monotonic() + seconds
            fed = await asyncio.gather(*(feed(arena, show, recording, until) for show in shows))
            rates = [one.per_second for one in fed]
            totals.append(sum(rates))
            slowest.append(min(rates) * len(rates) / sum(rates))
            plan.progress((number + 1) / rounds)
    return [
        figure("four_shows_comments_per_s", "Claim lane, four shows at once, together", totals),
        figure("four_shows_slowest_share_ratio", "  the slowest show ÷ its fair share", slowest),
    ]
