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


def test_every_command_takes_the_data_folder_where_it_is_typed() -> None:
    for command in (["audit"], ["flags"], ["flags", "list"], ["plugins"], ["serve"], ["demo"], ["user", "link"]):
        assert "--data-dir" in CliRunner().invoke(cli, [*command, "--help"]).output, command


@pytest.mark.parametrize("command", [["audit"], ["flags"], ["serve", "--port", "0"], ["demo", "--headless"]])
def test_a_data_folder_that_cannot_be_used_is_told_in_one_sentence(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    name, *options = command
    done = CliRunner().invoke(cli, [name, "--data-dir", str(tmp_path / "file"), *options])
    assert done.exit_code in (1, 2)
    assert done.stderr.count("\n") == 1
    assert "--data-dir" in done.stderr


def test_an_audit_makes_no_database(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["audit", "--data-dir", str(tmp_path / "new")])
    assert (done.exit_code, "There is no database in" in done.stderr) == (1, True)
    assert not (tmp_path / "new").exists()


def test_every_missing_column_of_an_item_list_is_named(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("number,name,qty\n12,Dress,1\n")
    (tmp_path / "sale.csv").write_text("author,message,published_at\nAna,sold 12,2026-03-01 10:00:00\n")
    files = [str(tmp_path / "sale.csv"), "--items", str(tmp_path / "items.csv")]
    done = CliRunner().invoke(cli, ["replay", *files])
    assert done.exit_code == 2
    assert all(name in done.stderr for name in ("item_number", "title", "quantity"))


def test_passwords_factors_and_operators_are_set_from_the_terminal(database_url: str, tmp_path: Path) -> None:
    common = ["--database-url", database_url, "--data-dir", str(tmp_path)]
    run = CliRunner()
    run.invoke(cli, ["user", "create", "--email", "ana@example.com", "--password", "correct horse", *common])
    for command, words in (
        (["password", "ana@example.com", "--password", "battery staple"], "new password"),
        (["reset-second-factor", "ana@example.com"], "password alone"),
        (["operator", "ana@example.com", "--off"], "no longer"),
        (["operator", "ana@example.com"], "runs this instance now"),
    ):
        done = run.invoke(cli, ["user", *command, *common])
        assert (done.exit_code, words in done.output) == (0, True), done.output
    weak = run.invoke(cli, ["user", "password", "ana@example.com", "--password", "short", *common])
    assert (weak.exit_code, "password: must have 10" in weak.output) == (2, True)
    nobody = run.invoke(cli, ["user", "operator", "nobody@example.com", *common])
    assert (nobody.exit_code, "Nobody has an account" in nobody.output) == (1, True)
