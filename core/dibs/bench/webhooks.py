"""Deliveries of a platform: how soon each is answered, and how soon its comment is decided."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from dibs.audit_log import Actor
from dibs.bench.arena import ITEMS
from dibs.bench.children import answer, helper
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan
from dibs.bench.stage import Stage, open_stage
from dibs.errors import InvariantError, UnavailableError
from dibs.ids import uuid7
from dibs.models.platform import Account, Token
from dibs.webhooks.rows import InboxRows

RATE = 500
_CONNECTIONS = 64
_PLATFORM, _ACCOUNT, _LIVE = "instagram", "17841400000000001", "18000000000000001"
_SECRET = "a secret of the benchmark"
_NOWHERE = "http://127.0.0.1:9"
_LAG = """
SELECT count(*) AS done, percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
    ORDER BY extract(epoch FROM done_at - received_at)::float8 * 1000) AS ms
FROM webhook_inbox WHERE id > $1
"""


async def measure(plan: Plan) -> Sequence[Figure]:
    """The whole application in this process, Meta in another; every 200 is then looked for among the comments."""
    rounds, seconds = plan.pick(4, 1), float(plan.pick(10, 4))
    settings = {_PLATFORM: {"app_secret": _SECRET, "hosts": await _hosts()}}
    steady: list[dict[str, float]] = []
    full: list[dict[str, float]] = []
    async with open_stage(plan.url, settings) as stage:
        show_id = await _show_that_listens(stage)
        await _round(stage, show_id, RATE, 1.0)  # warm up
        for number in range(rounds):
            steady.append(await _round(stage, show_id, RATE, seconds))
            full.append(await _round(stage, show_id, 0, seconds / 2))
            plan.progress((number + 1) / rounds)
    rate = [one["answered"] / one["seconds"] for one in steady]
    most = [one["answered"] / one["seconds"] for one in full]
    note = f"{RATE} deliveries/s of one comment each, {_CONNECTIONS} connections"
    return [
        figure("webhook_steady_posts_per_s", "Webhooks, stored and answered", rate, note),
        figure("webhook_ack_p50_ms", "  from due to answer, p50", [one["p50_ms"] for one in steady]),
        figure("webhook_ack_p99_ms", "  from due to answer, p99", [one["p99_ms"] for one in steady]),
        figure("webhook_ack_worst_ms", "  the slowest answer", [one["most_ms"] for one in steady]),
        figure(
            "webhook_decided_p50_ms", "  from arrival until decided, p50", [one["decided_p50_ms"] for one in steady]
        ),
        figure(
            "webhook_decided_p99_ms", "  from arrival until decided, p99", [one["decided_p99_ms"] for one in steady]
        ),
        figure("webhook_full_posts_per_s", "  as many as one process takes", most),
    ]


async def _hosts() -> Mapping[str, str]:
    """Nobody is called: every address of the platform is one at which nobody answers."""
    from dibs.meta.hosts import MetaHosts  # noqa: PLC0415 - only this part needs it

    return dict.fromkeys((name for name in MetaHosts.__annotations__), _NOWHERE)


async def _show_that_listens(stage: Stage) -> UUID:
    """A show with items that hears the one broadcast of a connected account."""
    runtime, workspace_id = stage.arena.runtime, stage.arena.workspace_id
    await runtime.flags.set_override(workspace_id, _PLATFORM, True)
    account = Account(_PLATFORM, _ACCOUNT, "Benchmark", Token("no token"))
    connection_id, _ = await runtime.connections.store(workspace_id, Actor.system(), account)
    show_id = await stage.arena.show(ITEMS, 1_000)
    operators = runtime.streams.operators
    await operators.add(workspace_id, show_id, Actor.system(), connection_id, where=_LIVE)
    return show_id


async def _round(stage: Stage, show_id: UUID, rate: int, seconds: float) -> dict[str, float]:
    arena = stage.arena
    last = await arena.sql("SELECT coalesce(max(id), 0) FROM webhook_inbox")
    before = await _heard(stage, show_id)
    order = {
        "port": stage.port,
        "path": f"/webhooks/{_PLATFORM}",
        "secret": _SECRET,
        "connections": _CONNECTIONS,
        "rate": rate,
        "seconds": seconds,
        "items": ITEMS,
        "account_id": _ACCOUNT,
        "live_id": _LIVE,
        "run": uuid7().int % 10**10,
    }
    async with helper("dibs.bench.webhook_clients", order) as process:
        report: dict[str, float] = await answer(process, seconds + 60)
    if report["failed"]:
        raise UnavailableError(f"{report['failed']:.0f} deliveries of the benchmark were not answered with 200.")
    await _worked_off(stage)
    if await _heard(stage, show_id) - before != report["answered"]:
        raise InvariantError("The server answered 200 for comments that are not in the table.")
    lag = (await arena.runtime.db.hot_fetch(_LAG, last))[0]
    return {**report, "decided_p50_ms": lag["ms"][0], "decided_p99_ms": lag["ms"][1]}


async def _heard(stage: Stage, show_id: UUID) -> int:
    sql = "SELECT count(*) FROM comments WHERE workspace_id = $1 AND show_id = $2"
    return int(await stage.arena.sql(sql, stage.arena.workspace_id, show_id))


async def _worked_off(stage: Stage) -> None:
    rows = InboxRows(stage.arena.runtime.db)
    async with asyncio.timeout(120):
        while True:
            if not (await rows.backlog()).open:
                return
            await asyncio.sleep(0.02)
