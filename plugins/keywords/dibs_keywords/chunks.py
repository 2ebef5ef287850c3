"""Taking apart what is written without a space: `sold123`, `cfa12`, `12pcs`, `n236l`, `a1x2`."""

from __future__ import annotations

import re
from typing import NamedTuple

from dibs_keywords import kinds as k
from dibs_keywords.board import Board
from dibs_keywords.lexicon import Lexicon

_TIMES = re.compile(r"x(\d{1,6})|(\d{1,6})x")
_WITH_TIMES = re.compile(r"(.+?)[x×](\d{1,3})")
_UNIT = re.compile(r"(\d{1,6})([^\W\d_]{1,12})")
_SIZES = frozenset(["mm", "cm", "m", "km", "in", "ft", "kg", "g", "gr", "lb", "lbs", "oz", "ml", "l", "xl", "xxl"])
_PRICES = frozenset(
    ["k", "rb", "ribu", "jt", "kr", "usd", "php", "thb", "eur", "vnd", "đ", "tr", "baht", "peso", "pesos"]
)
_TIMES_OF_DAY = frozenset(
    ["am", "pm", "h", "hr", "hrs", "min", "mins", "sec", "s", "d", "st", "nd", "rd", "th", "yo", "yr", "yrs"]
)
_CODE = re.compile(r"[^\W\d_]{1,6}\d{1,6}[^\W\d_]{0,2}|\d{1,5}[^\W\d_]{1,2}")


class Item(NamedTuple):
    """A meaningful piece of a comment: leading kind, text, all kinds, glued to the piece before or not."""

    kind: str
    text: str
    kinds: str = ""
    glued: bool = False


def read_chunk(chunk: str, lexicon: Lexicon, board: Board, *, deep: bool = True) -> list[Item]:
    """The pieces of one run of letters and digits that is no phrase of the lexicon."""
    if chunk.isdecimal():
        return [Item(k.CODE if board.find(chunk) else k.NUMBER, chunk)]
    if board.knows(chunk):
        return [Item(k.CODE, chunk)]
    if not any(char.isdecimal() for char in chunk):
        return _read_word(chunk, lexicon, board)
    return _read_mixed(chunk, lexicon, board) if deep and len(chunk) <= 40 else [Item(k.WORD, chunk)]


def _read_word(word: str, lexicon: Lexicon, board: Board) -> list[Item]:
    phrase = _stretched(word, lexicon)
    if phrase:
        return [phrase]
    return [Item(k.WORD, word)]


def _stretched(word: str, lexicon: Lexicon) -> Item | None:
    """`solddd`, `minee`: the last letter held down."""
    if len(word) < 4 or word[-1] != word[-2]:
        return None
    stem = word.rstrip(word[-1])
    for candidate in (stem + word[-1], stem + word[-1] * 2):
        phrase = lexicon.glued.get(candidate)
        if phrase:
            return Item(phrase.kind, phrase.text, phrase.kinds)
    return None


def _read_mixed(chunk: str, lexicon: Lexicon, board: Board) -> list[Item]:
    match = _TIMES.fullmatch(chunk)
    if match:
        return [Item(k.QUANTITY, match[1] or match[2])]
    unit = _UNIT.fullmatch(chunk)
    if unit:
        item = _read_unit(unit[1], unit[2], lexicon)
        if item:
            return [item]
    return (
        _behind_word(chunk, lexicon, board)
        or _with_suffix(chunk, lexicon, board)
        or [Item(k.UNKNOWN_CODE if _CODE.fullmatch(chunk) else k.WORD, chunk)]
    )


def _read_unit(number: str, unit: str, lexicon: Lexicon) -> Item | None:
    phrase = next((p for p in lexicon.heads.get(unit, ()) if len(p.tokens) == 1), None)
    if phrase and k.COUNTER in phrase.kinds:
        return Item(k.QUANTITY, number)
    if unit in _PRICES or (phrase and k.MONEY_UNIT in phrase.kinds):
        return Item(k.PRICE, number + unit)
    if unit in _TIMES_OF_DAY or (phrase and k.TIME_UNIT in phrase.kinds):
        return Item(k.TIME, number + unit)
    # `12m` may be a variant of item 12, so a single letter is left to the show's codes.
    return Item(k.SIZE, number + unit) if unit in _SIZES and len(unit) > 1 else None


def _behind_word(chunk: str, lexicon: Lexicon, board: Board) -> list[Item]:
    """`sold123`, `cfa12`, `size12`, `mh123`: a word of the lexicon, then a code."""
    letters = len(chunk) - len(chunk.lstrip("".join({char for char in chunk if not char.isdecimal()})))
    for cut in range(min(letters, len(chunk) - 1), 1, -1):
        phrase = lexicon.glued.get(chunk[:cut])
        if not phrase:
            continue
        rest = read_chunk(chunk[cut:], lexicon, board, deep=False) if chunk[cut:].isdecimal() else []
        if not rest:
            rest = _with_suffix(chunk[cut:], lexicon, board) or read_chunk(chunk[cut:], lexicon, board, deep=False)
        if rest[0].kind == k.WORD and _CODE.fullmatch(rest[0].text) and (not board.items or phrase.kind in k.VERBS):
            rest = [Item(k.UNKNOWN_CODE, rest[0].text)]
        if rest[0].kind != k.WORD:
            return [Item(phrase.kind, phrase.text, phrase.kinds), rest[0]._replace(glued=True), *rest[1:]]
    return []


def _with_suffix(chunk: str, lexicon: Lexicon, board: Board) -> list[Item]:
    """`a1x2`, `123sold`, `n236l`: a code, then a quantity, a claim word or a variant."""
    match = _WITH_TIMES.fullmatch(chunk)
    if match and (board.find(match[1]) or match[1].isdecimal()):
        first = read_chunk(match[1], lexicon, board, deep=False)
        return [*first, Item(k.QUANTITY, match[2])]
    for cut in range(len(chunk) - 1, 0, -1):
        code, rest = chunk[:cut], chunk[cut:]
        if not rest.isalpha():
            break
        phrase = lexicon.glued.get(rest)
        if phrase and phrase.kind in k.VERBS and not code[-1].isalpha():
            return [*read_chunk(code, lexicon, board, deep=False), Item(phrase.kind, rest, phrase.kinds, True)]
        item = board.items.get(code)
        if item and any(rest in variant.words for variant in item.variants):
            return [Item(k.CODE, code), Item(k.WORD, rest)]
    return []
