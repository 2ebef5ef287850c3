"""Long work that people wait for, as they see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import attrs

RunState = Literal["running", "waiting", "done", "failed", "stopped"]
"""`waiting`: for people, not for a process; `stopped`: given up by somebody, or its plugin was switched off."""


@attrs.frozen
class RunProblem:
    """Why a run failed: a stable code, and a sentence for people."""

    code: str
    message: str
    data: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class RunView:
    """Where long work stands.

    Attributes:
        kind: what is done, such as `purchase_orders.import`; `title` is what it is done to, such as a file's name.
        stages: the names of its stages in order; `stage` is the present one, "" before the first.
        percent: over all stages; never less than it was, 100 only once it is done.
        done, total: lines (or whatever is counted) of the present stage; `total` is null if it is not known.
        message: what is being worked on, such as the name of a product.
        remaining_seconds: null until it can be told.
        took: seconds worked at each stage, by its name. `lines`: how much of each was done.
        path: the page that is about it.
        updated_at: while it runs, at most a second or two ago, unless its process has died.
        can_retry: it failed or was stopped, and can be begun anew by somebody with `permission`.
    """

    run_id: UUID
    kind: str
    title: str
    state: RunState
    stages: Sequence[str]
    stage: str
    percent: float
    done: int
    total: int | None
    message: str
    remaining_seconds: int | None
    took: Mapping[str, float]
    lines: Mapping[str, int]
    error: RunProblem | None
    path: str | None
    started_by_name: str
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    can_retry: bool
    permission: str


@attrs.frozen
class FinishedRun:
    """A run with what came of it: `result` is of the shape that its kind says."""

    run: RunView
    result: Mapping[str, Any]


@attrs.frozen
class NewRun:
    """Long work to begin.

    Attributes:
        kind: `<plugin>.<noun>`, or a word for one of the core. Past runs of a kind tell how long the next one takes.
        title: what it is done to; data of people, not translated.
        stages: names in order, each a word such as `reading`; pages translate them.
        job: the job that does it. It gets `payload` with `run_id`; it must be able to go on where it was left.
        path: the page that is about it, on this server.
        permission: what somebody needs to begin it anew after it failed.
    """

    kind: str
    title: str
    stages: Sequence[str]
    job: str
    payload: Mapping[str, Any] = attrs.field(factory=dict)
    path: str | None = None
    permission: str = "runs:read"
