"""`dibs simulate`: a simulated platform, to try adapters without the real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from dibs.cli.options import settings_options

if TYPE_CHECKING:
    from dibs.models.simulator import RunningSimulator, Simulator


@click.command("simulate")
@settings_options
@click.argument("name", required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=9100, show_default=True, help="Port to listen on.")
@click.option("--for", "public_url", default="http://127.0.0.1:8800", show_default=True, metavar="ADDRESS",
              help="Address of the Dibs that connects to it.")  # fmt: skip
@click.option("--live", is_flag=True, help="Begin a broadcast with an audience at once.")
def simulate_command(name: str | None, port: int, public_url: str, *, live: bool) -> None:
    """Run a simulated platform until Ctrl-C; without NAME, list those that there are.

    Prints its address, whose first page is for people, and the settings with which `dibs serve` connects to it.
    """
    from dibs.server import run_loop  # noqa: PLC0415 - help needs none of it

    found = simulators()
    if name is None:
        for one in found.values():
            click.echo(f"{one.name}  {one.title}")
        return
    if name not in found:
        raise click.BadParameter(f"there is no simulator {name}; there are: {', '.join(found) or 'none'}")
    run_loop(_run(found[name], port, public_url.rstrip("/"), live=live))


def simulators() -> dict[str, Simulator]:
    """The simulators of all installed plugins, by name; a plugin that fails to give its own is named on stderr."""
    from dibs.plugins import load_plugins  # noqa: PLC0415

    found, errors = load_plugins().all_hooks().simulators()
    for error in errors:
        click.echo(f"Warning: {error}", err=True)
    return {simulator.name: simulator for _, simulator in sorted(found, key=lambda one: one[1].name)}


async def _run(simulator: Simulator, port: int, public_url: str, *, live: bool) -> None:
    from dibs.server import stop_on_signals  # noqa: PLC0415

    stop = stop_on_signals()
    running = await simulator.start("127.0.0.1", port, public_url)
    try:
        _tell(simulator, running, public_url)
        if live:
            await running.go_live(public_url)
        await stop.wait()
    finally:
        async with asyncio.timeout(10):
            await running.close()


def _tell(simulator: Simulator, running: RunningSimulator, public_url: str) -> None:
    click.echo(f"{simulator.title} is ready at {running.address}")
    click.echo(f"For the Dibs at {public_url}, put this into its dibs.toml, or set it in its environment:\n")
    click.echo(as_toml(running.settings))


def as_toml(settings: Mapping[str, Mapping[str, Any]]) -> str:
    """Settings of plugins as they stand in `dibs.toml`. JSON's texts, numbers, truths and lists are TOML's too."""
    lines: list[str] = []
    for plugin, values in settings.items():
        tables = {key: value for key, value in values.items() if isinstance(value, Mapping)}
        lines.append(f"[plugins.{plugin}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items() if key not in tables]
        for table, inner in tables.items():
            lines.append(f"[plugins.{plugin}.{table}]")
            lines += [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in inner.items()]
        lines.append("")
    return "\n".join(lines)
