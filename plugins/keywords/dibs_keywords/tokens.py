"""Cutting a folded comment into raw tokens. Every alternative is bounded, so the time is linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from dibs_keywords.phones import MARK

# Scripts that write no spaces between words: Thai, Lao, Myanmar, Khmer, Kana, Han.
_RUN = "\u0e01-\u0e4e\u0e80-\u0ecf\u1000-\u103f\u1780-\u17d3\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_RUN += "\U00020000-\U0003ffff"
# Combining marks are no letters to `re`; without them words of Indic and Arabic scripts would fall apart.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff"
_LETTER = rf"(?:(?![{_RUN}])[^\W_]|[{_MARKS}])"
_CURRENCY = r"(?:r\$|nt\$?|hk\$|us\$|s\$|rm|rp|php|usd|thb|twd|vnd|brl|dkk|idr|eur|mxn|kr|[$€£¥฿₱₫₩₹₽₺])"
_DASH = "-‐‑‒–—−~〜"
_TO = r"\s(?:to|til|hasta|até|đến|ถึง|到|至|sampai|hanggang)\s"

_ALTERNATIVES = (
    ("url", r"https?://\S*|www\.\S+"),
    ("phone", MARK),
    (
        "price",
        rf"(?<![^\W_]){_CURRENCY}\.?\s?\d[\d.,]{{0,14}}(?:\s?k\b)?|\d[\d.,]{{0,14}}\s?[$€£¥฿₱₫₩₹₽₺]|@\s?\d[\d.,]{{0,14}}",
    ),
    ("time", r"(?<!\d)\d{1,2}:\d{2}(?!\d)(?:\s?[ap]\.?m\b\.?)?|(?<!\d)\d{1,2}\s?[ap]\.?m\b\.?|(?<!\d)\d{1,2}h\d{2}\b"),
    ("percent", r"\d{1,9}(?:[.,]\d{1,4})?\s?(?:%|percent\b)"),
    ("date", r"(?<!\d)(?:\d{1,4}/\d{1,2}(?:/\d{2,4})?|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[.-]\d{1,2}[.-]\d{2,4})(?![\d/])"),
    ("decimal", r"\d{1,12}(?:\.\d{1,12})+|\d{1,12}\u2044\d{1,12}|(?<![\w.])\.\d{1,12}"),
    ("thousands", r"(?<!\d)\d{1,3}(?:,\d{3}){1,4}(?!\d)"),
    (
        "range",
        rf"(?<![^\W_])[a-z]{{0,5}}\d{{1,6}}(?:\s?(?:[{_DASH}]|\.{{2,3}})\s?|{_TO})(?:[a-z]{{0,5}}\d{{1,6}})(?!\d)",
    ),
    ("times", r"(?<![^\W\d_])[x×*]\s?\d{1,6}(?![^\W_])|=\s?\d{1,4}(?![^\W_])"),
    ("plus", r"\+\s?\d{1,4}(?!\d)"),
    ("mention", r"@\s?\w[\w.]{0,60}"),
    ("run", rf"[{_RUN}]+"),
    ("chunk", rf"{_LETTER}+(?:'{_LETTER}+)*"),
    ("space", r"[ \t]+"),
    ("mark", r"(?s:.)"),
)


_HAZARDS = ("price", "time", "percent", "date", "decimal")


@cache
def hazard_pattern() -> re.Pattern[str]:
    """Finds a price, a time, a percentage, a date or a decimal."""
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _ALTERNATIVES if name in _HAZARDS))


class Token(NamedTuple):
    """A raw piece of a comment: the alternative that matched, the text, and where."""

    group: str
    text: str
    start: int
    end: int


def compile_pattern(own_codes: Iterable[str] = ()) -> re.Pattern[str]:
    """The token pattern, with those codes of the show first that contain more than letters and digits."""
    alternatives = list(_ALTERNATIVES)
    special = sorted((code for code in own_codes if not code.isalnum()), key=len, reverse=True)
    if special:
        own = "|".join(map(re.escape, special))
        alternatives.insert(0, ("own", rf"(?<![^\W_])(?:{own})(?![^\W_]|[.,:/-]\d)"))
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in alternatives))


def tokenize(pattern: re.Pattern[str], folded: str) -> list[Token]:
    """All tokens but blanks."""
    return [
        Token(match.lastgroup or "", match.group(), match.start(), match.end())
        for match in pattern.finditer(folded)
        if match.lastgroup != "space"
    ]
