"""Keeping a spreadsheet from running what somebody wrote, and taking the protection off again.

A program that opens a CSV file takes a cell that begins with `=`, `+`, `-` or `@` for a formula, also behind spaces,
quotes and in full-width forms; one that splits at another separator than the file's sees cells inside a text as well.
"""

from __future__ import annotations

import re
from typing import Final

GUARD: Final = "'"
_TRIGGER = r"=+\-@\t\r\0＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−"
# Spaces of every width, quotes, and characters without width: programs trim them before they look at a cell. No
# separator is among them, so that a text is gone through once, whatever somebody wrote.
_TRIMMED = r"[^\S\t\r\n]|[\u200b-\u200f\u2060\ufeff\"'’＇＂]"
_ANY = re.compile(f"[{_TRIGGER}]")
_LEADS = re.compile(rf"(?:{_TRIMMED}|\n)*+[{_TRIGGER}]")
_INSIDE = re.compile(rf"(?<=[,;|\t\r\n])((?:{_TRIMMED})*+)([{_TRIGGER}])")
_GUARDED_INSIDE = re.compile(rf"(?<=[,;|\t\r\n])((?:{_TRIMMED})*)'([{_TRIGGER}])")


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might take a cell with this text for a formula."""
    return _LEADS.match(text) is not None


def guard(text: str) -> str:
    """The text as it may stand in a CSV cell. `unguard` gives back exactly what went in."""
    if _ANY.search(text) is None:
        return text
    inside = _INSIDE.sub(r"\1'\2", text)
    return GUARD + inside if is_dangerous(text) else inside


def unguard(cell: str) -> str:
    """Take off what `guard` put on, exactly once. A text that was never guarded stays."""
    bare = cell[1:] if cell[:1] == GUARD and is_dangerous(cell[1:]) else cell
    return _GUARDED_INSIDE.sub(r"\1\2", bare)
