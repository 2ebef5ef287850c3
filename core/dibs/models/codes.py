"""Folding of item codes and words, so that `Ａ１２`, `a12` and `A12` are one code."""

from __future__ import annotations

import unicodedata


def fold_text(text: str) -> str:
    """NFKC (full-width to plain), case-folded, every script's decimal digits mapped to 0-9.

    Punctuation is kept on purpose: `12,13` must stay two numbers.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    return "".join(_digit(char) for char in folded)


def _digit(char: str) -> str:
    if char.isdecimal() and not char.isascii():
        return str(unicodedata.decimal(char))
    return char


def fold_code(code: str) -> str:
    """The form under which an item number is matched: folded, without surrounding space and a leading `#`."""
    return fold_text(code).strip().lstrip("#").strip()
