"""What the pages about plugins show is what is there: the project's files as they stand, code that runs."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from dibs import PluginInfo
from dibs.cli import cli

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-plugins.md").read_text("utf-8")
PROJECTS = [ROOT / "tests" / "outside_plugin" / name for name in ("project", "platform")]
SHOWN = dict(re.findall(r"^`([\w/.]+)`\n```\w+\n(.*?)^```$", PAGE, re.M | re.S))


def test_the_page_shows_files_of_both_projects() -> None:
    assert len(SHOWN) >= 9
    assert {path.partition("/")[0] for path in SHOWN} >= {"dibs_wordplay", "dibs_corner"}


@pytest.mark.parametrize("path", SHOWN)
def test_a_file_is_shown_as_it_stands_in_the_project(path: str) -> None:
    file = next(folder / path for folder in PROJECTS if (folder / path).is_file())
    assert SHOWN[path] == file.read_text("utf-8")


def test_the_other_examples_run() -> None:
    examples = re.findall(r"^\n```python\n(.*?)^```$", PAGE, re.M | re.S)
    assert examples
    for code in examples:
        exec(compile(code, "docs/writing-plugins.md", "exec", dont_inherit=True), {"__name__": "example"})


def test_every_field_of_the_description_is_explained() -> None:
    for field in attrs.fields(PluginInfo):
        assert re.search(rf"^\| [^|]*`{field.name}`[^|]* \|", PAGE, re.M), field.name


def test_the_commands_that_are_shown_exist() -> None:
    for command in re.findall(r"^dibs (\w+ \w+|plugins)", PAGE, re.M):
        words = [*command.split()[:1], "--help"] if command == "plugins" else [*command.split(), "--help"]
        assert CliRunner().invoke(cli, words).exit_code == 0, command


def test_the_pages_link_to_pages_that_exist() -> None:
    for name in ("hooks.md", "writing-plugins.md", "plugin-checklist.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        for target in re.findall(r"\]\(([\w-]+\.md)\)", text):
            assert (ROOT / "docs" / target).is_file(), target
