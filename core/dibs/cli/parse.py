"""`dibs parse`: what a parser makes of comments, without a database."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO
from uuid import UUID

import attrs
import click

from dibs.clock import utc_now
from dibs.errors import FieldFault, InvalidInputError, PluginHookError
from dibs.hooks import WorkspaceHooks
from dibs.models.catalogue import Catalogue, CatalogueItem, ParseContext
from dibs.models.codes import fold_code
from dibs.models.comments import Author, IncomingComment, Intent, Reading
from dibs.models.rules import ShowRules

_NOBODY = UUID(int=0)


@click.command("parse")
@click.option(
    "--items", default="", metavar="CODES", help="The show's codes: 12,12A or, with variants, 12:red,12:blue."
)
@click.option("--claim-word", multiple=True, metavar="WORD", help="Instead of `sold`; may be given again.")
@click.option("--pass-word", multiple=True, metavar="WORD", help="Instead of `pass`; may be given again.")
@click.option("--locale", multiple=True, metavar="LOCALE", help="Locale packs (default en); may be given again.")
@click.option("--several", is_flag=True, help="Every act in a comment counts, not only the first.")
@click.option("--pinned", metavar="CODE", help="The item that is on now; comments without a code claim it.")
@click.option("--parser", metavar="NAME", help="Ask only this plugin (default: all that are on by default).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def parse_command(
    items: str,
    claim_word: tuple[str, ...],
    pass_word: tuple[str, ...],
    locale: tuple[str, ...],
    several: bool,
    pinned: str | None,
    parser: str | None,
    as_json: bool,
) -> None:
    """Read comments from standard input, one a line, and say what each would do and why."""
    changed: dict[str, Any] = {
        "claim_words": claim_word,
        "pass_words": pass_word,
        "locales": locale,
        "several": several,
        "claim_without_code": pinned is not None,
    }
    rules = attrs.evolve(ShowRules(), **{name: value for name, value in changed.items() if value})
    context = ParseContext(_NOBODY, None, rules, read_items(items, pinned))
    hooks = find_parsers(parser)
    _ask(hooks, context, "")  # faulty rules are told before the first line is read
    if sys.stdin.isatty():
        click.echo("Type comments, one a line; Ctrl-D ends.", err=True)
    for text in _lines(sys.stdin.buffer):
        reading = _ask(hooks, context, text)
        if as_json:
            _print_json(text, reading)
        else:
            _print_line(text, reading)


def read_items(items: str, pinned: str | None) -> Catalogue:
    """The show that `--items` and `--pinned` describe.

    Raises:
        InvalidInputError: an entry has no code, or stands there twice.
    """
    rows: list[CatalogueItem] = []
    faults: list[FieldFault] = []
    entries = [entry.strip() for entry in items.split(",")] if items.strip() else []
    for at, entry in enumerate(entries):
        code, _, variant = (part.strip() for part in entry.partition(":"))
        row = CatalogueItem(code, variant or None)
        if not fold_code(code):
            faults.append(FieldFault(f"--items[{at}]", "has no code"))
        elif any((row.code, row.variant) == (other.code, other.variant) for other in rows):
            faults.append(FieldFault(f"--items[{at}]", f"names {entry} a second time"))
        rows.append(row)
    if faults:
        raise InvalidInputError("The items can't be used.", faults)
    if pinned is not None and fold_code(pinned) not in {row.code for row in rows}:
        rows.append(CatalogueItem(pinned))
    return Catalogue(tuple(rows), pinned)


def find_parsers(name: str | None) -> WorkspaceHooks:
    """The hooks of one plugin, or of all that are on by default.

    Raises:
        InvalidInputError: there is no parser of this name.
    """
    from dibs.plugins import load_plugins  # noqa: PLC0415 - `--help` needs no plugin

    manager = load_plugins()
    parsers = {key: plugin for key, plugin in manager.plugins.items() if "parse_comment" in plugin.hooks}
    if name is None:
        return manager.hooks_for(frozenset(key for key, plugin in parsers.items() if plugin.info.default))
    if name not in parsers:
        why = next((error.message for error in manager.refused if error.data["plugin"] == name), "")
        known = ", ".join(sorted(parsers)) or "none"
        raise InvalidInputError(why or f"There is no parser '{name}'. Installed parsers: {known}.")
    return manager.hooks_for(frozenset((name,)))


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Lines end at a line feed only, and bytes that are no UTF-8 are replaced."""
    for line in io.TextIOWrapper(stream, "utf-8", "replace", newline="\n"):
        yield line.removesuffix("\n").removesuffix("\r")


def _ask(hooks: WorkspaceHooks, context: ParseContext, text: str) -> Reading:
    comment = IncomingComment("parse", text, utc_now(), author=Author("viewer"))
    try:
        reading = hooks.parse_comment(context, comment)
    except PluginHookError as error:
        if isinstance(error.__cause__, InvalidInputError):
            raise error.__cause__ from None
        raise
    return reading if reading is not None else Reading(reason="no_parser")


def _print_json(text: str, reading: Reading) -> None:
    fields = ("kind", "item_number", "variant", "quantity", "rule", "confidence")
    acts = [{field: getattr(act, field) for field in fields} for act in reading.acts]
    row = {"text": text, "acts": acts, "review": reading.review, "reason": reading.reason}
    click.echo(json.dumps(row, ensure_ascii=False))


def _print_line(text: str, reading: Reading) -> None:
    """`sold 12  →  claim 12 ×1 (word_number, 100 %)`; colour on a terminal only."""
    word, colour = ("review", "yellow") if reading.review else ("do", "green") if reading.acts else ("ignore", None)
    what = ", ".join(map(_act_words, reading.acts))
    why = f"because: {reading.reason}" if reading.reason else ""
    plain = "".join(char if char.isprintable() else " " for char in text)
    head = click.style(f"{word:<6}", fg=colour) if colour and sys.stdout.isatty() else f"{word:<6}"
    click.echo("  ".join(part for part in (head, plain, "→" if what or why else "", what, why) if part))


def _act_words(act: Intent) -> str:
    variant = f" {act.variant}" if act.variant else ""
    item = act.item_number or "the last claim"
    return f"{act.kind} {item}{variant} ×{act.quantity} ({act.rule}, {act.confidence:.0%})"
