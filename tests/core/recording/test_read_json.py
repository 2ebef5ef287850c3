"""JSON Lines of Graph API comments, and JSON arrays of the chat-downloader tool."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dibs.models.comments import Author
from dibs.recording import LineProblem, Recording, RecordingError, read_recording

GRAPH = {
    "id": "400000000000001_5",
    "message": "sold 12",
    "created_time": "2026-01-01T00:05:09+0000",
    "from": {"id": "7000000000000002", "name": "Bia Souza"},
}
CHAT = {
    "message_id": "CjkK",
    "message": "sold 12",
    "message_type": "text_message",
    "timestamp": 1613761152565924,
    "time_in_seconds": 1234.56,
    "time_text": "20:34",
    "author": {"id": "UC1", "name": "Rena", "images": [{"id": "16x16"}]},
}


def lines(path: Path, *rows: Any) -> Recording:
    texts = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"\n".join(texts))
    return read_recording(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sale.anything"


def test_a_graph_comment_is_read_whole(path: Path) -> None:
    [comment] = lines(path, GRAPH).comments
    assert comment.platform == "facebook"
    assert comment.comment_id == "400000000000001_5"
    assert comment.text == "sold 12"
    assert comment.posted_at == datetime(2026, 1, 1, 0, 5, 9, tzinfo=UTC)
    assert comment.author == Author("7000000000000002", "Bia Souza")
    assert not comment.from_seller


def test_the_digest_is_that_of_the_file(path: Path) -> None:
    assert lines(path, GRAPH).digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_comment_without_author_and_unknown_fields_are_read(path: Path) -> None:
    row = {key: value for key, value in GRAPH.items() if key != "from"} | {
        "like_count": 3,
        "object": {"id": "1"},
    }
    [comment] = lines(path, row).comments
    assert comment.author is None


@pytest.mark.parametrize("hidden", [None, {}, {"name": "Bia"}, {"id": None}, {"id": " "}])
def test_an_author_without_id_is_no_author(path: Path, hidden: object) -> None:
    [comment] = lines(path, GRAPH | {"from": hidden}).comments
    assert comment.author is None


def test_without_ids_the_place_in_the_file_is_the_id(path: Path) -> None:
    row = {key: value for key, value in GRAPH.items() if key != "id"}
    recording = lines(path, row, b"", row)
    assert [comment.comment_id for comment in recording.comments] == ["line:1", "line:3"]
    assert {comment.platform for comment in recording.comments} == {"replay"}


def test_one_recording_has_one_platform_so_that_a_viewer_stays_one_buyer(path: Path) -> None:
    nameless = {key: value for key, value in GRAPH.items() if key != "id"}
    assert {comment.platform for comment in lines(path, nameless, GRAPH).comments} == {"facebook"}


def test_platform_and_seller_can_be_said_in_the_line(path: Path) -> None:
    first, second = lines(
        path, GRAPH | {"platform": "Instagram", "from_seller": True}, GRAPH | {"is_seller": "no", "text": "x"}
    ).comments
    assert (first.platform, first.from_seller) == ("instagram", True)
    assert (second.platform, second.from_seller, second.text) == ("facebook", False, "sold 12")


def test_comments_come_in_platform_time_and_ties_in_file_order(path: Path) -> None:
    times = ["2026-01-01T00:00:02+0000", "2026-01-01T00:00:01+0000", "2026-01-01T00:00:02+0000"]
    rows = [GRAPH | {"id": str(number), "created_time": time} for number, time in enumerate(times)]
    assert [comment.comment_id for comment in lines(path, *rows).comments] == ["1", "0", "2"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{nonsense", "is not JSON"),
        (b'{"message": "caf\xe9"}', "has bytes that are not UTF-8"),
        (b"[" * 100_000, "is not JSON"),
        (b"17", "is not a JSON object"),
        (b"[]", "is not a JSON object"),
        (b'{"message": "' + b"x" * 1_100_000 + b'"}', "is longer than 1 MB"),
        ({**GRAPH, "message": None}, "has no message"),
        ({**GRAPH, "message": 12}, "has a message that is not a text"),
        ({**GRAPH, "created_time": None}, "has no time"),
        ({**GRAPH, "created_time": ""}, "has no time"),
        ({**GRAPH, "created_time": "yesterday"}, "has no usable time ('yesterday')"),
        ({**GRAPH, "created_time": "2026-01-01"}, "has no usable time ('2026-01-01')"),
        (
            {**GRAPH, "created_time": "0001-01-01T00:00:00+14:00"},
            "has no usable time ('0001-01-01T00:00:00+14:00')",
        ),
        ({**GRAPH, "created_time": [1]}, "has no usable time ([1])"),
        ({**GRAPH, "created_time": 10**18}, "has no usable time (1000000000000000000)"),
        ({**GRAPH, "created_time": float("nan")}, "has no usable time (nan)"),
        ({**GRAPH, "created_time": True}, "has no usable time (True)"),
        ({**GRAPH, "id": 1.5}, "has an id that is neither a text nor a whole number"),
        ({**GRAPH, "id": "x" * 256}, "has an id longer than 255 characters"),
        ({**GRAPH, "from": "Bia"}, "has a from that is not an object"),
        ({**GRAPH, "from": {"id": True}}, "has a from.id that is neither a text nor a whole number"),
        ({**GRAPH, "platform": "face book!"}, "has a platform that is no short plain name such as instagram"),
        ({**GRAPH, "from_seller": "perhaps"}, "has a from_seller that is neither true nor false"),
    ],
)
def test_a_faulty_line_is_named_and_the_rest_is_read(path: Path, bad: Any, reason: str) -> None:
    recording = lines(path, GRAPH, bad, GRAPH)
    assert recording.problems == (LineProblem(2, reason),)
    assert len(recording.comments) == 2


def test_a_damaged_first_line_does_not_hide_the_format(path: Path) -> None:
    recording = lines(path, b'": "torn off"}', GRAPH)
    assert recording.problems == (LineProblem(1, "is not JSON"),)
    assert len(recording.comments) == 1


@pytest.mark.parametrize(
    "moment", ["2026-01-01T00:05:09Z", "2026-01-01T08:05:09+08:00", "2026-01-01 00:05:09", 1767225909]
)
def test_times_are_read_in_every_form(path: Path, moment: object) -> None:
    [comment] = lines(path, GRAPH | {"created_time": moment}).comments
    assert comment.posted_at == datetime(2026, 1, 1, 0, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("moment", [1767225909.5, 1767225909500, "1767225909500000", "1767225909.5"])
def test_fractions_and_units_of_numbers_are_kept(path: Path, moment: object) -> None:
    [comment] = lines(path, GRAPH | {"created_time": moment}).comments
    assert comment.posted_at == datetime(2026, 1, 1, 0, 5, 9, 500_000, tzinfo=UTC)


def test_texts_are_storable(path: Path) -> None:
    recording = lines(
        path,
        GRAPH | {"message": "a\0b", "id": "1\0"},
        b'{"id":"2","message":"x\\ud800y","created_time":1767225999,"from":{"id":"\\udfff7","name":"\\ud83d"}}',
        GRAPH | {"id": 3, "message": "é" * 2_500, "created_time": 1767226000},
        b'{"id":"4","message":"raw\x00nul and\ttab","created_time":1767226001}',
    )
    assert recording.problems == ()
    first, second, third, fourth = recording.comments
    assert (first.text, first.comment_id) == ("ab", "1")
    assert (second.text, second.author) == ("x\ufffdy", Author("\ufffd7", "\ufffd"))
    assert (third.text, third.comment_id) == ("é" * 2_000, "3")
    assert fourth.text == "rawnul and\ttab"
    for comment in recording.comments:
        comment.text.encode()


def test_a_pair_of_escaped_surrogates_is_one_character(path: Path) -> None:
    [comment] = lines(path, b'{"message":"\\ud83d\\udd25","created_time":1767225999}').comments
    assert comment.text == "🔥"


def test_line_ends_of_windows_and_a_byte_order_mark_are_fine(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GRAPH).encode() + b"\r\n\r\n")
    assert len(read_recording(path).comments) == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read_and_its_damage_stays_in_its_line(path: Path, encoding: str) -> None:
    first, second = (json.dumps(GRAPH | {"message": text}, ensure_ascii=False) for text in ("🔥 one", "two"))
    bad = '{"message": "\ud800", "created_time": 1767225999}'
    content = "\ufeff" + "\n".join([first, bad, second]) + "\n{"
    path.write_bytes(content.encode(encoding, "surrogatepass") + b"\n")
    recording = read_recording(path)
    assert [comment.text for comment in recording.comments] == ["🔥 one", "two"]
    assert [problem.line for problem in recording.problems] == [2, 4]


def test_a_chat_downloader_array_is_read(path: Path) -> None:
    path.write_text(json.dumps([CHAT, CHAT | {"message_id": "x", "message_type": "paid_message"}], indent=4))
    first, second = read_recording(path).comments
    assert first.platform == "replay"
    assert first.posted_at == datetime(2021, 2, 19, 18, 59, 12, 565924, tzinfo=UTC)
    assert first.author == Author("UC1", "Rena")
    assert (first.comment_id, second.comment_id) == ("CjkK", "x")


def test_what_is_no_text_of_a_viewer_is_skipped_and_counted(path: Path) -> None:
    path.write_text(json.dumps([CHAT, CHAT | {"message_type": "paid_sticker"}, CHAT | {"message": None}]))
    recording = read_recording(path)
    assert (len(recording.comments), recording.skipped, recording.problems) == (1, 2, ())


def test_a_replayed_video_without_clock_counts_from_1970(path: Path) -> None:
    path.write_text(json.dumps([{"message": "sold 12", "time_in_seconds": -1.5, "author": {"id": "1"}}]))
    [comment] = read_recording(path).comments
    assert comment.posted_at == datetime(1969, 12, 31, 23, 59, 58, 500_000, tzinfo=UTC)
    assert comment.comment_id == "line:1"


def test_chat_messages_as_json_lines_are_read_too(path: Path) -> None:
    assert [comment.platform for comment in lines(path, CHAT, CHAT).comments] == ["replay", "replay"]


def test_a_faulty_entry_of_an_array_is_named_and_the_rest_is_read(path: Path) -> None:
    good = json.dumps(CHAT).encode()
    caf = good.replace(b"sold 12", b"caf\xe9")
    odd = b'{"message": "}{", "broken": }'
    long = good.replace(b"sold 12", b"x" * 1_100_000)
    entries = [good, caf, odd, b"17", b"nonsense", long, b'{"message_id":1}', good]
    path.write_bytes(b"[" + b",\n".join(entries) + b"]")
    recording = read_recording(path)
    assert len(recording.comments) == 2
    assert recording.problems == (
        LineProblem(2, "has bytes that are not UTF-8"),
        LineProblem(3, "is not JSON"),
        LineProblem(4, "is not a JSON object"),
        LineProblem(5, "is not JSON"),
        LineProblem(6, "is longer than 1 MB"),
    )
    assert recording.skipped == 1


def test_an_array_torn_at_its_end_keeps_what_came_before(path: Path) -> None:
    path.write_bytes(b"[" + json.dumps(CHAT).encode() + b',\n{"message": "so')
    recording = read_recording(path)
    assert len(recording.comments) == 1
    assert [problem.line for problem in recording.problems] == [2]
    assert "nothing after it was read" in recording.problems[0].reason


def test_escaped_lone_surrogates_in_an_array_are_replaced_not_refused(path: Path) -> None:
    path.write_bytes(b'[{"message": "\\udc80\xc3\xa9", "created_time": 1767225999}]')
    [comment] = read_recording(path).comments
    assert comment.text == "\ufffdé"


@pytest.mark.parametrize("content", [b"[]", b"[1]", b"[" * 50_000, b"[{", b"\n\n", b"\x00", b"[nonsense"])
def test_a_file_without_one_readable_line_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(RecordingError):
        read_recording(path)


def test_very_many_problems_are_counted_but_not_all_kept(path: Path) -> None:
    path.write_bytes(json.dumps(GRAPH).encode() + b"\n" + b"{\n" * 10_007)
    recording = read_recording(path)
    assert (len(recording.problems), recording.more_problems) == (10_000, 7)


@pytest.mark.parametrize("entry", [b'{"a"},', b"x,", b'{"a":"\\"b', b'{"a":"b},{"c": ,'])
def test_a_badly_damaged_array_is_told_apart_quickly(path: Path, entry: bytes) -> None:
    path.write_bytes(b"[" + entry * 100_000)
    started = time.monotonic()
    with pytest.raises(RecordingError):
        read_recording(path)
    assert time.monotonic() - started < 10


def test_an_entry_longer_than_usual_is_read(path: Path) -> None:
    path.write_text(json.dumps([CHAT | {"images": ["x" * 9_000]}, CHAT]))
    assert len(read_recording(path).comments) == 2
