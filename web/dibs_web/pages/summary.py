"""The summary of a show: figures, charts, items, and what each buyer is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from quart import Blueprint, Response

from dibs.api.auth import needs, principal
from dibs.orders.pending import Pending, read_pending
from dibs.routes import export_tables
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs.summary import read_summary
from dibs.summary.model import ShowSummary, Timeline
from dibs_web.filters import currency, time_zone
from dibs_web.i18n import _, dgettext
from dibs_web.rendering import fragment, page

RUNNING: Final = ("active", "paused")
_LINES: Final = 24


def add_pages(blueprint: Blueprint) -> None:
    """Add the page, the part of it that is asked for again and again, and what hangs on an item."""
    base = "/shows/<uuid:show_id>/summary"
    blueprint.add_url_rule(base, "summary", summary)
    blueprint.add_url_rule(f"{base}/figures", "summary_figures", figures)
    blueprint.add_url_rule(f"{base}/items/<uuid:item_id>", "summary_item", item)


@needs("shows:read")
async def summary(show_id: UUID) -> Response:
    """The page."""
    values = await _figures(show_id)
    more: dict[str, Any] = {"exports": await _exports(), "to_order": await _to_order(show_id)}
    return await page("summary/page.html", active="shows", strict=False, **more, **values)


@needs("shows:read")
async def figures(show_id: UUID) -> Response:
    """Everything above the list of buyers, with the figures of this moment."""
    return await fragment("summary/figures.html", **await _figures(show_id))


@needs("shows:read")
async def item(show_id: UUID, item_id: UUID) -> Response:
    """Who won an item, and who waits for it."""
    drawer = await Shows(current_runtime().db).drawer(principal().workspace_id, show_id, item_id)
    return await fragment("summary/item.html", **drawer)


async def _figures(show_id: UUID) -> dict[str, Any]:
    found = await read_summary(current_runtime().db, principal().workspace_id, show_id)
    return {
        "summary": found,
        "show": found.show,
        "running": found.show.status in RUNNING,
        "chart": _chart(found.timeline),
        "lines": table_lines(found.timeline),
        "has_prices": any(one.price is not None for one in found.items),
        "has_pins": any(one.pinned_at is not None for one in found.items),
        "span": span,
        "mark": _mark(found),
        "currency": currency(),
        "zone": time_zone().key,
    }


async def _to_order(show_id: UUID) -> Pending | None:
    """What is not ordered yet, for those who may see orders."""
    who = principal()
    return await read_pending(current_runtime().db, who.workspace_id, show_id) if who.may("orders:read") else None


async def _exports() -> Sequence[tuple[str, str]]:
    """The kinds of export, those of other plugins among them, where the plugin is on."""
    hooks = await current_runtime().flags.hooks_for(principal().workspace_id)
    if "export" not in hooks.enabled or not principal().may("exports:read"):
        return []
    tables = sorted((await export_tables()).items(), key=lambda one: one[1].plugin != "export")
    return [(name, dgettext(table.plugin, table.kind.title)) for name, table in tables]


def _mark(found: ShowSummary) -> str:
    """Changes when the list of buyers has to be read again."""
    return f"{found.units_claimed}:{found.waiting}:{found.buyers}:{found.revenue}"


def _chart(line: Timeline) -> str:
    start = int(line.start.timestamp()) if line.start else 0
    values = {"start": start, "seconds": line.seconds}
    return orjson.dumps({**values, "comments": line.comments, "claims": line.claims, "wins": line.wins}).decode()


def table_lines(line: Timeline) -> list[dict[str, Any]]:
    """The timeline in at most 24 lines, for those who don't look at the chart."""
    if line.start is None:
        return []
    step = -(-len(line.comments) // _LINES)
    return [
        {
            "at": line.start + timedelta(seconds=place * line.seconds),
            "comments": sum(line.comments[place : place + step]),
            "claims": sum(line.claims[place : place + step]),
            "wins": sum(line.wins[place : place + step]),
        }
        for place in range(0, len(line.comments), step)
    ]


def span(seconds: float | None) -> str:
    """A length of time to the second, such as `1 min 20 s`."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 1:
        return _("at once")
    if whole < 60:
        return _("%(seconds)s s", seconds=whole)
    if whole < 3600:
        return _("%(minutes)s min %(seconds)s s", minutes=whole // 60, seconds=whole % 60)
    return _("%(hours)s h %(minutes)s min", hours=whole // 3600, minutes=whole % 3600 // 60)
