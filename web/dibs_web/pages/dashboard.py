"""The dashboard: what is live, what comes next, what waits for somebody, how the last shows went."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from quart import Blueprint, Response

from dibs.accounts.principal import Principal
from dibs.api.auth import needs, principal
from dibs.api.orders import orders
from dibs.orders.model import OrderFilter
from dibs.overview import Overview, Result
from dibs.practice.guide import read_guide
from dibs.runtime import current_runtime
from dibs_web.attention import may_connect, needs_attention
from dibs_web.charts import bars, line_points
from dibs_web.rendering import fragment, page


def add_pages(blueprint: Blueprint) -> None:
    """Add the dashboard, and the parts of it that are asked for again and again."""
    blueprint.add_url_rule("/", "dashboard", dashboard)
    blueprint.add_url_rule("/dashboard/live", "dashboard_live", live)
    blueprint.add_url_rule("/dashboard/attention", "dashboard_attention", attention)


@needs("shows:read")
async def dashboard() -> Response:
    """The page."""
    who, overview = principal(), Overview(current_runtime().db)
    if not await overview.has_shows(who.workspace_id):
        return await page("dashboard_empty.html", active="dashboard")
    results = await overview.results(who.workspace_id)
    return await page(
        "dashboard.html",
        active="dashboard",
        strict=False,
        upcoming=await overview.upcoming(who.workspace_id),
        results=results,
        charts=_charts(results),
        guide=await read_guide(current_runtime().db, who.workspace_id, who.user_id),
        lines=await needs_attention(who),
        connect=await may_connect(who),
        open_orders=await _open_orders(who),
        **await _live(),
    )


@needs("shows:read")
async def live() -> Response:
    """What runs now, with the figures of this moment."""
    return await fragment("dashboard_live.html", **await _live())


@needs("shows:read")
async def attention() -> Response:
    """What needs attention now."""
    return await fragment("dashboard_attention.html", lines=await needs_attention(principal()))


async def _open_orders(who: Principal) -> tuple[int, Decimal] | None:
    """How many orders are open and what they come to; None without one, and for who may not see orders."""
    if not who.may("orders:read"):
        return None
    return (await orders().sums(who.workspace_id, OrderFilter(status="open"))).get("open")


async def _live() -> dict[str, Any]:
    shows = await Overview(current_runtime().db).live(principal().workspace_id)
    return {"live": [(show, line_points(show.minutes)) for show in shows]}


def _charts(results: Sequence[Result]) -> dict[str, Any]:
    return {
        "units": bars([result.units_claimed for result in results]),
        "buyers": bars([result.buyers for result in results]),
        "revenue": bars([float(result.revenue or 0) for result in results]),
        "has_revenue": any(result.revenue for result in results),
    }
