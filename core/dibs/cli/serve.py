"""`dibs serve`: run the server."""

from __future__ import annotations

import click

from dibs.cli.options import setting, settings_options


@click.command("serve")
@settings_options
@setting("--host", "host", "Address to listen on.", metavar="ADDRESS")
@setting("--port", "port", "Port to listen on; 0 takes a free one.", metavar="NUMBER")
@click.option("-w", "--workers", type=click.IntRange(1, 64), help="Number of server processes.")
def serve_command(workers: int | None) -> None:
    """Run the server until it is told to stop (Ctrl-C or SIGTERM)."""
    from dibs.server import serve  # noqa: PLC0415 - the server is imported only to be started
    from dibs.settings import load_settings  # noqa: PLC0415

    serve(load_settings(workers=workers))
