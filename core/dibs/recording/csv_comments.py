"""Comments written as a table with a header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dibs.recording.instants import read_instant
from dibs.recording.model import BadLineError, LineProblem, Outcome, RecordingError, Row, Skipped
from dibs.recording.table import Record, find_columns, read_records
from dibs.recording.values import Authors, read_id, read_name, read_platform, read_seller, read_text

COLUMNS = {
    "user_id": "user_id",
    "author_id": "user_id",
    "author.id": "user_id",
    "author": "author",
    "author_name": "author",
    "author.name": "author",
    "message": "text",
    "text": "text",
    "published_at": "time",
    "timestamp": "time",
    "created_time": "time",
    "time_in_seconds": "offset",
    "id": "id",
    "comment_id": "id",
    "message_id": "id",
    "platform": "platform",
    "from_seller": "seller",
    "is_seller": "seller",
    "message_type": "type",
}
_NEEDED = {
    "message or text": {"text"},
    "author or user_id": {"author", "user_id"},
    "published_at or timestamp": {"time", "offset"},
}


def is_header(line: str) -> bool:
    """Whether a line is the header of a table of comments."""
    found = {column for column in find_columns(line, COLUMNS)[1] if column}
    return all(found & fields for fields in _NEEDED.values())


def read_csv_comments(lines: Iterator[tuple[int, bytes | None]]) -> Iterator[Outcome]:
    """The comments of a table.

    Raises:
        RecordingError: if the header lacks a column.
    """
    delimiter, columns = _header(lines)
    authors = Authors()
    for record in read_records(lines, delimiter):
        if isinstance(record, LineProblem):
            yield record
            continue
        try:
            yield _read(record, columns, authors)
        except BadLineError as problem:
            yield LineProblem(record.line, str(problem))


def _header(lines: Iterable[tuple[int, bytes | None]]) -> tuple[str, list[str | None]]:
    for _, line in lines:
        text = (line or b"").decode("utf-8", "replace").strip("\r\0")
        if not text.strip():
            continue
        delimiter, columns, _words = find_columns(text, COLUMNS)
        missing = [words for words, fields in _NEEDED.items() if not fields & set(columns)]
        if missing:
            raise RecordingError(
                "The file is no recording: it is neither JSON Lines nor a JSON array, and as CSV its header "
                f"has no column {', no column '.join(missing)}."
            )
        return delimiter, columns
    raise RecordingError("The recording has no readable line.")


def _read(record: Record, columns: list[str | None], authors: Authors) -> Row | Skipped:
    if len(record.cells) > len(columns):
        raise BadLineError(f"has {len(record.cells)} cells where the header has {len(columns)}")
    cells: dict[str, str] = {}
    for column, cell in zip(columns, record.cells, strict=False):
        if column and cell and column not in cells:
            cells[column] = cell
    if cells.get("type", "text_message") not in ("text_message", "paid_message"):
        return Skipped(record.line)
    name = read_name(cells.get("author"))
    identity = cells.get("user_id") if "user_id" in columns else cells.get("author")
    text_column = columns.index("text")
    return Row(
        line=record.line,
        text=read_text(cells.get("text", "" if len(record.cells) > text_column else None)),
        posted_at=read_instant(cells.get("time", cells.get("offset"))),
        comment_id=read_id(cells.get("id"), "an id"),
        author=authors.get(read_id(identity, "an author"), name),
        from_seller=read_seller(cells.get("seller")),
        platform=read_platform(cells.get("platform")),
    )
