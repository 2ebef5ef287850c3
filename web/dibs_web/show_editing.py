"""Changing a show from its set-up page: the same commands as the API's, from what a form holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dibs import FieldFault, InvalidInputError
from dibs.api.auth import principal
from dibs.api.shows import command
from dibs.lane import commands
from dibs.models.items import title_fault
from dibs.models.rules import ShowRules
from dibs.runtime import current_runtime
from dibs.shows.drafts import plan_fault
from dibs.shows.service import Shows
from dibs_web.filters import time_zone


async def edit_details(show_id: UUID, form: Mapping[str, str], *, draft: bool) -> None:
    """Write title, planned start and, while it is a draft, whether it is a practice show.

    Raises:
        InvalidInputError: naming what is faulty.
        ConflictError: somebody else has changed the show since the form was made.
    """
    title, version = form.get("title", "").strip(), form.get("version", "")
    problem = title_fault(title) if title else "must not be empty"
    if problem:
        raise InvalidInputError("The show has 1 faulty field.", [FieldFault("title", problem)])
    change = commands.edit_show(
        title=title,
        scheduled_at=read_instant(form.get("scheduled_at", ""), "scheduled_at"),
        practice=("practice" in form) if draft else None,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None,
    )
    await command(show_id, change)


async def edit_rules(show_id: UUID, show: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    """Write the show's own rules; what they do not name is the workspace's.

    Raises:
        InvalidInputError: naming what is faulty.
        ConflictError: somebody else has changed the show meanwhile.
    """
    merged = await checked_rules(own)
    await command(show_id, commands.edit_show(rules=own, merged=merged, version=show["version"]))


async def checked_rules(own: Mapping[str, Any]) -> ShowRules:
    """The rules that hold with these own ones, checked by the plugins. Raises `InvalidInputError`."""
    runtime, who = current_runtime(), principal()
    runtime.plugins.check_settings(own.get("plugins", {}), "plugins")
    hooks = await runtime.flags.hooks_for(who.workspace_id)
    return await Shows(runtime.db).rules(who.workspace_id, own, hooks)


def read_instant(text: str, field: str) -> datetime | None:
    """An instant as `datetime-local` gives it, in the workspace's time zone. Raises `InvalidInputError`."""
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip()).replace(tzinfo=time_zone())
    except ValueError:
        at = None
    if at is None or plan_fault(at):
        raise InvalidInputError("The show has 1 faulty field.", [FieldFault(field, "must be a day and a time")])
    return at


def as_local(at: datetime | str | None, zone: ZoneInfo) -> str:
    """An instant as `datetime-local` takes it."""
    if at is None:
        return ""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
