"""Carts of private sessions: adding a line while fifty hosts do, and what a customer's carts come to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs
import orjson

from dibs.audit_log import Actor
from dibs.bench.arena import Arena, open_arena
from dibs.bench.cart_stock import Carts, fill_carts, plugin_bench
from dibs.bench.children import answer, free_port, helper, server, wait_until_it_answers
from dibs.bench.figures import Figure, figure, percentile
from dibs.bench.http_claims import post
from dibs.bench.plan import Plan
from dibs.db import Database
from dibs.errors import UnavailableError
from dibs.plugins import load_plugins

HOSTS = 50
RATE = 50.0
_BY_HTTP = "50 hosts, an addition a second each, by HTTP from another process"


@attrs.define(eq=False)
class Adding:
    """Hosts at work, each in sessions of its own and on batches of its own; `delays` in seconds."""

    arena: Arena
    bench: Any
    carts: Carts
    number: int = 0
    delays: list[float] = attrs.field(factory=list)

    async def one(self, number: int, due: float) -> None:
        """One addition, in a transaction; its delay counts from when it was due."""
        session_id, batch_id = place(self.carts, number)
        parts = self.arena.runtime.transactions
        async with parts.open(self.carts.workspace_id, "live_shopping", Actor(None, "Bench")) as context:
            await self.bench.add(context, session_id, batch_id)
        self.delays.append(time.perf_counter() - due)

    async def steadily(self, seconds: float, rate: float) -> list[float]:
        """At a steady rate, whatever the answers take; the delays."""
        begun, tasks, count = time.perf_counter(), [], int(seconds * rate)
        for n in range(count):
            due = begun + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(self.one(self._next(), due)))
        await asyncio.gather(*tasks)
        return self._taken()

    async def as_fast_as_it_goes(self, seconds: float) -> tuple[float, list[float]]:
        """Fifty hosts, each adding again as soon as it was answered; additions a second, and the delays."""
        begun = time.perf_counter()

        async def host() -> None:
            while time.perf_counter() - begun < seconds:
                await self.one(self._next(), time.perf_counter())

        await asyncio.gather(*(host() for _ in range(HOSTS)))
        lasted, delays = time.perf_counter() - begun, self._taken()
        return len(delays) / lasted, delays

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _taken(self) -> list[float]:
        delays, self.delays = self.delays, []
        return delays


def place(carts: Carts, number: int) -> tuple[UUID, UUID]:
    """Session and batch of an addition: no two hosts in one session or on one batch, and never a full cart."""
    host, turn = number % HOSTS, number // HOSTS
    sessions = len(carts.sessions) // HOSTS
    return carts.sessions[host + HOSTS * (turn % sessions)], carts.batches[(number * 7 + 3) % len(carts.batches)]


async def measure(plan: Plan) -> Sequence[Figure]:
    """A thousand sessions with twenty lines each (`--quick`: a hundred): in this process, then by HTTP."""
    sessions, rounds, seconds = plan.pick(1000, 100), plan.pick(3, 1), float(plan.pick(10, 2))
    async with open_arena(plan.url) as arena:
        bench = plugin_bench(arena.runtime.plugins)

        async def begin(customer_id: UUID, batch_id: UUID) -> UUID:
            actor = Actor(None, "Bench")
            async with arena.runtime.transactions.open(arena.workspace_id, "live_shopping", actor) as context:
                return UUID(str(await bench.begin(context, customer_id, batch_id)))

        carts = await fill_carts(arena.runtime.db, bench, arena.workspace_id, sessions, begin)
        adding = Adding(arena, bench, carts)
        await adding.steadily(1.0, RATE)
        steady = [await adding.steadily(seconds, RATE) for _ in range(rounds)]
        plan.progress(0.4)
        full = [await adding.as_fast_as_it_goes(seconds / 2) for _ in range(rounds)]
        exposure = await _exposure(arena, carts, plan.pick(200, 50))
    plan.progress(0.7)
    by_http = await _by_http(plan, sessions, seconds)
    return [*_steady(steady, sessions), *_full(full), exposure, *by_http]


def _steady(rounds: Sequence[list[float]], sessions: int) -> list[Figure]:
    note = f"{HOSTS} hosts, an addition a second each, in one process; {sessions} sessions of 20 lines"
    p50, p99 = ([percentile(one, share) * 1000 for one in rounds] for share in (0.5, 0.99))
    return [
        figure("cart_add_p50_ms", "Adding a line to a cart, p50", p50, note),
        figure("cart_add_p99_ms", "  p99", p99),
    ]


def _full(rounds: Sequence[tuple[float, list[float]]]) -> list[Figure]:
    note = f"{HOSTS} hosts, each as soon as it was answered: each waits for the others"
    return [
        figure("cart_additions_per_s", "  as many as one process takes", [rate for rate, _ in rounds], note),
        figure("cart_additions_p99_ms", "    p99", [percentile(one, 0.99) * 1000 for _, one in rounds]),
    ]


async def _exposure(arena: Arena, carts: Carts, times: int) -> Figure:
    """The query that sums the carts of a customer, 25 sessions of twenty lines."""
    parts, delays = arena.runtime.transactions, []
    async with arena.runtime.db.transaction(), arena.runtime.db.raw() as connection:
        for _ in range(times):
            begun = time.perf_counter()
            found = await parts.ask(connection, carts.workspace_id, "draft_exposure", (carts.big_customer,))
            delays.append((time.perf_counter() - begun) * 1000)
    if not any(answer.to_purchase for _, answer in found):
        raise UnavailableError("The carts of the benchmark come to nothing.")
    return figure("credit_exposure_500_lines_ms", "What a customer's carts of 500 lines come to", delays, "one query")


async def _by_http(plan: Plan, sessions: int, seconds: float) -> list[Figure]:
    port = free_port()
    settings = {"DATABASE_URL": plan.url, "DIBS_REGISTRATION": "open"}
    with server(plan.folder / "carts", settings, port) as process:
        await asyncio.to_thread(wait_until_it_answers, process, port)
        person = {"email": "carts@example.com", "password": "correct horse battery", "name": "Bench"}
        made = await asyncio.to_thread(post, port, "", "/api/auth/register", person)
        token = str(made["access_token"])
        carts = await _filled(plan, UUID(made["workspace"]["id"]), sessions, port, token)
        report = await _send(port, token, carts, seconds)
    return [
        figure("cart_add_http_p50_ms", "  by HTTP, p50", [report["p50_ms"]], _BY_HTTP),
        figure("cart_add_http_p99_ms", "    p99", [report["p99_ms"]]),
    ]


async def _filled(plan: Plan, workspace_id: UUID, sessions: int, port: int, token: str) -> Carts:
    async def begin(customer_id: UUID, batch_id: UUID) -> UUID:
        wanted = {"customer_id": str(customer_id), "start": True}
        made = await asyncio.to_thread(post, port, token, "/api/live-sessions", wanted)
        body = {"batch_id": str(batch_id), "quantity": "1"}
        await asyncio.to_thread(post, port, token, f"/api/live-sessions/{made['session_id']}/lines", body)
        return UUID(made["session_id"])

    db = Database(plan.url, plain=2, hot=2)
    await db.connect()
    try:
        return await fill_carts(db, plugin_bench(load_plugins()), workspace_id, sessions, begin)
    finally:
        await db.close()


async def _send(port: int, token: str, carts: Carts, seconds: float) -> dict[str, float]:
    count = int(RATE * (seconds + 1))
    adds = [[str(one) for one in place(carts, n)] for n in range(count)]
    order = orjson.loads(orjson.dumps({"port": port, "token": token, "rate": RATE, "adds": adds, "warm": int(RATE)}))
    async with helper("dibs.bench.cart_clients", order) as process:
        report: dict[str, float] = await answer(process, seconds + 60)
    if report["failed"]:
        raise UnavailableError(f"{report['failed']:.0f} additions of the benchmark were not answered with 201.")
    return report
