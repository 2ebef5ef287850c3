"""`dibs webhooks`: what platforms sent and could not be used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import click
from rich.console import Console
from rich.table import Table

from dibs.cli.options import settings_options
from dibs.codec import unstructure
from dibs.db import Database
from dibs.embedded import start_embedded
from dibs.plugins import load_plugins
from dibs.plugins.migrations import migrate_all
from dibs.settings import load_settings
from dibs.webhooks.rows import Backlog, InboxRows, SetAside

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@asynccontextmanager
async def inbox() -> AsyncIterator[InboxRows]:
    """The inbox of the database that the settings name, without the rest of the application."""
    settings = load_settings()
    url = settings.database_url
    if url is None:
        url = await asyncio.to_thread(start_embedded, settings.data_dir)
    await migrate_all(url, load_plugins())
    db = Database(url, plain=1, hot=1)
    await db.connect()
    try:
        yield InboxRows(db)
    finally:
        await db.close()


@click.group("webhooks", invoke_without_command=True)
@settings_options
@click.pass_context
def webhooks_command(context: click.Context) -> None:
    """See how many deliveries of platforms wait, and which could not be used. Without a command: list them."""
    if context.invoked_subcommand is None:
        context.invoke(list_webhooks, as_json=False)


@webhooks_command.command("list")
@settings_options
@_json
def list_webhooks(as_json: bool) -> None:
    """List the deliveries that were set aside after five attempts, the newest first."""
    backlog, aside = asyncio.run(_read())
    if as_json:
        found = {"open": backlog.open, "oldest_seconds": backlog.oldest_seconds, "set_aside": unstructure(aside)}
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
    else:
        _show(backlog, aside)


@webhooks_command.command("retry")
@settings_options
@click.argument("number", type=int, required=False)
def retry_webhooks(number: int | None) -> None:
    """Work on a delivery that was set aside again, or on all of them: after a plugin was mended."""
    opened = asyncio.run(_retry(number))
    click.echo(f"{opened} deliveries are tried again.")
    if number is not None and not opened:
        raise click.ClickException(f"There is no delivery {number} that was set aside.")


async def _read() -> tuple[Backlog, list[SetAside]]:
    async with inbox() as rows:
        return await rows.backlog(), await rows.set_aside()


async def _retry(number: int | None) -> int:
    async with inbox() as rows:
        return await rows.try_again(number)


def _show(backlog: Backlog, aside: Sequence[SetAside]) -> None:
    click.echo(f"{backlog.open} deliveries wait, the oldest for {backlog.oldest_seconds:.0f} s.")
    if not aside:
        click.echo("None was set aside.")
        return
    table = Table("Number", "Platform", "Received", "Bytes", "Why it could not be used")
    for one in aside:
        table.add_row(str(one.id), one.platform, f"{one.received_at:%Y-%m-%d %H:%M:%S %Z}", str(one.size), one.note)
    Console().print(table)
