"""The `dibs` command: quick, and clear about what is wrong."""

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dibs.cli import COMMANDS, cli


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_that_is_listed_exists(name: str) -> None:
    module, attribute = COMMANDS[name][0].split(":")
    assert isinstance(getattr(importlib.import_module(module), attribute), click.Command)
    assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_help_imports_no_command() -> None:
    program = (
        "import sys; from dibs.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: print([m for m in sys.modules if m in ('quart', 'asyncpg', 'dibs.cli.serve')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "serve" in done.stdout


def test_users_and_links_are_made_from_the_terminal(database_url: str, tmp_path: Path) -> None:
    common = ["--database-url", database_url, "--data-dir", str(tmp_path)]
    run = CliRunner()
    new = ["user", "create", "--email", "ana@example.com", "--password", "correct horse", *common]
    made = run.invoke(cli, new)
    assert made.exit_code == 0, made.output
    again = run.invoke(cli, new)
    assert (again.exit_code, "already" in again.output) == (1, True)
    link = run.invoke(cli, ["user", "link", "ana@example.com", "--target", "/shows", *common])
    assert link.output.startswith("http://127.0.0.1:8800/sign-in/"), link.output
    away = run.invoke(cli, ["user", "link", "ana@example.com", "--target", "//evil.example", *common])
    assert (away.exit_code, "must be a path" in away.output) == (2, True)
    weak = run.invoke(cli, ["user", "create", "--email", "x", "--password", "short", *common])
    assert weak.exit_code == 2
    assert "email: must be an e-mail address" in weak.output
    assert "password: must have 10" in weak.output
