"""The `dibs` command. Each sub-command is imported only when it is used, so that all of them start
quickly."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from dibs.cli.options import settings_options

COMMANDS: Mapping[str, tuple[str, str]] = {
    "audit": ("dibs.cli.audit:audit_command", "Check every promise on the data of a show."),
    "bench": ("dibs.cli.bench:bench_command", "Measure this machine against the figures to reach."),
    "demo": ("dibs.cli.demo:demo_command", "Watch a recorded sale run, with nothing to set up."),
    "flags": ("dibs.cli.flags:command", "See and set which plugins workspaces have."),
    "keys": ("dibs.cli.keys:keys_command", "See and change the key that seals stored tokens."),
    "jobs": ("dibs.cli.jobs:command", "See what waits, runs or failed."),
    "openapi": ("dibs.cli.openapi:openapi_command", "Print the description of the HTTP API."),
    "parse": ("dibs.cli.parse:parse_command", "Say what would be read in comments from standard input."),
    "plugins": ("dibs.cli.plugins:command", "List the installed plugins."),
    "replay": ("dibs.cli.replay:replay_command", "Run a recording of a sale through the claim lane."),
    "simulate": ("dibs.cli.simulate:simulate_command", "Run a simulated platform, to try things out."),
    "serve": ("dibs.cli.serve:serve_command", "Run the server."),
    "stock": ("dibs.cli.stock:stock_command", "Check that the stock ledger adds up."),
    "user": ("dibs.cli.user:user_command", "Make users, and let them in again."),
    "webhooks": ("dibs.cli.webhooks:webhooks_command", "See what platforms sent and could not be used."),
}


class LazyGroup(click.Group):
    """A group that knows names and help texts, and imports a command when it is called."""

    def list_commands(self, _: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        known = COMMANDS.get(cmd_name)
        if known is None:
            return None
        module, attribute = known[0].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """The list for `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in sorted(COMMANDS.items())])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of Dibs ends it with one sentence and a status, never a traceback."""
        from dibs.errors import DibsError, InvalidInputError  # noqa: PLC0415

        try:
            return super().invoke(ctx)
        except DibsError as error:
            click.echo(f"Error: {_one_line(error)}", err=True)
            ctx.exit(2 if isinstance(error, InvalidInputError) else 1)


def _one_line(error: Any) -> str:
    faults = getattr(error, "faults", ())
    named = [words for fault in faults if (words := f"{fault.path}: {fault.problem}") not in error.message]
    words = f"{error.message} {'; '.join(named)}" if named else error.message
    return " ".join(words.split())


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dibs", prog_name="dibs")
@settings_options
def cli() -> None:
    """Dibs hears every comment of a live sale, decides who called dibs first, and can show why."""


def main() -> None:
    """The entry point."""
    try:
        cli(prog_name="dibs")
    except BrokenPipeError:  # the reader of our output went away
        sys.stderr.close()
        sys.exit(1)
