"""The audit log as a table: who did what, with filters, and what was before and after."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from quart import Blueprint, Response, request

from dibs.api.auth import needs, principal
from dibs.audit_log.reading import AuditFilter, AuditLog
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.audit_words import action_words, differences, grouped, label_of
from dibs_web.filters import time_zone
from dibs_web.i18n import dgettext
from dibs_web.rendering import fragment, page

_NAMES = ("actor_id", "action", "show_id", "since", "until", "entity_id")


def add_pages(blueprint: Blueprint) -> None:
    """Add the page and its table."""
    blueprint.add_url_rule("/audit", "audit", audit)
    blueprint.add_url_rule("/audit/list", "audit_list", audit_list)


@needs("audit:read")
async def audit() -> Response:
    """The page."""
    log, workspace_id = AuditLog(current_runtime().db), principal().workspace_id
    return await page(
        "audit/audit.html",
        active="audit",
        strict=False,
        given=_given(),
        actors=await log.actors(workspace_id),
        groups=grouped(await log.actions(workspace_id)),
        shows=(await Shows(current_runtime().db).page(workspace_id))[0],
        **await _table(),
    )


@needs("audit:read")
async def audit_list() -> Response:
    """The table alone, while the filters are changed."""
    return await fragment("audit/list.html", given=_given(), **await _table())


async def _table() -> dict[str, Any]:
    given = _given()
    found = await AuditLog(current_runtime().db).page(principal().workspace_id, _filter())
    more = urlencode({**given, "cursor": found.next}) if found.next else ""
    return {
        "entries": found.entries,
        "next_href": f"/audit?{more}" if more else "",
        "first_href": f"/audit?{urlencode(given)}" if request.args.get("cursor") else "",
        "action_words": action_words,
        "differences": differences,
        "labels": {entry.id: label_of(entry, _plugin_titles()) for entry in found.entries},
    }


def _plugin_titles() -> dict[str, str]:
    plugins = current_runtime().plugins.plugins
    return {name: dgettext(name, plugin.info.title) for name, plugin in plugins.items()}


def _given() -> dict[str, str]:
    return {name: value for name in _NAMES if (value := request.args.get(name, "").strip()[:100])}


def _filter() -> AuditFilter:
    """The filters of the address; what can't be read does not count."""
    given, until = _given(), _day("until")
    return AuditFilter(
        actor_id=_id(given.get("actor_id")),
        action=given.get("action"),
        entity_id=given.get("entity_id"),
        show_id=_id(given.get("show_id")),
        since=_midnight(_day("since")),
        until=_midnight(until + timedelta(days=1) if until and until < date.max else None),
        before_id=_id(request.args.get("cursor")),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), time_zone()) if day else None


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
