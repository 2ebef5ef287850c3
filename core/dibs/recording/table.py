"""Tables with a header: CSV with comma, semicolon or tab, read record by record with their line numbers."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from dibs.recording.model import NOT_UTF8, TOO_LONG, LineProblem

DELIMITERS = ",;\t"
_LONGEST_RECORD = 100
_UNCLOSED = "opens a quotation mark that is never closed"


@attrs.frozen
class Record:
    """The cells of one record and the line on which it begins."""

    line: int
    cells: list[str]


def find_columns(line: str, names: Mapping[str, str]) -> tuple[str, list[str | None], list[str]]:
    """The delimiter that makes most sense of a header, what each column is, and the header's own words.

    Args:
        line: the header.
        names: known column names, folded, and the field that each one means.
    """
    readings = [(delimiter, _words(line, delimiter)) for delimiter in DELIMITERS]
    delimiter, words = max(readings, key=lambda reading: sum(word in names for word in reading[1]))
    return delimiter, [names.get(word) for word in words], words


def _words(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip().casefold() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def read_records(lines: Iterable[tuple[int, bytes | None]], delimiter: str) -> Iterator[Record | LineProblem]:
    """The records after the header.

    A record may span lines inside quotation marks. If a quotation mark stays open, only the line with it is a
    problem; those behind it are read again on their own.
    """
    feed = _Feed(iter(lines))
    rows = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin()
        problem, cells = None, []
        try:
            cells = next(rows)
        except StopIteration:
            yield from feed.take_problems()
            return
        except (csv.Error, _OverlongRecordError) as error:
            problem = _why(error, feed.spans_lines)
        yield from feed.take_problems()
        if problem is not None:
            yield LineProblem(feed.first_line, problem)
            feed.give_back_all_but_first()
        elif any("\udc80" <= char <= "\udcff" for cell in cells if not cell.isascii() for char in cell):
            yield LineProblem(feed.first_line, NOT_UTF8)
        elif any(cells):
            yield Record(feed.first_line, cells)


def _why(error: Exception, spans_lines: bool) -> str:
    if spans_lines or "end of data" in str(error):
        return _UNCLOSED
    return f"is no CSV record ({error})"


class _OverlongRecordError(Exception):
    """A record took more lines than any comment has."""


class _Feed:
    """Decoded lines for the CSV reader, remembered for the record at hand so that they can be read again."""

    def __init__(self, lines: Iterator[tuple[int, bytes | None]]) -> None:
        self._lines = lines
        self._waiting: deque[tuple[int, str]] = deque()
        self._problems: list[LineProblem] = []
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _LONGEST_RECORD:
            raise _OverlongRecordError
        self.taken.append(self._waiting.popleft() if self._waiting else self._decoded())
        return self.taken[-1][1]

    def _decoded(self) -> tuple[int, str]:
        for number, line in self._lines:
            if line is not None:
                return number, line.decode("utf-8", "surrogateescape").rstrip("\r").replace("\0", "") + "\n"
            self._problems.append(LineProblem(number, TOO_LONG))
        raise StopIteration

    @property
    def first_line(self) -> int:
        return self.taken[0][0]

    @property
    def spans_lines(self) -> bool:
        return len(self.taken) > 1

    def begin(self) -> None:
        self.taken.clear()

    def take_problems(self) -> Sequence[LineProblem]:
        problems, self._problems = self._problems, []
        return problems

    def give_back_all_but_first(self) -> None:
        self._waiting.extendleft(reversed(self.taken[1:]))
