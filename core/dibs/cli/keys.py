"""`dibs keys`: which keys seal the stored secrets, and sealing them with the current one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from dibs.accounts.keys import Sealer
from dibs.accounts.secrets import load_secrets
from dibs.accounts.totp import SEALED_FOR as AUTHENTICATORS
from dibs.cli.options import settings_options
from dibs.codec import unstructure
from dibs.connections.rotation import KeyUse, Rotated, Rotation
from dibs.connections.tokens import SEALED_FOR as TOKENS
from dibs.db import Database
from dibs.embedded import start_embedded
from dibs.plugins import load_plugins
from dibs.plugins.migrations import migrate_all
from dibs.settings import load_settings

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@asynccontextmanager
async def rotation() -> AsyncIterator[Rotation]:
    """The secrets of the database that the settings name, without the rest of the application."""
    settings = load_settings()
    url = settings.database_url
    if url is None:
        url = await asyncio.to_thread(start_embedded, settings.data_dir)
    await migrate_all(url, load_plugins())
    secrets = load_secrets(settings)
    sealers = [Sealer(TOKENS), Sealer(AUTHENTICATORS)]
    for sealer in sealers:
        sealer.load(*secrets)
    db = Database(url, plain=1, hot=2)
    await db.connect()
    try:
        yield Rotation(db, *sealers)
    finally:
        await db.close()


@click.group("keys")
@settings_options
def keys_command() -> None:
    """See which keys seal stored tokens and authenticator apps, and change the key."""


@keys_command.command("list")
@settings_options
@_json
def list_keys(as_json: bool) -> None:
    """How many secrets stand under which key."""

    async def work() -> list[KeyUse]:
        async with rotation() as found:
            return await found.uses()

    uses = asyncio.run(work())
    if as_json:
        click.echo(json.dumps({"keys": unstructure(uses)}))
        return
    table = Table("Key", "", "Tokens of platforms", "Authenticator apps")
    for use in uses:
        words = "current" if use.current else "old" if use.known else "unknown: put it into old_secret_keys"
        table.add_row(use.key_id, words, str(use.tokens), str(use.authenticators))
    Console().print(table)


@keys_command.command("rotate")
@settings_options
@_json
@click.pass_context
def rotate_keys(context: click.Context, as_json: bool) -> None:
    """Seal everything with the current key. Give the new key as secret_key, the one before in old_secret_keys.

    May be stopped and run again, and runs beside a server that has both keys.
    """
    done = asyncio.run(_rotate(quiet=as_json))
    if as_json:
        click.echo(json.dumps(unstructure(done)))
    else:
        click.echo(f"{done.sealed} sealed with the current key, {done.current} were already.")
        if done.unreadable:
            click.echo(f"{done.unreadable} can't be opened with any key that is set; they are as they were.", err=True)
    context.exit(1 if done.unreadable else 0)


async def _rotate(*, quiet: bool) -> Rotated:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with rotation() as found:
        with Progress(*columns, console=Console(stderr=True, quiet=quiet)) as progress:
            bar = progress.add_task("Secrets", total=await found.total())
            return await found.rotate(lambda number: progress.advance(bar, number))
