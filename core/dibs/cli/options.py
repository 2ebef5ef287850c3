"""Options that every command with settings takes. They are put where the settings are read from: the
environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _to_environment(name: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    def take(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
        if value is not None:
            before = os.environ.get(name)
            os.environ[name] = value
            context.find_root().call_on_close(lambda: _restore(name, before))
        return value

    return take


def _restore(name: str, before: str | None) -> None:
    if before is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = before


def setting(option: str, name: str, words: str, **more: Any) -> Callable[[F], F]:
    """A command-line option for the setting `name`."""
    variable = f"DIBS_{name.upper()}"
    return click.option(option, expose_value=False, callback=_to_environment(variable), help=words, **more)


def settings_options(command: F) -> F:
    """Let a command take `--data-dir`, `--database-url` and `--config`."""
    command = setting("--database-url", "database_url", "PostgreSQL address; without it PostgreSQL is built in.")(
        command
    )
    command = setting("--data-dir", "data_dir", "Folder for the built-in database and the secret key.")(command)
    return setting("--config", "config", "Settings file (default: dibs.toml here, if there is one).")(command)
