"""What README and docs say is there: pages, sections, pictures, commands, options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from dibs.cli import cli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        *DOCS.rglob("*.md"),
        *ROOT.glob("plugins/*/*.md"),
    ]
)
_names = [str(page.relative_to(ROOT)) for page in PAGES]

_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_OPTION = re.compile(r"(?<!\S)--?[a-z][\w-]*")


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=_names)
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in _LINK.findall(page.read_text("utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{path} is not there"
        assert target.is_relative_to(ROOT), f"{path} is outside of the project"
        assert not anchor or anchor in _anchors(target), f"{path}#{anchor}: no such section"


def _mentions(page: Path) -> Iterator[tuple[str, str]]:
    """`dibs …` in code: in a fence from the start of a line or behind a pipe, elsewhere in backquotes."""
    text = page.read_text("utf-8")
    for _, block in _FENCE.findall(text):
        yield from re.findall(r"(?:^|[$|] |/bin/)dibs ([a-z]+)\b([^#|\n]*)", block, re.M)
    yield from re.findall(r"`dibs ([a-z]+)\b([^`]*)`", _FENCE.sub("", text))


def _options(command: click.Command, words: str) -> set[str]:
    """The options that a command takes, and those of the sub-command that the words begin with."""
    context = click.Context(command)
    known = {name for param in command.get_params(context) for name in param.opts}
    if isinstance(command, click.Group):
        inner = next((word for word in words.split() if word in command.commands), None)
        return known | (_options(command.commands[inner], words) if inner else set())
    return known


@pytest.mark.parametrize("page", PAGES, ids=_names)
def test_every_command_and_option_that_is_shown_exists(page: Path) -> None:
    context = click.Context(cli)
    for name, rest in _mentions(page):
        command = cli.get_command(context, name)
        assert command is not None, f"dibs {name}"
        for option in _OPTION.findall(rest.split("  ")[0]):
            assert option in _options(command, rest), f"dibs {name} {option}"


def test_commands_are_shown_at_all() -> None:
    shown = {name for page in PAGES for name, _ in _mentions(page)}
    assert shown == set(cli.list_commands(click.Context(cli)))


def test_the_test_command_of_the_readme_is_the_one_that_runs_on_every_change() -> None:
    readme, run = (ROOT / "README.md").read_text("utf-8"), (ROOT / ".ci" / "run").read_text("utf-8")
    told = re.search(r"\*\*Test it:\*\*\n\n```sh\n(.+)\n```", readme)
    assert told is not None
    assert run.rstrip().splitlines()[-1] == told[1]


@pytest.mark.parametrize("folder", [DOCS, DOCS / "decisions"], ids=["docs", "decisions"])
def test_the_index_lists_every_page(folder: Path) -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_every_picture_is_used_or_made_by_the_script() -> None:
    words = "".join(page.read_text("utf-8") for page in PAGES)
    words += (ROOT / "tests" / "e2e" / "screenshots.py").read_text("utf-8")
    for picture in (DOCS / "images").iterdir():
        assert picture.stem in words, picture.name


def test_the_changelog_names_every_command() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for name in cli.list_commands(click.Context(cli)):
        assert f"`dibs {name}`" in changes, name
