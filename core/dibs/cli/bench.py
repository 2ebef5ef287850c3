"""`dibs bench`: measure this machine against the figures that Dibs is built to reach."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from dibs.bench.report import as_json, as_table
from dibs.bench.run import PARTS, Outcome, run_parts


@click.command("bench")
@click.option("--quick", is_flag=True, help="Fewer rounds and smaller cases, under a minute in all.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object instead of the table.")
@click.option("--only", "only", multiple=True, type=click.Choice(list(PARTS)), help="Only this part; may be repeated.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="Put the temporary database on this folder's disk (default: the system's temporary folder).",
)
def bench_command(quick: bool, as_object: bool, only: Sequence[str], folder: Path | None) -> None:
    """Measure this machine against the figures to reach.

    Everything runs on a PostgreSQL of its own in a temporary folder; no data of yours is touched. Leave the machine
    alone meanwhile: whatever else runs is measured as well.
    """
    names = [name for name in PARTS if not only or name in only]
    outcome = _measure(names, quick, folder)
    if as_object:
        click.echo(json.dumps(as_json(outcome.figures), ensure_ascii=False))
    elif outcome.figures:
        Console().print(as_table(outcome.figures, _title(quick)))
    for name, reason in outcome.failures.items():
        click.echo(f"Error: the part {name} could not be measured: {reason}", err=True)
    if outcome.failures:
        sys.exit(1)


def _measure(names: Sequence[str], quick: bool, folder: Path | None) -> Outcome:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {name: bar.add_task(PARTS[name], total=1.0, start=False) for name in names}

        def progress(name: str, done: float) -> None:
            bar.start_task(tasks[name])
            bar.update(tasks[name], completed=done)

        return asyncio.run(run_parts(names, quick, progress, folder))


def _title(quick: bool) -> str:
    kind = "Dibs benchmark, quick" if quick else "Dibs benchmark"
    return (
        f"{kind}: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
