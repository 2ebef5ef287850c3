"""`dibs plugins`: what is installed, what was refused and why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dibs.cli.flags import flag_service
from dibs.cli.options import settings_options
from dibs.plugins import load_plugins
from dibs.plugins.listing import describe, describe_for, flag_words, hook_words


@click.command("plugins")
@settings_options
@click.option("--workspace", type=click.UUID, help="Also show what is on there, and how the plugins fare.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(workspace: UUID | None, as_json: bool) -> None:
    """List the installed plugins: version, flag, hooks, health; and the refused ones with the reason."""
    found = asyncio.run(_of_workspace(workspace)) if workspace else describe(load_plugins())
    if as_json:
        click.echo(json.dumps(found, default=str, ensure_ascii=False))
    else:
        _show(found)


async def _of_workspace(workspace_id: UUID) -> dict[str, Any]:
    async with flag_service() as flags:
        return await describe_for(flags.plugins, flags, workspace_id)


def _show(found: Mapping[str, Any]) -> None:
    console = Console()
    with_health = any("health" in plugin for plugin in found["plugins"])
    columns = ["Plugin", "Version", "From", "Flag", "Hooks", *(["Health"] if with_health else [])]
    table = Table(*columns, title="Plugins", title_justify="left")
    for plugin in found["plugins"]:
        cells = [
            plugin["name"],
            plugin["version"] or "-",
            plugin["distribution"],
            flag_words(plugin),
            hook_words(plugin["hooks"]),
        ]
        if with_health:
            cells.append(_health_words(plugin["health"]))
        table.add_row(*(escape(cell) for cell in cells))
    console.print(table)
    for refused in found["refused"]:
        origin = escape(f"{refused['distribution']} {refused['version']}".strip())
        console.print(f"[red]refused[/] {escape(refused['plugin'])} ({origin}): {escape(refused['reason'])}")


def _health_words(health: Mapping[str, Any] | None) -> str:
    if not health or not health["failures"]:
        return "good"
    state = "switched off" if health["disabled_at"] else "failed"
    return f"{state}, {health['failures']} failure(s), last: {health['last_error']}"
