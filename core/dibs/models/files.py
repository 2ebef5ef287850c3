"""A file that somebody sent, and the table in it."""

from __future__ import annotations

from typing import Literal

import attrs

FileKind = Literal["text", "xlsx", "pdf", "other"]
"""What a file is by its content, whatever it is called."""


@attrs.frozen
class UploadedFile:
    """A file as it came in: `name` as its sender called it, `kind` by its content."""

    name: str
    content: bytes = attrs.field(repr=False)
    kind: FileKind = "other"


@attrs.frozen
class Cell:
    """A text, and where on its line it stands: the numbers of its first character and of the one behind its last.

    In a table with real columns `start` is the number of the column.
    """

    text: str
    start: int
    end: int


@attrs.frozen
class FileRow:
    """A row of a table: `page` of a PDF (else 0), `line` on that page or in the file, from 1."""

    page: int
    line: int
    cells: tuple[Cell, ...]

    @property
    def place(self) -> str:
        """What people call it."""
        return f"page {self.page}, line {self.line}" if self.page else f"row {self.line}"


@attrs.frozen
class FileTable:
    """All rows that are not empty. `columns`: whether cells stand in columns, or only somewhere on their line.

    Attributes:
        remarks: what is worth knowing about how it was read, in sentences.
    """

    rows: tuple[FileRow, ...]
    columns: bool
    remarks: tuple[str, ...] = ()
