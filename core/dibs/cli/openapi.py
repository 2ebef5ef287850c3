"""`dibs openapi`: the description of the HTTP API, without a server or a database."""

from __future__ import annotations

import json

import click

from dibs.cli.options import settings_options


@click.command("openapi")
@settings_options
@click.option("--markdown", is_flag=True, help="Print a reference for people instead: docs/api-reference.md.")
def openapi_command(markdown: bool) -> None:
    """Print the OpenAPI 3.1 document of this installation, plugins included."""
    from dibs.app import create_app  # noqa: PLC0415
    from dibs.openapi import make_document, make_reference  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    app = create_app(load_settings())
    document = make_document(app, app.runtime.settings)
    click.echo(make_reference(document).rstrip() if markdown else json.dumps(document, indent=2, ensure_ascii=False))
