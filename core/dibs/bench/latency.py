"""How soon a claim is seen: from handing its comment over until a browser's stream has it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dibs.bench.children import answer, helper
from dibs.bench.feeding import settle_memory
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan
from dibs.bench.stage import Stage, open_stage
from dibs.bench.workload import codes, make_comments
from dibs.models.comments import IncomingComment

_PER_SECOND = 1_000
_WARM_SECONDS = 1


async def measure(plan: Plan) -> Sequence[Figure]:
    """The whole application on loopback HTTP, one SSE client in another process, 1,000 single comments a second."""
    rounds, seconds = plan.pick(3, 1), plan.pick(8, 3)
    reports: list[dict[str, float]] = []
    async with open_stage(plan.url) as stage:
        for number in range(rounds):
            reports.append(await _round(stage, seconds))
            plan.progress((number + 1) / rounds)
    words = "Claim seen by an SSE client after its comment was handed over"
    reached = [report["handed_per_s"] for report in reports]
    return [
        figure("claim_to_sse_p50_ms", f"{words}, p50", [report["p50_ms"] for report in reports]),
        figure("claim_to_sse_p99_ms", f"{words}, p99", [report["p99_ms"] for report in reports]),
        figure("claim_to_sse_comments_per_s", "  comments handed over meanwhile", reached),
    ]


async def _round(stage: Stage, seconds: int) -> dict[str, float]:
    arena = stage.arena
    show_id = await arena.show()
    comments = make_comments(_PER_SECOND * (seconds + _WARM_SECONDS), codes(200), seed=time.monotonic_ns())
    settle_memory()
    order = {"port": stage.port, "token": stage.token, "path": f"/api/shows/{show_id}/stream"}
    async with helper("dibs.bench.latency_client", order) as process:
        await answer(process, 30)
        begun = time.monotonic()
        tasks = await _hand_over(stage, show_id, comments)
        took = time.monotonic() - begun
        outcomes = await asyncio.gather(*tasks)
        claims = sum(len(result.outcomes[0].claims) for result in outcomes)
        assert process.stdin is not None
        process.stdin.write(f'{{"claims": {claims}, "skip": {_PER_SECOND * _WARM_SECONDS // 2}}}\n'.encode())
        report: dict[str, float] = await answer(process, 30)
    return {**report, "handed_per_s": len(comments) / took}


async def _hand_over(stage: Stage, show_id: Any, comments: Sequence[IncomingComment]) -> list[asyncio.Task[Any]]:
    """Each comment by itself, at its own millisecond; its id says when that was."""
    tasks: list[asyncio.Task[Any]] = []
    begun = time.monotonic()
    while len(tasks) < len(comments):
        due = min(int((time.monotonic() - begun) * _PER_SECOND) + 1, len(comments))
        for comment in comments[len(tasks) : due]:
            tasks.append(asyncio.create_task(stage.arena.ingest(show_id, [_stamped(comment, len(tasks))])))
        await asyncio.sleep(0.001)
    return tasks


def _stamped(comment: IncomingComment, number: int) -> IncomingComment:
    return IncomingComment(
        comment.platform,
        comment.text,
        datetime.now(UTC),
        f"{number}_{time.monotonic_ns()}",
        comment.author,
        comment.live_id,
    )
