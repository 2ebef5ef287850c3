"""One claim in each HTTP request: what one server process commits in a second."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from dibs.bench.arena import ITEMS
from dibs.bench.children import answer, free_port, helper, server, wait_until_it_answers
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan
from dibs.bench.workload import codes
from dibs.errors import InvariantError, UnavailableError

_CONNECTIONS = 48


async def measure(plan: Plan) -> Sequence[Figure]:
    """`dibs serve` in one process, 48 connections of another process; every 200 is then looked for in the table."""
    rounds, seconds, port = plan.pick(4, 1), float(plan.pick(5, 2)), free_port()
    reports: list[dict[str, float]] = []
    with server(plan.folder / "http", {"DATABASE_URL": plan.url}, port) as process:
        await asyncio.to_thread(wait_until_it_answers, process, port)
        token, show_id = await asyncio.to_thread(_set_up, port)
        await _send(port, token, show_id, 1.0)  # warm up
        for number in range(rounds):
            before = await _stored(plan.url, show_id)
            report = await _send(port, token, show_id, seconds)
            if await _stored(plan.url, show_id) - before != report["answered"]:
                raise InvariantError("The server answered 200 for claims that are not in the table.")
            reports.append(report)
            plan.progress((number + 1) / rounds)
    note = f"{_CONNECTIONS} connections"
    return [
        figure(
            "http_claims_per_s",
            "Claims by HTTP, one in each request, one server process",
            [report["answered"] / report["seconds"] for report in reports],
            note,
        ),
        figure("http_claim_p50_ms", "  from request to answer, p50", [report["p50_ms"] for report in reports]),
        figure("http_claim_p99_ms", "  from request to answer, p99", [report["p99_ms"] for report in reports]),
    ]


async def _send(port: int, token: str, show_id: str, seconds: float) -> dict[str, float]:
    order = {
        "port": port,
        "token": token,
        "path": f"/api/shows/{show_id}/comments",
        "connections": _CONNECTIONS,
        "seconds": seconds,
        "items": ITEMS,
    }
    async with helper("dibs.bench.http_clients", order) as process:
        report: dict[str, float] = await answer(process, seconds + 30)
    if report["failed"]:
        raise UnavailableError(f"{report['failed']:.0f} requests of the benchmark were not answered with 200.")
    return report


async def _stored(url: str, show_id: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM claims WHERE show_id = $1::text::uuid", show_id))
    finally:
        await connection.close()


def _set_up(port: int) -> tuple[str, str]:
    """Register, make a show with items, start it: an access token and the show's id."""
    person = {"email": "bench@example.com", "password": "correct horse battery", "name": "Bench"}
    token = str(post(port, "", "/api/auth/register", person)["access_token"])
    show_id = str(post(port, token, "/api/shows", {"title": "Benchmark"})["id"])
    new = [{"item_number": code, "title": f"Item {code}", "quantity": 20} for code in codes(ITEMS)]
    post(port, token, f"/api/shows/{show_id}/items", {"items": new})
    post(port, token, f"/api/shows/{show_id}/activate", {})
    return token, show_id


def post(port: int, token: str, path: str, body: Mapping[str, Any]) -> Any:
    """The answer of a server of the benchmark. Raises `UnavailableError` if it refuses."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        connection.request("POST", path, orjson.dumps(body), headers)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    if response.status >= 400:
        raise UnavailableError(f"The server of the benchmark answered {response.status}: {content[:300]!r}")
    return orjson.loads(content)
