"""`dibs plugins` and `dibs flags` as a person and as a program uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner, Result

from dibs.cli import cli
from dibs.ids import uuid7


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, list(args))


def printed(*args: str) -> Any:
    result = run(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.fixture
def workspace(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A workspace, and the settings that lead to its database."""
    import asyncio

    key = uuid7()

    async def make() -> None:
        connection = await asyncpg.connect(database_url)
        await connection.execute("INSERT INTO workspaces (id, name) VALUES ($1, 'Test')", key)
        await connection.close()

    asyncio.run(make())
    monkeypatch.setenv("DATABASE_URL", database_url)
    return str(key)


def test_plugins_are_listed_without_a_database(elsewhere: Path) -> None:
    found = {plugin["name"]: plugin for plugin in printed("plugins")["plugins"]}
    assert found["first_come"]["hooks"] == ["allocate_claim", "order_comments", "screen_claim"]
    shown = run("plugins").output
    assert "first_come" in shown and "on by default" in shown
    assert list(elsewhere.iterdir()) == []


def test_with_a_workspace_the_list_says_what_is_on_there(workspace: str) -> None:
    assert printed("flags", "set", "first_come", "off", "--workspace", workspace)
    found = {p["name"]: p for p in printed("plugins", "--workspace", workspace)["plugins"]}
    assert (found["first_come"]["enabled"], found["first_come"]["origin"]) == (False, "override")
    assert "off (override)" in run("plugins", "--workspace", workspace).output


def test_flags_are_set_rolled_out_and_cleared(workspace: str) -> None:
    def flag(*args: str) -> dict[str, Any]:
        return next(f for f in printed("flags", *args)["flags"] if f["key"] == "first_come")

    assert flag("list")["origin"] == "default"
    assert flag("set", "first_come", "on", "--rollout", "25")["rollout"] == 25
    assert flag("set", "first_come", "off")["enabled"] is False
    assert flag("list", "--workspace", workspace)["origin"] == "flag"
    assert flag("set", "first_come", "on", "--workspace", workspace)["origin"] == "override"
    assert flag("clear", "first_come", "--workspace", workspace)["origin"] == "flag"
    assert flag("clear", "first_come")["origin"] == "default"
    assert "first_come" in run("flags").output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["set", "nothing", "on"], "There is no plugin 'nothing'"),
        (["set", "first_come", "maybe"], "'maybe' is not one of"),
        (["set", "first_come", "off", "--rollout", "5"], "goes only with a flag that is on"),
        (["set", "first_come", "on", "--rollout", "500"], "500 is not in the range"),
        (["set", "web", "off"], "always on"),
        (["list", "--workspace", str(uuid7())], "There is no such workspace"),
        (["list", "--workspace", "x"], "not a valid UUID"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_sentence(workspace: str, args: list[str], words: str) -> None:
    result = run("flags", *args)
    assert result.exit_code != 0
    assert words in result.output and "Traceback" not in result.output


def test_a_rollout_does_not_go_with_one_workspace(workspace: str) -> None:
    result = run("flags", "set", "first_come", "on", "--rollout", "5", "--workspace", workspace)
    assert result.exit_code == 2 and "does not go with --workspace" in result.output
