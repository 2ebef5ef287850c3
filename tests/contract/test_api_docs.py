"""The page on the API tells what each role may, and its walk-through works as it stands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dibs.accounts.permissions import INSTANCE, PERMISSIONS
from dibs.api.errors import STATUSES
from dibs.errors import DibsError, SettingsError

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
ERRORS = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")
_RUN = "from dibs.cli import main; main()"


def test_the_page_tells_what_each_role_may() -> None:
    told: dict[str, set[str]] = {}
    more: set[str] = set()
    for role, words in re.findall(r"^- an? (viewer|operator|admin|owner) (.+?)[;.]$", PAGE, re.M | re.S):
        more = more | set(re.findall(r"`(\w+:\w+)`", words))
        told[role] = more
    assert told == PERMISSIONS
    assert all(f"`{permission}` belongs to no role" in PAGE for permission in INSTANCE)


def _errors(cls: type[DibsError]) -> Iterator[type[DibsError]]:
    for inner in cls.__subclasses__():
        if inner.__module__ == DibsError.__module__:
            yield from (inner, *_errors(inner))


def test_every_error_code_is_explained_with_its_status() -> None:
    for error in _errors(DibsError):
        status = "-" if error is SettingsError else STATUSES.get(error.code, 500)
        assert f"| `{error.code}` | {status} |" in ERRORS, error.code


def test_the_walk_through_works_as_it_stands(database_url: str, tmp_path: Path) -> None:
    bash, curl = shutil.which("bash"), shutil.which("curl")
    if bash is None or curl is None:
        pytest.skip("the walk-through is written for bash and curl, which this machine does not have")
    script = re.search(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S)
    assert script is not None
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _RUN,
            "serve",
            "--port",
            "0",
            "--database-url",
            database_url,
            "--data-dir",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        origin = server.stdout.readline().split()[-1]
        env = os.environ | {"DIBS": origin}
        done = subprocess.run([bash, "-c", script[1]], env=env, capture_output=True, text=True, timeout=60)
    finally:
        server.terminate()
        server.wait(20)
    assert "Traceback" not in done.stderr, done.stderr
    assert '"error"' not in done.stdout, done.stdout
    _told_the_sale(done.stdout)


def _told_the_sale(out: str) -> None:
    """One winner, one who waits and knows why, one question, and the stream from before the comments on."""
    handed_in = next(found for found in _objects(out) if "comments" in found)
    verdicts = [(one["verdict"], [claim["status"] for claim in one["claims"]]) for one in handed_in["comments"]]
    assert verdicts[:2] == [("claim", ["winner"]), ("claim", ["waitlist"])]
    assert verdicts[2][1] == []
    why = next(found for found in _objects(out) if "left_before" in found)
    assert (why["claim"]["handle"], why["left_before"]) == ("Cai", 0)
    assert [claim["handle"] for claim in why["before"]] == ["Bea"]
    assert out.count("event: comment.received") == 3
    assert out.count("event: claim.created") == 2


def _objects(out: str) -> Iterator[dict[str, object]]:
    """The JSON objects among the lines; curl puts no line break behind an answer."""
    decoder, at = json.JSONDecoder(), 0
    while (at := out.find("{", at)) >= 0:
        found, at = decoder.raw_decode(out, at)
        yield found
