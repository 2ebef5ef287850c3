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
    tokens = list(_cut_runs(tokenize(board.pattern, folded), lexicon))
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
    if all(known) or (not board.items and not any(part.endswith("00") for part in parts[1:])):
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
