"""`dibs audit`: check every promise on the data of a show."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID

import asyncpg
import attrs
import click
from rich.console import Console
from rich.markup import escape

from dibs.audit import AuditReport, audit_show, find_shows
from dibs.cli.options import settings_options
from dibs.db import Database
from dibs.embedded import holds_data, start_embedded
from dibs.errors import UnavailableError
from dibs.settings import load_settings


@click.command("audit")
@settings_options
@click.option("--show", "show_id", type=click.UUID, help="Only this show; without it every show.")
@click.option("--workspace", "workspace_id", type=click.UUID, help="Only shows of this workspace.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def audit_command(context: click.Context, show_id: UUID | None, workspace_id: UUID | None, as_json: bool) -> None:
    """Check that nothing is oversold, lost, doubled or out of order, and that the events tell what is stored.

    It reads only, also while a show runs. Exit status 0: every promise holds; 1: one is broken.
    """
    reports = asyncio.run(_audit(workspace_id, show_id))
    good = all(report.ok for report in reports)
    if as_json:
        click.echo(json.dumps({"ok": good, "shows": [_shape(report) for report in reports]}, ensure_ascii=False))
    else:
        _tell(reports)
    context.exit(0 if good else 1)


async def _audit(workspace_id: UUID | None, show_id: UUID | None) -> list[AuditReport]:
    settings = load_settings()
    url = settings.database_url
    if url is None:
        if not holds_data(settings.data_dir):
            home = settings.data_dir.resolve()
            raise UnavailableError(f"There is no database in {home}; --data-dir names another folder.")
        url = await asyncio.to_thread(start_embedded, settings.data_dir)
    db = Database(url, plain=1, hot=2)
    await db.connect()
    try:
        return [await audit_show(db, *found) for found in await find_shows(db, workspace_id, show_id)]
    except asyncpg.UndefinedTableError as error:
        raise UnavailableError(f"This database has no tables of this version of Dibs: {error}.") from error
    finally:
        await db.close()


def _shape(report: AuditReport) -> dict[str, Any]:
    return {
        "show_id": str(report.show_id),
        "workspace_id": str(report.workspace_id),
        "title": report.title,
        "ok": report.ok,
        "checks": [attrs.asdict(check) for check in report.checks],
    }


def _tell(reports: list[AuditReport]) -> None:
    console = Console(highlight=False)
    for report in reports:
        words = "[green]every promise holds[/]" if report.ok else f"[red]{len(report.broken)} broken[/]"
        console.print(f"{escape(report.title)} ({report.show_id}): {words}", soft_wrap=True)
        for check in report.checks:
            console.print(f"  {'[green]ok[/]    ' if check.ok else '[red]broken[/]'} {check.name}")
            for detail in check.details:
                console.print(f"           {escape(detail)}", soft_wrap=True)
    if not reports:
        console.print("There is no show yet.")
