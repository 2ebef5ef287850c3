"""What a person sees while a replay runs: one line with a bar on standard error."""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("comments, {task.fields[claims]} claims{task.fields[extra]}"),
    TimeElapsedColumn(),
)


class Screen:
    """A progress bar; on anything but a terminal its last state is printed at the end."""

    def __init__(self, console: Console, total: int, what: str = "Replaying") -> None:
        self.console = console
        self._claims = 0
        self._bar = Progress(*_COLUMNS, console=console, refresh_per_second=8)
        self._task = self._bar.add_task(what, total=total, claims=0, extra="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def advance(self, comments: int, verdicts: Counter[str]) -> None:
        """So many more comments are committed, with these verdicts."""
        self._claims += verdicts["claim"]
        self._bar.update(self._task, advance=comments, claims=self._claims)

    def note(self, words: str) -> None:
        """Put something else on the line, such as how many units are won."""
        self._bar.update(self._task, extra=f", {words}")

    def say(self, words: str) -> None:
        """A line above the bar."""
        self.console.print(words, highlight=False, markup=False)
