"""`dibs user`: make users, and sign-in links for them, from the machine that the server runs on."""

from __future__ import annotations

import asyncio
from uuid import UUID

import click

from dibs.cli.options import setting, settings_options


@click.group("user")
def user_command() -> None:
    """Make users, and sign-in links for them."""


@user_command.command("create")
@settings_options
@click.option("--email", required=True, help="The e-mail address to sign in with.")
@click.option("--name", help="The user's name (default: the part of the address before @).")
@click.option("--workspace", "workspace_name", help="Name of the first workspace.")
@click.password_option(help="Asked for if it is not given.")
def create_command(email: str, name: str | None, workspace_name: str | None, password: str) -> None:
    """Make a user with a first workspace."""
    workspace = asyncio.run(_create(email, name or email.partition("@")[0], workspace_name, password))
    click.echo(f"Made {email}, owner of the workspace {workspace}. While `dibs serve` runs, they can sign in.")


@user_command.command("link")
@settings_options
@setting("--host", "host", "Address of the server, as in `dibs serve`.", metavar="ADDRESS")
@setting("--port", "port", "Port of the server, as in `dibs serve`.", metavar="NUMBER")
@click.argument("email")
@click.option("--target", default="/", help="The page that the link opens.")
def link_command(email: str, target: str) -> None:
    """Print a sign-in link for a user: good once, for 15 minutes."""
    click.echo(asyncio.run(_link(email, target)))


@user_command.command("disable")
@settings_options
@click.argument("email")
def disable_command(email: str) -> None:
    """Close a user's account and end every sign-in."""
    asyncio.run(_disable(email))
    click.echo(f"{email} can't sign in any more.")


async def _create(email: str, name: str, workspace_name: str | None, password: str) -> UUID:
    from dibs.accounts.model import Registration  # noqa: PLC0415 - slow
    from dibs.codec import structure  # noqa: PLC0415
    from dibs.runtime import open_runtime  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    given = {"email": email, "name": name, "password": password, "workspace_name": workspace_name}
    new = structure(given, Registration, "The user")
    async with open_runtime(load_settings()) as runtime:
        password_hash = await runtime.accounts.passwords.hash(password)
        _, workspace = await runtime.accounts.users.create(new, password_hash)
    return workspace.id


async def _link(email: str, target: str) -> str:
    from dibs.runtime import open_runtime  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    async with open_runtime(settings) as runtime:
        user_id = await runtime.accounts.user_id(email)
        token = await runtime.accounts.create_sign_in_link(user_id, target=target)
    return f"{settings.origin}/sign-in/{token}"


async def _disable(email: str) -> None:
    from dibs.runtime import open_runtime  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    async with open_runtime(load_settings()) as runtime:
        await runtime.accounts.disable(await runtime.accounts.user_id(email))
