"""What a comment costs in a show that has just begun, and in one that is very long."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from uuid import UUID

from dibs.bench.arena import ITEMS, Arena, open_arena
from dibs.bench.feeding import feed, settle_memory
from dibs.bench.figures import Figure, figure
from dibs.bench.filling import come_to_rest, show_with_past
from dibs.bench.plan import Plan
from dibs.bench.workload import codes, make_comments
from dibs.models.comments import IncomingComment

_FEW = 1_000
_BUYERS = 1_000
_WARM = 1_500


async def measure(plan: Plan) -> Sequence[Figure]:
    """The same comments on a new short show and on the long one in turn, many times, because a machine is never quiet.

    Each show is loaded and has met most of the buyers before it counts.
    """
    many, count, rounds = plan.pick(1_000_000, 20_000), plan.pick(5_000, 2_500), plan.pick(16, 3)
    async with open_arena(plan.url) as arena:
        long = await show_with_past(arena, many)
        plan.progress(0.4)
        shorts = [await show_with_past(arena, _FEW) for _ in range(rounds)]
        await come_to_rest(arena)
        plan.progress(0.5)
        loading = await _load(arena, long)
        await feed(arena, long, _comments(plan.pick(20_000, 2_500), 98))
        few_us: list[float] = []
        many_us: list[float] = []
        for number, short in enumerate(shorts):
            comments = _comments(_WARM + count, number)
            settle_memory()
            pair = [(short, few_us), (long, many_us)]
            for show_id, costs in pair if number % 2 else reversed(pair):
                costs.append(await _cost(arena, show_id, comments))
            plan.progress(0.5 + 0.5 * (number + 1) / rounds)
    grown = [(late / early - 1) * 100 for early, late in zip(few_us, many_us, strict=True)]
    words = "Cost of a comment in the lane,"
    return [
        figure(f"lane_at_{_FEW}_stored_us_per_comment", f"{words} {_FEW:,} comments stored", few_us),
        figure(f"lane_at_{many}_stored_us_per_comment", f"{words} {many:,} comments stored", many_us),
        figure("lane_cost_growth_percent", "  grown by", grown, f"{_FEW:,} → {many:,} stored comments"),
        figure(f"lane_load_at_{many}_stored_s", f"Taking over a show with {many:,} comments", [loading]),
    ]


def _comments(count: int, seed: int) -> list[IncomingComment]:
    return make_comments(count, codes(ITEMS), seed=seed, buyers=_BUYERS)


async def _load(arena: Arena, show_id: UUID) -> float:
    """Seconds until the first comments are committed in a show that this process does not hold yet."""
    comments = _comments(400, 99)
    begun = perf_counter()
    await arena.check_plugins(show_id, comments)
    return perf_counter() - begun


async def _cost(arena: Arena, show_id: UUID, comments: Sequence[IncomingComment]) -> float:
    await feed(arena, show_id, comments[:_WARM])
    return 1e6 / (await feed(arena, show_id, comments[_WARM:])).per_second
