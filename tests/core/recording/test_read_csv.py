"""Recordings written as tables."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dibs.models.comments import Author
from dibs.recording import LineProblem, Recording, RecordingError, read_recording


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sale.anything"


def read(path: Path, content: str | bytes) -> Recording:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_recording(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_every_delimiter_and_a_byte_order_mark(path: Path, delimiter: str, mark: bytes) -> None:
    rows = [["Author", "MESSAGE", "Published_At"], ["Bia", "sold 12", "2026-01-01T00:05:09Z"]]
    [comment] = read(path, mark + "\n".join(delimiter.join(row) for row in rows).encode()).comments
    assert comment.author == Author("Bia", "Bia")
    assert comment.text == "sold 12"
    assert comment.posted_at == datetime(2026, 1, 1, 0, 5, 9, tzinfo=UTC)
    assert (comment.platform, comment.comment_id) == ("replay", "line:2")


def test_user_id_is_the_identity_and_author_the_name(path: Path) -> None:
    content = "text,timestamp,author,user_id,id\nsold 12,1767225909,Bia,77,c1\nhi,1767225910,Bia,,c2\n"
    first, second = read(path, content).comments
    assert first.author == Author("77", "Bia")
    assert second.author is None
    assert [first.comment_id, second.comment_id] == ["c1", "c2"]


def test_an_empty_author_is_no_author_and_an_empty_message_is_a_comment(path: Path) -> None:
    [comment] = read(path, "author,text,timestamp\n ,,1767225909").comments
    assert (comment.author, comment.text) == (None, "")


def test_platform_and_seller_columns(path: Path) -> None:
    content = "user_id,text,timestamp,platform,is_seller\n1,a,1767225909,Instagram,Yes\n2,b,1767225910,,\n"
    first, second = read(path, content).comments
    assert (first.platform, first.from_seller) == ("instagram", True)
    assert (second.platform, second.from_seller) == ("replay", False)


def test_the_table_of_chat_downloader_is_read(path: Path) -> None:
    content = (
        "author.id,author.name,message,message_id,message_type,timestamp\n"
        "UC1,Rena,sold 12,m1,text_message,1613761152565924\nUC2,Ann,,m2,membership_item,1613761152565925\n"
    )
    recording = read(path, content)
    assert [comment.author for comment in recording.comments] == [Author("UC1", "Rena")]
    assert recording.skipped == 1


def test_quoted_cells_may_hold_delimiters_and_line_breaks(path: Path) -> None:
    content = 'author,text,timestamp\r\nBia,"sold 12, ""red""\r\nplease",1767225909\r\n\r\nAnn,hi,1767225910\r\n'
    first, second = read(path, content).comments
    assert first.text == 'sold 12, "red"\nplease'
    assert [first.comment_id, second.comment_id] == ["line:2", "line:5"]


def test_the_record_at_the_end_may_span_lines_too(path: Path) -> None:
    [comment] = read(path, 'author,timestamp,text\nBia,1767225909,"two\nlines"').comments
    assert comment.text == "two\nlines"


@pytest.mark.parametrize("tail", ["Ann,1767225910,hi\n", "Ann,1767225910,hi\n" * 250])
def test_a_quotation_mark_left_open_costs_only_its_own_line(path: Path, tail: str) -> None:
    recording = read(path, 'author,timestamp,text\nBia,1767225909,"sold 12\n' + tail)
    assert recording.problems == (LineProblem(2, "opens a quotation mark that is never closed"),)
    assert len(recording.comments) == tail.count("\n")


def test_two_marks_left_open_do_not_glue_two_comments_together(path: Path) -> None:
    recording = read(path, 'author,text,timestamp\na,"b,1767225909\nc,"d,1767225909\ne,f,1767225909\n')
    assert [problem.line for problem in recording.problems] == [2, 3]
    assert [comment.text for comment in recording.comments] == ["f"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"Bia,caf\xe9,1767225909", "has bytes that are not UTF-8"),
        (b"Bia,hi,1767225909,more", "has 4 cells where the header has 3"),
        (b"Bia,hi", "has no time"),
        (b"Bia", "has no message"),
        (b"Bia,hi,soon", "has no usable time ('soon')"),
        (b"Bia," + b"x" * 1_100_000 + b",1767225909", "is longer than 1 MB"),
        (b"x" * 300 + b",hi,1767225909", "has an author longer than 255 characters"),
    ],
)
def test_a_faulty_line_is_named_and_the_rest_is_read(path: Path, line: bytes, reason: str) -> None:
    good = b"Ann,hello,1767225909\n"
    recording = read(path, b"author,text,timestamp\n" + good + line + b"\n" + good)
    assert recording.problems == (LineProblem(3, reason),)
    assert [comment.comment_id for comment in recording.comments] == ["line:2", "line:4"]


def test_a_cell_too_long_for_a_comment_is_named(path: Path) -> None:
    recording = read(path, "author,text,timestamp\na," + "x" * 200_000 + ",1767225909\nb,hi,1767225909\n")
    assert [problem.line for problem in recording.problems] == [2]
    assert recording.problems[0].reason.startswith("is no CSV record")


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("author,text", "no column published_at or timestamp"),
        ("author,timestamp", "no column message or text"),
        ("text,timestamp", "no column author or user_id"),
        ("hello world", "no column message or text, no column author or user_id"),
    ],
)
def test_a_header_that_lacks_a_column_is_refused_in_one_sentence(path: Path, header: str, missing: str) -> None:
    with pytest.raises(RecordingError, match=missing) as caught:
        read(path, header + "\na,b\n")
    assert caught.value.code == "unreadable_recording"
    assert caught.value.message.count("\n") == 0


def test_a_table_without_rows_is_refused(path: Path) -> None:
    with pytest.raises(RecordingError, match="no readable line"):
        read(path, "author,text,timestamp\n")
