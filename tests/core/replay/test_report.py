"""What a replay prints arrives whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

# A timer interrupts the writing all the time, so that the pipe takes it in pieces.
_PROGRAM = """
import signal
from dibs.replay.report import print_json
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
print_json({"words": ["Nguyễn"] * 100_000})
signal.setitimer(signal.ITIMER_REAL, 0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such timer")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_long_answer_is_whole_however_the_pipe_takes_it(unbuffered: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": unbuffered}
    )
    assert process.stdout is not None
    out = b""
    while piece := os.read(process.stdout.fileno(), 65_536):
        out += piece
        time.sleep(0.003)  # so slowly that the pipe is full
    assert process.wait(20) == 0
    assert json.loads(out) == {"words": ["Nguyễn"] * 100_000}
