"""Rows of runs as people see them, and as events tell of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from dibs.codec import unstructure
from dibs.models.runs import RunProblem, RunView

_SAME = ("kind", "title", "state", "stage", "done", "total", "message", "path", "permission", "started_by_name")
_TIMES = ("started_at", "updated_at", "finished_at")


def run_view(row: Any) -> RunView:
    """A run from its row."""
    error = decoded(row["error"])
    return RunView(
        run_id=UUID(bytes=row["id"].bytes),
        **{name: row[name] for name in (*_SAME, *_TIMES)},
        stages=decoded(row["stages"]),
        percent=float(row["percent"]),
        remaining_seconds=row["remaining"],
        took=decoded(row["took"]),
        lines=decoded(row["lines"]),
        error=None if error is None else RunProblem(**error),
        can_retry=row["state"] in ("failed", "stopped") and row["job"] is not None,
    )


def told(run: RunView) -> dict[str, Any]:
    """What an event says of a run."""
    return dict(unstructure(run))


def decoded(value: Any) -> Any:
    """A JSON column, which comes as text."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def encoded(value: Any) -> str:
    """The text of a JSON column."""
    return orjson.dumps(value, default=str).decode()
