"""Recordings to replay, and `dibs` as a process of its own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from ...e2e import forking

DIBS = (sys.executable, "-c", "from dibs.cli import main; main()")
START = datetime(2026, 3, 14, 11, tzinfo=UTC)


@attrs.frozen
class Sale:
    """A recording and its item list."""

    recording: Path
    items: Path

    @property
    def arguments(self) -> tuple[str, ...]:
        return "replay", str(self.recording), "--items", str(self.items)


def environment(database_url: str | None) -> dict[str, str]:
    """The environment of a `dibs` process: nothing of Dibs but the database."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("DIBS_") and k != "DATABASE_URL"}
    return plain | ({"DATABASE_URL": database_url} if database_url else {})


Dibs = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def dibs(database_url: str, tmp_path: Path) -> Dibs:
    """Run `dibs` on this test's database."""

    def run(*arguments: str, url: str = database_url) -> subprocess.CompletedProcess[str]:
        return forking.run("dibs", *arguments, env=environment(url), cwd=tmp_path)

    return run


def comment(number: int, second: float, user: str | None, text: str, **more: object) -> dict[str, Any]:
    """A comment as the Graph API gives it."""
    entry: dict[str, Any] = {
        "id": f"p_{number}",
        "message": text,
        "created_time": (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        **more,
    }
    return entry if user is None else entry | {"from": {"id": user, "name": user.title()}}


def write_sale(folder: Path, comments: Sequence[Mapping[str, Any]], items: str, name: str = "sale") -> Sale:
    """Put a recording and its items into files."""
    recording, listed = folder / f"{name}.jsonl", folder / f"{name}.csv"
    recording.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in comments), "utf-8")
    listed.write_text(f"item_number,title,quantity,variant\n{items}", "utf-8")
    return Sale(recording, listed)


@pytest.fixture
def small_sale(tmp_path: Path) -> Sale:
    """Two items; three winners, one who waits, a pass, a question, a claim without an item, one delivered twice."""
    texts = [
        ("ann", "sold 12"),
        ("bob", "sold 12"),
        ("cat", "sold 12"),
        ("dan", "sold 12"),
        ("ann", "what a lovely dress"),
        ("bob", "pass 12"),
        ("eve", "is 12 sold?"),
        ("dan", "sold A7 red"),
        ("fay", "sold 99"),
        (None, "sold 12"),
    ]
    comments = [comment(n, n, user, text) for n, (user, text) in enumerate(texts)]
    return write_sale(tmp_path, [*comments, comments[0]], "12,Dress,2,\nA7,Shoes,3,red\nA7,Shoes,3,blue\n")


@pytest.fixture
def long_sale(tmp_path: Path) -> Sale:
    """Long enough to be in the middle of."""
    return write_long_sale(tmp_path)


def write_long_sale(folder: Path) -> Sale:
    """6,000 comments on 40 scarce items: bursts of equal times, passes, several units, deliveries twice."""
    dice = random.Random(20260314)
    comments = []
    for number in range(6_000):
        code, user = dice.randint(1, 40), f"u{dice.randint(1, 700)}"
        text = dice.choice([f"sold {code}", f"sold {code}", f"sold {code} x2", f"pass {code}", "love it", "hello all"])
        comments.append(comment(number, number // 25, user, text))
    comments += dice.sample(comments, 150)
    return write_sale(folder, comments, "".join(f"{code},Item {code},25,\n" for code in range(1, 41)), "long")


def state(outcome: Mapping[str, Any]) -> tuple[Any, ...]:
    """Items and claims of an outcome, without the ids that every show makes anew."""
    claims = [{k: v for k, v in claim.items() if k != "claim_id"} for claim in outcome["claims"]]
    return outcome["items"], claims
