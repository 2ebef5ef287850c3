"""An export of many rows needs no more memory than one of a few."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dibs.db import Database

from .filling import large_show

FEW, MANY = 200, 10_000


def measured(url: str, *args: str) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name("measure.py")), url, *args]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("kind", "form"), [("comments", "csv"), ("comments", "xlsx"), ("claims", "csv")])
async def test_memory_does_not_grow_with_the_rows(db: Database, database_url: str, kind: str, form: str) -> None:
    grown = {}
    for rows in (FEW, MANY):
        workspace, show = await large_show(db, rows)
        found = measured(database_url, str(workspace), str(show), kind, form)
        assert found["rows"] == rows
        grown[rows] = found["mb"]
    assert grown[MANY] <= grown[FEW] + 8
