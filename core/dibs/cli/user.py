"""`dibs user`: what only whoever runs the server may do to an account, from the machine that it runs on."""

from __future__ import annotations

import asyncio
from uuid import UUID

import click

from dibs.cli.options import setting, settings_options


@click.group("user")
def user_command() -> None:
    """Make users, and let them in again who forgot their password or lost their second factor."""


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


@user_command.command("password")
@settings_options
@click.argument("email")
@click.password_option(help="Asked for if it is not given.")
def password_command(email: str, password: str) -> None:
    """Give a user another password, and end every sign-in."""
    asyncio.run(_password(email, password))
    click.echo(f"{email} signs in with the new password now. Every older sign-in has ended.")


@user_command.command("reset-second-factor")
@settings_options
@click.argument("email")
def reset_command(email: str) -> None:
    """Take away every second factor of a user who lost theirs, and end every sign-in.

    Make sure first that it is really them who asks.
    """
    asyncio.run(_reset(email))
    click.echo(f"{email} signs in with the password alone now.")


@user_command.command("operator")
@settings_options
@click.argument("email")
@click.option("--off", is_flag=True, help="Take the right away again.")
def operator_command(email: str, off: bool) -> None:
    """Let a user run this instance: what reaches beyond one workspace, such as rollouts."""
    asyncio.run(_operator(email, not off))
    click.echo(f"{email} runs this instance {'no longer' if off else 'now'}.")


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
        token = await runtime.accounts.link_by_command(user_id, target)
    return f"{settings.origin}/sign-in/{token}"


async def _disable(email: str) -> None:
    from dibs.runtime import open_runtime  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    async with open_runtime(load_settings()) as runtime:
        await runtime.accounts.disable(await runtime.accounts.user_id(email))


async def _password(email: str, password: str) -> None:
    from dibs.accounts.model import Registration  # noqa: PLC0415 - slow
    from dibs.codec import structure  # noqa: PLC0415
    from dibs.runtime import open_runtime  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    structure({"email": email, "name": "user", "password": password}, Registration, "The password")
    async with open_runtime(load_settings()) as runtime:
        await runtime.accounts.own.set_password(await runtime.accounts.user_id(email), password)


async def _reset(email: str) -> None:
    from dibs.runtime import open_runtime  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    async with open_runtime(load_settings()) as runtime:
        await runtime.accounts.reset_second_factor(await runtime.accounts.user_id(email))


async def _operator(email: str, on: bool) -> None:
    from dibs.runtime import open_runtime  # noqa: PLC0415
    from dibs.settings import load_settings  # noqa: PLC0415

    async with open_runtime(load_settings()) as runtime:
        await runtime.accounts.own.set_operator(await runtime.accounts.user_id(email), on)
