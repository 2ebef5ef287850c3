"""A new workspace reckons in the time zone of the browser that made it: nobody reads a sale in UTC."""

from __future__ import annotations

from uuid import UUID

from dibs.api.acting import request_id
from dibs.audit_log import Actor
from dibs.runtime import current_runtime
from dibs.workspace_settings.changing import Change, WorkspaceChanger
from dibs.workspace_settings.choices import time_zones


async def take_zone(workspace_id: UUID, user_id: UUID, name: str, zone: str) -> None:
    """Set the time zone of a new workspace to what the browser said, if that is one that can be chosen."""
    if zone == "UTC" or zone not in time_zones():
        return
    runtime = current_runtime()
    changer = WorkspaceChanger(runtime.db, runtime.plugins, await runtime.flags.hooks_for(workspace_id))
    change = Change.read({"settings": {"time_zone": zone}})
    await changer.change(workspace_id, Actor(user_id, name, request_id()), change)
