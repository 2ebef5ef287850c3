"""Promises that hold for every recording, whatever is in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dibs.recording import RecordingError, read_recording
from dibs.recording.model import MAX_TEXT
from dibs.recording.source import Source, cut_lines

WORDS = rb""", " [ ] { } : \ ; - null NaN 1e999 1767225909 "message" "created_time" "from" "id" "message_type"
"author" "\ud800" {"message":"sold_12","created_time":1767225909} author,text,timestamp"""
PIECES = st.sampled_from([*WORDS.split(), b"\n", b"\r", b"\t", b" ", b"\x00", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf"])
CONTENT = st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=40).map(b"".join))


@given(content=CONTENT)
def test_any_bytes_are_a_recording_or_a_recording_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    try:
        recording = read_recording(path)
    except RecordingError as error:
        assert "\n" not in error.message
        return
    assert recording.comments
    for comment in recording.comments:
        written = [comment.text, comment.comment_id or "", comment.author.user_id if comment.author else ""]
        assert "\0" not in "".join(written).encode().decode()
        assert len(comment.text) <= MAX_TEXT
        assert comment.posted_at.tzinfo is not None
    assert list(recording.comments) == sorted(recording.comments, key=lambda comment: comment.posted_at)


@given(
    text=st.text(st.characters(exclude_categories=()), max_size=60),
    mark=st.sampled_from([(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]),
    chunk=st.integers(3, 9),
)
@example(text="\ud800", mark=(b"\xff\xfe", "utf-16-le"), chunk=3)
def test_utf16_cut_anywhere_reads_like_utf8(
    tmp_path_factory: pytest.TempPathFactory, text: str, mark: tuple[bytes, str], chunk: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "utf16"
    path.write_bytes(mark[0] + text.encode(mark[1], "surrogatepass"))
    read = b"".join(Source(path, ValueError, chunk=chunk).chunks())
    if "\ud800" <= text[-1:] <= "\udbff":  # the file ends with half a character, which no reader of UTF-8 takes
        assert read.endswith(b"\xff")
        read, text = read[:-1], text[:-1]
    assert read.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass") == text.encode(
        "utf-16", "surrogatepass"
    )


@given(content=st.binary(max_size=200), chunk=st.integers(1, 50))
def test_lines_do_not_depend_on_where_the_file_is_cut(content: bytes, chunk: int) -> None:
    pieces = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    whole = content.split(b"\n")
    expected = list(enumerate(whole if whole[-1] else whole[:-1], 1))
    assert list(cut_lines(pieces)) == expected


@given(content=st.binary(max_size=200), chunk=st.integers(1, 50), longest=st.integers(0, 20))
def test_overlong_lines_are_left_out_wherever_the_file_is_cut(content: bytes, chunk: int, longest: int) -> None:
    pieces = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    expected = [
        (number, line if len(line) <= longest else None)
        for number, line in cut_lines([content], 10**6)
        if line is not None
    ]
    assert list(cut_lines(pieces, longest)) == expected


def test_a_missing_file_a_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path, Path("a\0b")):
        with pytest.raises(RecordingError, match="can't be opened") as caught:
            read_recording(path)
        assert caught.value.code == "unreadable_recording"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\x00"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(content)
    with pytest.raises(RecordingError):
        read_recording(path)


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(json.dumps({"message": "hi", "created_time": 1767225909}).encode() + b"\n")
        file.truncate(512 * 1024 * 1024 + 1)
    with pytest.raises(RecordingError, match="is larger than 512 MB"):
        read_recording(path)
