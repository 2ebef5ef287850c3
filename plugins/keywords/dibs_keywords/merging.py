"""Joining items that belong together: `2 pcs`, `size 12`, `for 25`, `5 minutes`, `SKU-051`."""

from __future__ import annotations

from dibs_keywords import kinds as k
from dibs_keywords.board import Board
from dibs_keywords.chunks import Item
from dibs_keywords.lexicon import Lexicon

_NUMBERS = (k.NUMBER, k.CODE)
# What a number becomes when this kind stands behind it; in this order where a word means several things.
_BEHIND = (
    (k.COUNTER, k.QUANTITY),
    (k.COUNTED, k.SIZE),
    (k.MONEY_UNIT, k.PRICE),
    (k.TIME_UNIT, k.TIME),
)
_BEFORE = ((k.SIZE_WORD, k.SIZE), (k.PRICE_WORD, k.PRICE), (k.PHONE_WORD, k.PHONE))


def merge(items: list[Item], lexicon: Lexicon, board: Board) -> list[Item]:
    """The items with numbers settled that are no codes because of the word beside them."""
    out: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        if item.kind in _NUMBERS and item.text.isdecimal():
            at += _number(items, at, out)
        elif item.kind == k.WORD or (len(item.text) <= 2 and item.text.isalpha() and item.kind not in k.VERBS):
            at += _letters(items, at, out, lexicon, board)
        else:
            out.append(item)
            at += 1
    return out


def _number(items: list[Item], at: int, out: list[Item]) -> int:
    """Settle the number at `at`; returns how many items were used up."""
    item = items[at]
    after = items[at + 1] if at + 1 < len(items) else None
    before = out[-1] if out else None
    if after is not None:
        for word, kind in _BEHIND:
            if word in after.kinds and not (word == k.COUNTER and _names_code(before)):
                out.append(Item(kind, item.text))
                return 2
    if before is not None:
        if before.kind == k.NEGATION and before.text == "no" and len(out) > 1 and out[-2].kind in k.VERBS:
            out[-1] = Item(k.LINK, "no")
        if _settle_before(out, item):
            return 1
    out.append(item)
    return 1


def _names_code(before: Item | None) -> bool:
    """`number 12 ...`: the word before says that this is a code, so what follows counts nothing."""
    return before is not None and before.kind == k.LINK and before.text not in ("the", "la", "le", "el", "los", "las")


def _settle_before(out: list[Item], item: Item) -> bool:
    """Whether the word before makes the number a size, a price or a part of a telephone number."""
    before = out[-1]
    if before.kind in k.VERBS:
        return False
    if before.kind == k.PHONE and before.text == "":
        return True
    for word, kind in _BEFORE:
        if word in before.kinds and before.kind not in (k.LINK, k.JOIN, k.OF):
            out.append(Item(kind, "" if kind == k.PHONE else item.text))
            return True
    return False


def _letters(items: list[Item], at: int, out: list[Item], lexicon: Lexicon, board: Board) -> int:
    """Settle a word that may be a code; returns how many items were used up."""
    text = items[at].text
    after = items[at + 1] if at + 1 < len(items) else None
    if after is not None and _spaced_code(text, after, out, board):
        out.append(Item(k.CODE, text + after.text))
        return 2
    if lexicon.plus_claims and not board.items and _letters_plus(items):
        out.append(Item(k.UNKNOWN_CODE, text))
        return 1
    out.append(_letter_code(items, at, out, board))
    return 1


def _spaced_code(text: str, after: Item, out: list[Item], board: Board) -> bool:
    """`sold A 12` where the show has A12 and no A."""
    if after.kind not in _NUMBERS or len(text) > 3 or not _after_verb(out):
        return False
    return board.knows(text + after.text) and not board.knows(text)


def _letters_plus(items: list[Item]) -> bool:
    """`ABC +1` and nothing else, in a show without items yet."""
    if len(items) != 2 or items[0].kind != k.WORD or items[1].kind != k.PLUS:
        return False
    return 2 <= len(items[0].text) <= 5 and items[0].text.isascii()


def _after_verb(out: list[Item]) -> bool:
    before = next((o for o in reversed(out) if o.kind not in (k.LINK, k.JOIN)), None)
    return before is not None and before.kind in k.VERBS


def _letter_code(items: list[Item], at: int, out: list[Item], board: Board) -> Item:
    """One of the show's own codes, or `AA` and `a` before a number, after a claim word."""
    item = items[at]
    text = item.text
    after = items[at + 1] if at + 1 < len(items) else None
    if board.knows(text):
        alone = after is None or after.kind in (k.QUANTITY, k.PLUS, k.JOIN, k.BREAK, k.NUMBER, k.CODE, *k.VERBS)
        return Item(k.CODE, text) if len(text) > 1 or alone else item
    if not _after_verb(out) or not (text.isascii() and text.isalpha()):
        return item
    numbered = after is not None and after.kind in _NUMBERS and after.text.isdecimal()
    doubled = len(text) in (2, 3) and len(set(text)) == 1
    if numbered and (doubled or len(text) == 1) and not board.knows(text + (after.text if after else "")):
        return Item(k.UNKNOWN_CODE, text)
    return Item(k.UNKNOWN_CODE, text) if doubled and after is None else item
