"""Reading a recording: what format it has is seen in its content, not in its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import attrs

from dibs.models.comments import IncomingComment
from dibs.recording.csv_comments import is_header, read_csv_comments
from dibs.recording.json_array import read_json_array
from dibs.recording.json_entries import read_json_lines
from dibs.recording.model import MAX_PROBLEMS, LineProblem, Outcome, Recording, RecordingError, Row
from dibs.recording.source import Source, cut_lines

_BLANK = b" \t\r\n\0"


def read_recording(path: Path) -> Recording:
    """Read a recorded live sale: JSON Lines of Graph API comments, a chat-downloader JSON array, or CSV.

    Raises:
        RecordingError: the file can't be opened, is empty or too large, or has no readable line.
    """
    source = Source(path, lambda reason: RecordingError(f"The recording {str(path)!r} {reason}."))
    found = _collect(_outcomes(source.chunks()))
    if not found.rows:
        raise RecordingError(_nothing_readable(path, found))
    return Recording(
        comments=_in_platform_time(found.rows),
        problems=tuple(found.problems),
        digest=source.digest,
        skipped=found.skipped,
        more_problems=found.more_problems,
    )


@attrs.define
class _Found:
    rows: list[Row] = attrs.field(factory=list)
    problems: list[LineProblem] = attrs.field(factory=list)
    skipped: int = 0
    more_problems: int = 0


def _collect(outcomes: Iterable[Outcome]) -> _Found:
    found = _Found()
    for outcome in outcomes:
        if isinstance(outcome, Row):
            found.rows.append(outcome)
        elif not isinstance(outcome, LineProblem):
            found.skipped += 1
        elif len(found.problems) < MAX_PROBLEMS:
            found.problems.append(outcome)
        else:
            found.more_problems += 1
    return found


def _outcomes(chunks: Iterator[bytes]) -> Iterator[Outcome]:
    head = next(chunks)
    whole = chain([head], chunks)
    if head.lstrip(_BLANK).startswith(b"["):
        return read_json_array(b"".join(whole))
    lines = cut_lines(whole)
    if _is_json_lines(head):
        return read_json_lines(lines)
    return read_csv_comments(lines)


def _is_json_lines(head: bytes) -> bool:
    """Whether there are objects, the first line being one or damaged (but no table's header)."""
    lines = [line for line in head.split(b"\n") if line.strip(_BLANK)]
    if not lines or is_header(lines[0].decode("utf-8", "replace")):
        return False
    return any(line.lstrip(_BLANK).startswith(b"{") for line in lines)


def _in_platform_time(rows: list[Row]) -> tuple[IncomingComment, ...]:
    platform = "facebook" if any(row.is_graph and row.comment_id for row in rows) else "replay"
    rows.sort(key=lambda row: (row.posted_at, row.line))
    return tuple(
        IncomingComment(
            platform=row.platform or platform,
            text=row.text,
            posted_at=row.posted_at,
            comment_id=row.comment_id or f"line:{row.line}",
            author=row.author,
            from_seller=row.from_seller,
        )
        for row in rows
    )


def _nothing_readable(path: Path, found: _Found) -> str:
    if not found.problems:
        return f"The recording {str(path)!r} has no readable line."
    first = found.problems[0]
    return f"The recording {str(path)!r} has no readable line: line {first.line} {first.reason}."
