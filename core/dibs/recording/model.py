"""What reading a file gives."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple

import attrs

from dibs.errors import InvalidInputError
from dibs.models.comments import Author, IncomingComment

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_LINE_BYTES = 1024 * 1024
MAX_TEXT = 2_000
MAX_NAME = 200
MAX_ID = 255
MAX_PROBLEMS = 10_000

TOO_LONG = "is longer than 1 MB"
NOT_UTF8 = "has bytes that are not UTF-8"


class RecordingError(InvalidInputError):
    """The file as a whole is no recording: it can't be opened, is empty, or has no readable line."""

    code: ClassVar[str] = "unreadable_recording"


class BadLineError(Exception):
    """One line or entry can't be read; its text says why. Never leaves this package."""


@attrs.frozen
class LineProblem:
    """A line that was left out. In a JSON array `line` counts the entries."""

    line: int
    reason: str


@attrs.frozen
class Recording:
    """A recorded live sale.

    Attributes:
        comments: in platform time, ties in the order of the file, so that every run decides the same way.
        problems: lines that could not be read, at most 10,000 of them.
        digest: SHA-256 of the file's bytes, in hexadecimal.
        skipped: entries that are no comments of viewers (memberships, stickers).
        more_problems: how many problems there are beyond those in `problems`.
    """

    comments: tuple[IncomingComment, ...]
    problems: tuple[LineProblem, ...]
    digest: str
    skipped: int = 0
    more_problems: int = 0


class Row(NamedTuple):
    """One comment before the whole file is known. `platform` None means: what the file turns out to be."""

    line: int
    text: str
    posted_at: datetime
    comment_id: str | None
    author: Author | None
    from_seller: bool
    platform: str | None
    is_graph: bool = False


class Skipped(NamedTuple):
    """An entry that is no comment of a viewer."""

    line: int


Outcome = Row | LineProblem | Skipped
