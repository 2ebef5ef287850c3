"""Scripts without their template literals: what stands in `${…}` as plain code, so that texts in it are found.

Babel's own reading of template literals stops at the first closing brace, also at that of an object in a call.
"""

from __future__ import annotations

import re

_SKIPPED = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_PATTERN = re.compile(r"/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_BEFORE_PATTERN = re.compile(r"(?:^|[(,=:\[!&|?{};+]|=>|\breturn|\btypeof)\s*$")


def flatten(source: str) -> str:
    """The code of a script, with the texts of its template literals taken out and the lines kept."""
    out: list[str] = []
    depths: list[int] = []  # for each open template literal, how deep in braces its `${` code is
    place = 0
    while place < len(source):
        char = source[place]
        if char == "`":
            place = _text(source, place + 1, out, depths)
        elif char == "}" and depths and depths[-1] == 0:
            depths.pop()
            place = _text(source, place + 1, out, depths)
        else:
            if depths and char in "{}":
                depths[-1] += 1 if char == "{" else -1
            place = _code(source, place, out)
    return "".join(out)


def _code(source: str, place: int, out: list[str]) -> int:
    """Copy one piece of code: a string, a comment, a pattern, or a single character."""
    whole = _SKIPPED.match(source, place)
    if whole is None and source[place] == "/" and _BEFORE_PATTERN.search("".join(out[-40:])):
        pattern = _PATTERN.match(source, place)
        if pattern is not None:
            out.append('""')
            return pattern.end()
    piece = whole[0] if whole else source[place]
    out.append(piece)
    return place + len(piece)


def _text(source: str, place: int, out: list[str], depths: list[int]) -> int:
    """Leave the text of a template literal out, up to its end or to the next `${`."""
    out.append(" ; ")
    while place < len(source):
        if source[place] == "\\":
            place += 2
        elif source[place] == "`":
            return place + 1
        elif source.startswith("${", place):
            depths.append(0)
            return place + 2
        else:
            out.append("\n" if source[place] == "\n" else "")
            place += 1
    return place
