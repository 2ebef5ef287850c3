"""From raw tokens to meaningful items: phrases of the lexicon, codes of the show, hazards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dibs_keywords import kinds as k
from dibs_keywords.board import Board
from dibs_keywords.chunks import Item, read_chunk
from dibs_keywords.lexicon import Lexicon, Phrase
from dibs_keywords.merging import merge
from dibs_keywords.phones import mask_phones
from dibs_keywords.tokens import Token, tokenize

_GROUPS = {
    "own": k.CODE,
    "dashed": k.UNKNOWN_CODE,
    "phone": k.PHONE,
    "price": k.PRICE,
    "time": k.TIME,
    "percent": k.PERCENT,
    "date": k.DATE,
    "decimal": k.DECIMAL,
    "mention": k.MENTION,
}
_RANGE = re.compile(r"([a-z]*)(\d+)\D*?(\d+)$")
_MARKS = {
    **dict.fromkeys("?¿؟⸮՞፧", k.QUESTION),
    **dict.fromkeys(",،、;/&+", k.JOIN),
    **dict.fromkeys(".!:\n\r…|。¡·\x0b\x0c\u2028\u2029", k.BREAK),
    "#": k.LINK,
}


def read_items(folded: str, lexicon: Lexicon, board: Board) -> list[Item]:
    """All items of a folded comment, in order."""
    if sum(map(folded.count, "0123456789")) >= 7:
        folded = mask_phones(folded, board.knows)
    tokens = _join_dashed(list(_cut_runs(tokenize(board.pattern, folded), lexicon)), lexicon)
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        phrase = _phrase_at(tokens, at, lexicon, board)
        if phrase:
            items.append(Item(phrase.kind, phrase.text, phrase.kinds))
            at += len(phrase.tokens)
            continue
        items += _read_token(tokens[at], lexicon, board)
        at += 1
    return merge(items, lexicon, board)


def _cut_runs(tokens: list[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Cut Thai, Chinese and the like into the words that the lexicon knows and the rest."""
    for token in tokens:
        if token.group != "run" or lexicon.unspaced is None:
            yield token
        else:
            yield from _cut_run(token, lexicon)


def _cut_run(token: Token, lexicon: Lexicon) -> Iterator[Token]:
    at = 0
    assert lexicon.unspaced is not None
    for match in lexicon.unspaced.finditer(token.text):
        if match.start() > at:
            yield Token("rest", token.text[at : match.start()], token.start + at, token.start + match.start())
        yield Token("run", match.group(), token.start + match.start(), token.start + match.end())
        at = match.end()
    if at < len(token.text):
        yield Token("rest", token.text[at:], token.start + at, token.end)


def _join_dashed(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """`SKU-051`: letters that are no word of the lexicon, a dash and digits are one code."""
    if not any(token.text == "-" for token in tokens):
        return tokens
    out: list[Token] = []
    for token in tokens:
        if len(out) > 1 and out[-1].text == "-" and _is_dashed(out[-2], out[-1], token, lexicon):
            first = out[-2]
            out[-2:] = [Token("dashed", first.text + "-" + token.text, first.start, token.end)]
        else:
            out.append(token)
    return out


def _is_dashed(first: Token, dash: Token, last: Token, lexicon: Lexicon) -> bool:
    glued = first.end == dash.start and dash.end == last.start
    letters = first.text.isascii() and first.text.isalpha() and 2 <= len(first.text) <= 6
    return glued and letters and first.text not in lexicon.heads and last.text.isdecimal() and len(last.text) <= 6


def _phrase_at(tokens: list[Token], at: int, lexicon: Lexicon, board: Board) -> Phrase | None:
    token = tokens[at]
    for phrase in lexicon.heads.get(token.text, ()):
        last = at + len(phrase.tokens)
        if all(tokens[at + i].text == text for i, text in enumerate(phrase.tokens) if i and last <= len(tokens)):
            if last > len(tokens):
                continue
            if phrase.kind in k.VERBS and _inside_word(tokens, at):
                return None
            if len(phrase.tokens) == 1 and phrase.kind not in k.VERBS and board.knows(token.text):
                return None
            return phrase
    return None


def _inside_word(tokens: list[Token], at: int) -> bool:
    """Whether a word of a script without spaces is only a part of a longer, unknown word."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return bool(
        (before and before.group == "rest" and before.end == token.start)
        or (after and after.group == "rest" and after.start == token.end)
    )


def _read_token(token: Token, lexicon: Lexicon, board: Board) -> list[Item]:
    group, text = token.group, token.text
    if group == "chunk":
        return read_chunk(text, lexicon, board)
    if group in ("range", "thousands", "times", "plus") or (group in _GROUPS and board.knows(text.strip())):
        return _read_compound(token, lexicon, board)
    if group == "mark":
        kind = _MARKS.get(text)
        return [Item(kind, text)] if kind else []
    kind = _GROUPS.get(group)
    if kind:
        return [Item(kind, text)]
    return [] if group == "url" else [Item(k.WORD, text)]


def _read_compound(token: Token, lexicon: Lexicon, board: Board) -> list[Item]:
    text = token.text
    if board.knows(text):
        return [Item(k.CODE, text)]
    if token.group == "times":
        return [Item(k.QUANTITY, text.lstrip("x×*= "))]
    if token.group == "plus":
        return [Item(k.PLUS, text.lstrip("+ "))]
    if token.group == "thousands":
        return _read_thousands(text, board)
    return _read_range(text, lexicon)


def _read_thousands(text: str, board: Board) -> list[Item]:
    """`100,101` is a list if the show has both; in a show without codes yet, if no part looks like a thousand."""
    parts = text.split(",")
    known = [board.find(part) is not None for part in parts]
    thousand = len(parts[0]) < 3 and parts[-1].endswith("00")
    if (all(known) and not thousand) or (not board.items and not any(part.endswith("00") for part in parts[1:])):
        items = [Item(k.CODE if is_known else k.NUMBER, part) for part, is_known in zip(parts, known, strict=True)]
        return [piece for item in items for piece in (Item(k.JOIN, ","), item)][1:]
    return [Item(k.DOUBTFUL, text)]


def _read_range(text: str, lexicon: Lexicon) -> list[Item]:
    """`100-110` asks for a range, `a1-1` for one less; neither is ever carried out silently."""
    match = _RANGE.match(text)
    if match is None:
        return [Item(k.RANGE, text)]
    word = lexicon.glued.get(match[1])
    before = [Item(word.kind, word.text, word.kinds)] if word else []
    rising = int(match[3]) > int(match[2])
    return [*before, Item(k.RANGE if rising else k.REDUCE, text)]
