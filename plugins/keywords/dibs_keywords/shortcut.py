"""The two forms that most claims have, read at once: `sold 12` and `12 sold`, with nothing else but marks at the end.

The full reading gives the same answer; a test compares the two.
"""

from __future__ import annotations

import re

import attrs

from dibs import Intent, Reading
from dibs_keywords import kinds as k
from dibs_keywords.board import Board
from dibs_keywords.lexicon import Lexicon

_FORM = re.compile(r"(?:([a-z]{2,20}) ([a-z]{0,2}\d{1,5})|([a-z]{0,2}\d{1,5}) ([a-z]{2,20}))[!. ]{0,8}")


@attrs.frozen
class Shortcut:
    """The plain claim words of a show and its items without variants."""

    words: frozenset[str]
    board: Board

    def read(self, folded: str) -> Reading | None:
        """The claim, or None if the comment has any other form."""
        match = _FORM.fullmatch(folded)
        if match is None:
            return None
        before, code, first, behind = match.groups()
        item = self.board.items.get(code or first)
        if item is None or item.variants or (before or behind) not in self.words:
            return None
        rule, confidence = ("word_number", 1.0) if before else ("number_word", 0.95)
        return Reading((Intent("claim", item.spelling, 1, None, rule, confidence),))


def make_shortcut(lexicon: Lexicon, board: Board) -> Shortcut:
    """The claim words of one token that mean nothing else."""
    words = frozenset(
        phrases[-1].text
        for phrases in lexicon.heads.values()
        if phrases[-1].kind == k.CLAIM and len(phrases[-1].tokens) == 1
    )
    return Shortcut(words - lexicon.number_asks - set(board.items), board)
