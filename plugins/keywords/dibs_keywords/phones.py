"""Telephone numbers, found before anything else so that no part of one is ever an item."""

from __future__ import annotations

import re
from collections.abc import Callable

MARK = "\ue000"  # stands for a telephone number in a folded comment; folding drops this character from input

_CANDIDATE = re.compile(r"(?<![a-z0-9$€£¥฿₱₫])\+?\(?[0-9]+(?:[ ().-]{1,3}[0-9]+){0,8}")
_GROUP = re.compile(r"[0-9]+")
_SHAPES = frozenset(
    {(3, 4), (4, 4), (3, 3, 4), (4, 3, 4), (4, 4, 4), (3, 4, 4), (2, 4, 4), (2, 5, 4), (3, 3, 3), (4, 3, 3)}
    | {(4, 6), (4, 7), (3, 6), (3, 7), (3, 8), (2, 7), (2, 8), (2, 9), (5, 4), (5, 5), (5, 6), (2, 3, 4)}
    | {(2, 2, 2, 2, 2), (2, 3, 2, 2), (1, 3, 3, 4), (2, 3, 3, 4), (2, 2, 4, 4), (2, 1, 2, 2, 2, 2), (2, 10)}
    | {(2, 2, 2, 2, 2, 2), (2, 3, 3, 3), (3, 2, 3, 4), (3, 1, 3, 4), (2, 2, 5, 4), (2, 3, 4, 4), (2, 4, 3, 3)}
)


def mask_phones(text: str, is_code: Callable[[str], bool]) -> str:
    """`text` with each telephone number replaced by `MARK`."""
    return _CANDIDATE.sub(lambda match: _mask(match.group(), is_code), text)


def _mask(span: str, is_code: Callable[[str], bool]) -> str:
    groups = list(_GROUP.finditer(span))
    if sum(len(g.group()) for g in groups) < 7:
        return span
    out, at, i = "", 0, 0
    while i < len(groups):
        for j in range(len(groups), i, -1):
            start = groups[i].start()
            lead = start - len(span[at:start]) + len(span[at:start].rstrip("+( "))
            if _is_phone([g.group() for g in groups[i:j]], span[lead : groups[j - 1].end()], is_code):
                out += span[at:lead] + f" {MARK} "
                at, i = groups[j - 1].end(), j
                break
        else:
            out += span[at : groups[i].end()]
            at, i = groups[i].end(), i + 1
    return out + span[at:]


def _is_phone(groups: list[str], raw: str, is_code: Callable[[str], bool]) -> bool:
    digits = sum(map(len, groups))
    if not 7 <= digits <= 15 or (len(groups) == 1 and is_code(groups[0])):
        return False
    raw = raw.lstrip()
    zero, plus = groups[0].startswith("0"), raw.startswith("+")
    if len(groups) == 1:
        return digits >= 9 or (zero and digits >= 8) or (plus and digits >= 8)
    if tuple(map(len, groups)) not in _SHAPES:
        return False
    if plus and digits >= 9 and not groups[1].startswith("0"):
        return True
    if all(is_code(group) for group in groups) and "(" not in raw:
        return False
    return _looks_dialled(groups, raw, digits, zero)


def _looks_dialled(groups: list[str], raw: str, digits: int, zero: bool) -> bool:
    if zero and digits >= 9:
        return True
    if "-" in raw or "(" in raw:
        return len(groups[-1]) == 4 or digits >= 9
    return len(groups[-1]) == 4 and (digits >= 10 or (len(groups) == 2 and len(groups[0]) == 4))
