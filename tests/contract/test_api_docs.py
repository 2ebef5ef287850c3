"""The page on the API lists what there is, and its walk-through works as it stands."""

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
from quart.routing import QuartRule

from dibs.api.auth import PUBLIC, SIGNED_IN, needs_of
from dibs.app import create_app
from dibs.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
Route = tuple[str, str, str]

_ROW = re.compile(r"^\| (GET|POST|PUT|PATCH|DELETE|WS) \| `([^`]+)` \| ([^|]+?) \|", re.M)
_WORDS = {PUBLIC: "public", SIGNED_IN: "signed in"}
_RUN = "from dibs.cli import main; main()"


def _paths(rule: str) -> Iterator[str]:
    """The rule as the page writes it; one that takes several words is several paths."""
    plain = re.sub(r"<(?:uuid:)?(\w+)>", r"<\1>", rule)
    several = re.search(r"<any\(([^)]+)\):\w+>", plain)
    for word in several[1].split(",") if several else [""]:
        yield plain.replace(several[0], word.strip()) if several else plain


def _methods(rule: QuartRule) -> set[str]:
    return {"WS"} if rule.websocket else set(rule.methods or ()) - {"HEAD", "OPTIONS"}


def _there(folder: Path) -> set[Route]:
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none", data_dir=folder))
    found: set[Route] = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/static/"):
            continue
        assert isinstance(rule, QuartRule)
        needed = needs_of(app.view_functions[rule.endpoint]) or "?"
        found |= {(m, path, _WORDS.get(needed, needed)) for m in _methods(rule) for path in _paths(rule.rule)}
    return found


def test_every_route_is_documented_and_none_is_invented(tmp_path: Path) -> None:
    told = [(row[1], row[2], row[3]) for row in _ROW.finditer(PAGE)]
    assert len(told) == len(set(told)), "a route stands there twice"
    there = _there(tmp_path)
    assert set(told) - there == set(), "documented, but not there (or with another permission)"
    assert there - set(told) == set(), "there, but not documented"


def test_every_error_code_of_the_page_is_explained() -> None:
    codes = set(re.findall(r"\b4\d\d `(\w+)`|\b503 `(\w+)`", PAGE))
    errors = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")
    assert codes
    for code in {one or other for one, other in codes}:
        assert f"| `{code}` |" in errors, code


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
