"""What a part of the benchmark is told."""

from __future__ import annotations

import sys
from pathlib import Path

import attrs
import orjson


@attrs.frozen
class Plan:
    """Where to measure, and how thoroughly.

    Attributes:
        url: the running embedded PostgreSQL, migrated.
        folder: an empty folder of this run, for what a part wants to keep on disk.
        quick: fewer rounds and smaller figures; the whole run then stays under a minute.
    """

    url: str
    folder: Path
    quick: bool = False

    def pick(self, thorough: int, quick: int) -> int:
        """One of two sizes."""
        return quick if self.quick else thorough

    def progress(self, done: float) -> None:
        """Tell the progress bar how far this part is (0 to 1)."""
        sys.stdout.write(orjson.dumps({"done": done}).decode() + "\n")
        sys.stdout.flush()
