"""What a client costs that listens and hears nothing."""

from __future__ import annotations

from collections.abc import Sequence

from dibs.bench.fanout import measure_idle
from dibs.bench.figures import Figure, figure
from dibs.bench.plan import Plan


async def measure(plan: Plan) -> Sequence[Figure]:
    """Resident memory of the server process for each SSE client beyond the first few."""
    clients = plan.pick(5_000, 1_000)
    report = await measure_idle(plan.url, clients)
    note = f"{clients:,} clients"
    return [figure("idle_client_memory_kb", "Memory for each idle SSE client", [report["kb_per_client"]], note)]
