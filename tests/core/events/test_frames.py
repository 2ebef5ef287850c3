"""Frames: encoded once, cut anywhere; and how often they are written."""

import orjson
import pytest

from dibs.events.frames import FRAME_BYTES, Frame, cut, joined, reset
from dibs.events.model import Event, Position
from dibs.events.pacing import frame_interval

from .conftest import Heard, numbered


def test_a_frame_is_its_events_in_order_and_once() -> None:
    frame = Frame("e", 5, numbered(5, 3))
    heard = Heard()
    heard.feed(frame.sse)
    assert heard.numbers == [5, 6, 7]
    assert (frame.first_seq, frame.last_seq, heard.last_id) == (5, 7, "e:7")
    assert [orjson.loads(text)["id"] for text in frame.ws] == ["e:5", "e:6", "e:7"]
    assert orjson.loads(frame.ws[1])["data"] == {"n": 6, "pad": ""}


@pytest.mark.parametrize("seq", range(3, 9))
def test_the_rest_of_a_frame_is_what_follows(seq: int) -> None:
    whole = Frame("e", 5, numbered(5, 3))
    rest = whole.after(seq)
    expected = [n for n in (5, 6, 7) if n > seq]
    heard = Heard()
    if rest is not None:
        heard.feed(rest.sse)
        assert rest.sse == Frame("e", expected[0], numbered(expected[0], len(expected))).sse
        assert [orjson.loads(text)["id"] for text in rest.ws] == [f"e:{n}" for n in expected]
        again = rest.after(6)
        assert again is not None
        assert again.sse == Frame("e", 7, numbered(7, 1)).sse
    assert heard.numbers == expected


@pytest.mark.parametrize("size", [0, 10, 1000])
def test_many_events_are_cut_into_frames_of_bounded_size(size: int) -> None:
    events = numbered(1, 6000, size=size)
    frames = list(cut("e", 1, events))
    assert len(frames) > 2
    assert all(len(frame.sse) < FRAME_BYTES + 2000 for frame in frames)
    heard = Heard()
    for frame in frames:
        heard.feed(frame.sse)
    assert heard.numbers == list(range(1, 6001))


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\u2028\u2029\u0085\x0b\x0c", "\nid: x:9\n\nevent: bye\ndata: 1"])
def test_a_text_can_not_leave_its_line(text: str) -> None:
    sse = Frame("e", 1, [Event("comment.received", orjson.dumps({"text": text}))]).sse
    lines = sse.split(b"\n")
    assert [line.split(b":")[0] for line in lines] == [b"id", b"event", b"data", b"", b""]
    assert b"\r" not in sse
    assert orjson.loads(lines[2].removeprefix(b"data: ")) == {"text": text}


def test_notices_name_the_position_where_a_client_may_come_back() -> None:
    here = Position("e", 9)
    assert reset("gap", here).sse == b'id: e:9\nevent: reset\ndata: {"reason":"gap"}\n\n'
    assert joined(here).sse == b"id: e:9\n\n"
    assert orjson.loads(reset("gap", here).ws[0])["type"] == "reset"


def test_writing_takes_about_a_third_of_the_loop_at_most() -> None:
    assert frame_interval(1) == 0.004
    for clients in (100, 1000, 5000):
        assert clients * 45e-6 / frame_interval(clients) < 0.36
    assert frame_interval(1000) < 0.15
    assert frame_interval(1_000_000) == 1.0
