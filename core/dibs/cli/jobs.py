"""`dibs jobs`: see what waits, runs or failed, and begin failed jobs anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from dibs.cli.flags import flag_service
from dibs.cli.options import settings_options
from dibs.codec import unstructure
from dibs.db import Database
from dibs.jobs.listing import ListedJob, drop_failed, list_jobs, retry_failed

T = TypeVar("T")
_workspace = click.option("--workspace", type=click.UUID, help="Only this workspace.")
_STATUSES = ("queued", "picked", "failed")


@click.group("jobs", invoke_without_command=True)
@settings_options
@click.pass_context
def command(context: click.Context) -> None:
    """See what waits, runs or failed. Without a command: list it."""
    if context.invoked_subcommand is None:
        context.invoke(list_command, status=None, workspace=None, as_json=False)


@command.command("list")
@settings_options
@click.option("--status", type=click.Choice(_STATUSES), help="Only these.")
@_workspace
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_command(status: str | None, workspace: UUID | None, as_json: bool) -> None:
    """List jobs that are not over; the failed ones say why."""
    jobs = _run(lambda db: list_jobs(db, status, workspace))
    if as_json:
        click.echo(json.dumps({"jobs": unstructure(jobs)}, ensure_ascii=False))
    else:
        _show(jobs)


@command.command("retry")
@settings_options
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that failed.")
@_workspace
def retry_command(ids: tuple[int, ...], everything: bool, workspace: UUID | None) -> None:
    """Begin failed jobs anew."""
    if bool(ids) == everything:
        raise click.UsageError("Name jobs by their ids, or say --all.")
    count = _run(lambda db: retry_failed(db, ids or None, workspace))
    click.echo(f"{count} job(s) begin anew.")


@command.command("drop")
@settings_options
@click.argument("ids", type=int, nargs=-1, required=True)
def drop_command(ids: tuple[int, ...]) -> None:
    """Throw failed jobs away."""
    count = _run(lambda db: drop_failed(db, ids))
    click.echo(f"{count} job(s) thrown away.")


def _run(work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        async with flag_service() as flags:
            return await work(flags.db)

    return asyncio.run(run())


def _show(jobs: Sequence[ListedJob]) -> None:
    if not jobs:
        click.echo("No jobs wait, run or failed.")
        return
    table = Table("Id", "Job", "Status", "Tries", "Next", "Workspace", "Problem")
    for job in jobs:
        due = f"{job.due:%Y-%m-%d %H:%M:%S}" if job.status == "queued" else ""
        table.add_row(
            str(job.id), job.name, job.status, str(job.attempts), due, str(job.workspace_id or ""), job.problem or ""
        )
    Console().print(table)
