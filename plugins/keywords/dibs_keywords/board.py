"""The show's own codes, variants and titles in folded form."""

from __future__ import annotations

import re

import attrs

from dibs import Catalogue, CatalogueItem
from dibs_keywords.folding import fold_comment
from dibs_keywords.tokens import compile_pattern

_WORDS = re.compile(r"[^\W_]+")


def split_words(text: str) -> tuple[str, ...]:
    """The folded words and numbers of a title or variant."""
    return tuple(_WORDS.findall(fold_comment(text)))


@attrs.frozen
class Variant:
    """One variant of an item: its own spelling, and its folded words."""

    name: str
    words: tuple[str, ...]


@attrs.frozen
class BoardItem:
    """One code of the show with its variants."""

    code: str
    spelling: str
    variants: tuple[Variant, ...]
    words: frozenset[str]

    @property
    def has_letter(self) -> bool:
        """Whether the code has a letter, which sets it apart from a quantity."""
        return any(char.isalpha() for char in self.code)


@attrs.frozen
class Board:
    """All codes of a show."""

    items: dict[str, BoardItem]
    pinned: BoardItem | None
    pattern: re.Pattern[str]
    by_number: dict[str, BoardItem]

    def find(self, code: str) -> BoardItem | None:
        """The item with this folded code; `012` finds `12` if nothing else has that number."""
        item = self.items.get(code)
        if item is None and code[:1] == "0" and code.isdecimal():
            item = self.by_number.get(code.lstrip("0"))
        return item

    def knows(self, code: str) -> bool:
        """Whether the show has this folded code."""
        return code in self.items


def make_board(catalogue: Catalogue) -> Board:
    """Fold a catalogue for reading."""
    items = {code: _board_item(code, rows) for code, rows in catalogue.by_code.items() if code}
    pinned = items.get(catalogue.pinned_code or "")
    plain = {code: item for code, item in items.items() if code.isdecimal() and code[0] != "0"}
    return Board(items=items, pinned=pinned, pattern=compile_pattern(items), by_number=plain)


def _board_item(code: str, rows: tuple[CatalogueItem, ...]) -> BoardItem:
    variants = tuple(Variant(row.variant, split_words(row.variant)) for row in rows if row.variant)
    words = {word for row in rows for word in split_words(row.title)}
    words.update(word for variant in variants for word in variant.words)
    return BoardItem(code=code, spelling=rows[0].item_number, variants=variants, words=frozenset(words))
