"""Numbers and days as suppliers write them, with either decimal sign."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

_AROUND = re.compile(r"^[^\d.,+\-(]+|[^\d.,)]+$")
_SHAPE = re.compile(r"[+-]?\d{1,15}(?:[.,' ]\d{1,9})*")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
MOST: Final = Decimal("99999999999")


def bare(cell: str) -> str:
    """A cell without currency, unit and spaces around its number."""
    text = unicodedata.normalize("NFKC", cell).strip()
    return _AROUND.sub("", text).strip().replace("\u202f", " ")


def sign_in(cells: Iterable[str]) -> str | None:
    """The decimal sign of a file, from the numbers that have one meaning alone; None if none has."""
    votes = {".": 0, ",": 0}
    for cell in cells:
        sign = _sure_sign(bare(cell))
        if sign is not None:
            votes[sign] += 1
    best = max(votes, key=lambda one: votes[one])
    return best if votes[best] > min(votes.values()) else None


def _sure_sign(text: str) -> str | None:
    signs = [char for char in text if char in ".,"]
    if not signs or not _SHAPE.fullmatch(text):
        return None
    last = signs[-1]
    whole, _, rest = text.rpartition(last)
    if len(set(signs)) == 2:
        return last if signs.count(last) == 1 else None
    if len(signs) > 1:
        return "," if last == "." else "."  # 1.234.567: it separates thousands
    return last if len(rest) != 3 or len(whole.lstrip("+-")) > 3 or whole.lstrip("+-") == "0" else None


def readings(cell: str, sign: str | None) -> list[Decimal]:
    """What a cell may mean, the likeliest first; nothing if it is no number.

    :param sign: the decimal sign of the file, if it is known.
    """
    text = bare(cell)
    if not _SHAPE.fullmatch(text):
        return []
    points = [Decimal(number) for number in _numbers(text, _sure_sign(text) or sign) if abs(Decimal(number)) <= MOST]
    return list(dict.fromkeys(points))


def _numbers(text: str, sign: str | None) -> list[str]:
    plain = text.replace("'", "").replace(" ", "")
    if not any(char in ".," for char in plain):
        return [plain]
    if sign is not None:
        other = "," if sign == "." else "."
        found = plain.replace(other, "").replace(sign, ".")
        return [found] if found.count(".") <= 1 else []
    return [re.sub("[.,]", "", plain), plain.replace(",", ".")]


def read_day(text: str) -> date | None:
    """A day: 2026-05-01, or 01.05.2026 and 1/5/2026 with the day first, unless only the month can be first."""
    iso, first = _ISO.search(text), _DAY_FIRST.search(text)
    if iso:
        parts = [(int(iso[1]), int(iso[2]), int(iso[3]))]
    elif first:
        year, one, two = int(first[3]), int(first[1]), int(first[2])
        parts = [(year, two, one), (year, one, two)]
    else:
        return None
    for year, month, day in parts:
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None
