"""`dibs stock`: checking the stock ledger."""

from __future__ import annotations

import asyncio
import json
import sys
from uuid import UUID

import asyncpg
import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from dibs.cli.options import settings_options
from dibs.db import Database
from dibs.embedded import holds_data, start_embedded
from dibs.errors import UnavailableError
from dibs.settings import load_settings
from dibs.stock.audit import BatchReport, audit_stock, count_batches


@click.group("stock")
def stock_command() -> None:
    """Check the stock ledger."""


@stock_command.command("audit")
@settings_options
@click.option("--workspace", "workspace_id", type=click.UUID, help="Only this workspace; without it all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def audit_command(context: click.Context, workspace_id: UUID | None, as_json: bool) -> None:
    """Check that movements, holds and shows add up to the counters of each batch, and that nothing is negative.

    It reads only, also while shows run. Exit status 0: everything adds up; 1: something does not.
    """
    checked, broken = asyncio.run(_audit(workspace_id))
    if as_json:
        found = {"ok": not broken, "batches": checked, "broken": [_shape(report) for report in broken]}
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _tell(checked, broken)
    context.exit(1 if broken else 0)


async def _audit(workspace_id: UUID | None) -> tuple[int, list[BatchReport]]:
    settings = load_settings()
    url = settings.database_url
    if url is None:
        if not holds_data(settings.data_dir):
            raise UnavailableError(f"There is no database in {settings.data_dir.resolve()}.")
        url = await asyncio.to_thread(start_embedded, settings.data_dir)
    db = Database(url, plain=1, hot=1)
    await db.connect()
    try:
        return await _checked(db, workspace_id)
    except asyncpg.UndefinedTableError as error:
        raise UnavailableError(f"This database has no tables of this version of Dibs: {error}.") from error
    finally:
        await db.close()


async def _checked(db: Database, workspace_id: UUID | None) -> tuple[int, list[BatchReport]]:
    """How many batches were looked at, and those that do not add up; the bar is for people alone."""
    broken, checked = [], 0
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Batches", total=await count_batches(db, workspace_id))
        async for report in audit_stock(db, workspace_id):
            checked += 1
            broken += [report] if report.problems else []
            progress.advance(task)
    return checked, broken


def _count(batches: int) -> str:
    return "1 batch adds" if batches == 1 else f"{batches:,} batches add"


def _shape(report: BatchReport) -> dict[str, object]:
    ids = {"workspace_id": str(report.workspace_id), "batch_id": str(report.batch_id)}
    return {**ids, "name": report.name, "problems": list(report.problems)}


def _tell(checked: int, broken: list[BatchReport]) -> None:
    console = Console(highlight=False)
    for report in broken:
        console.print(f"[red]broken[/] {escape(report.name)} ({report.batch_id})", soft_wrap=True)
        for problem in report.problems:
            console.print(f"       {escape(problem)}", soft_wrap=True)
    words = f"[red]{len(broken)} of {checked} batches do not add up.[/]" if broken else f"{_count(checked)} up."
    console.print(words)
