"""`dibs flags`: see and set which plugins workspaces have."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from dibs.cli.options import settings_options
from dibs.codec import unstructure
from dibs.db import Database
from dibs.embedded import start_embedded
from dibs.flags import FlagService, FlagView
from dibs.plugins import load_plugins
from dibs.plugins.migrations import migrate_all
from dibs.settings import load_settings

_workspace = click.option("--workspace", type=click.UUID, help="Only this workspace.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@asynccontextmanager
async def flag_service() -> AsyncIterator[FlagService]:
    """The flags of the database that the settings name, without the rest of the application."""
    settings, manager = load_settings(), load_plugins()
    url = settings.database_url
    if url is None:
        url = await asyncio.to_thread(start_embedded, settings.data_dir)
    await migrate_all(url, manager)
    db = Database(url, plain=2, hot=2)
    await db.connect()
    flags = FlagService(db, manager)
    await flags.start()
    try:
        yield flags
    finally:
        await flags.close()
        await db.close()


@click.group("flags", invoke_without_command=True)
@settings_options
@click.pass_context
def command(context: click.Context) -> None:
    """See and set which plugins workspaces have. Without a command: list them."""
    if context.invoked_subcommand is None:
        context.invoke(list_flags, workspace=None, as_json=False)


@command.command("list")
@settings_options
@_workspace
@_json
def list_flags(workspace: UUID | None, as_json: bool) -> None:
    """List the flags: the value, and what decided it."""
    _run(workspace, as_json)


@command.command("set")
@settings_options
@click.argument("key")
@click.argument("value", type=click.Choice(["on", "off"]))
@click.option("--rollout", type=click.IntRange(0, 100), help="On for this percentage of the workspaces.")
@_workspace
@_json
def set_flag(key: str, value: str, rollout: int | None, workspace: UUID | None, as_json: bool) -> None:
    """Switch a plugin on or off: for all workspaces, for a percentage of them, or for one."""
    if workspace is not None and rollout is not None:
        raise click.UsageError("--rollout is for all workspaces; it does not go with --workspace.")

    async def change(flags: FlagService) -> None:
        if workspace is None:
            await flags.set_flag(key, value == "on", rollout)
        else:
            await flags.set_override(workspace, key, value == "on")

    _run(workspace, as_json, change)


@command.command("clear")
@settings_options
@click.argument("key")
@_workspace
@_json
def clear_flag(key: str, workspace: UUID | None, as_json: bool) -> None:
    """Forget what was set: for all workspaces, or for one."""

    async def change(flags: FlagService) -> None:
        if workspace is None:
            await flags.clear_flag(key)
        else:
            await flags.clear_override(workspace, key)

    _run(workspace, as_json, change)


def _run(workspace: UUID | None, as_json: bool, change: Callable[[FlagService], Awaitable[None]] | None = None) -> None:
    async def work() -> list[FlagView]:
        async with flag_service() as flags:
            if change is not None:
                await change(flags)
            return await flags.overview(workspace)

    views = asyncio.run(work())
    if as_json:
        click.echo(json.dumps({"flags": unstructure(views)}, ensure_ascii=False))
    else:
        _show(views, one_workspace=workspace is not None)


def _show(views: Sequence[FlagView], *, one_workspace: bool) -> None:
    columns = ("Flag", "Value", "Decided by", "Default", "All workspaces")
    table = Table(*columns, *(("This workspace",) if one_workspace else ()))
    for view in views:
        everywhere = _words(view.flag) + (f", {view.rollout} %" if view.rollout is not None else "")
        table.add_row(
            view.key,
            _words(view.enabled),
            view.origin,
            _words(view.default),
            everywhere,
            *((_words(view.override),) if one_workspace else ()),
        )
    Console().print(table)


def _words(value: bool | None) -> str:
    return {True: "on", False: "off", None: "-"}[value]
