"""Long work that people wait for, and the workspace's stream, which tells how it gets on."""

from __future__ import annotations

from uuid import UUID

import attrs
from quart import Blueprint, Response, jsonify

from dibs.api.answers.runs import RunsPage
from dibs.api.auth import actor, needs, principal
from dibs.api.body import read_query
from dibs.api.operation import operation
from dibs.api.stream import StreamQuery, member_stream
from dibs.events import outbox
from dibs.events.workspace import workspace_topic
from dibs.models.runs import FinishedRun, RunState, RunView
from dibs.runtime import current_runtime

blueprint = Blueprint("runs", __name__, url_prefix="/api")


@attrs.frozen
class RunsQuery:
    """Which runs: of one kind, in one state. `cursor` is the `next` of the page before."""

    kind: str = attrs.field(default="", validator=attrs.validators.max_len(100))
    state: RunState | None = None
    cursor: UUID | None = None
    limit: int = attrs.field(default=50, validator=[attrs.validators.ge(1), attrs.validators.le(200)])


@blueprint.get("/runs")
@needs("runs:read")
@operation("Long work: what runs, waits, is done or failed", query=RunsQuery, answer=RunsPage)
async def list_runs() -> Response:
    """Runs, the newest first; `cursor` goes on."""
    query, workspace_id, runtime = read_query(RunsQuery), principal().workspace_id, current_runtime()
    position = await outbox.position(runtime.db, workspace_id, workspace_topic(workspace_id))
    found, after = await runtime.runs.page(
        workspace_id,
        kind=query.kind or None,
        states=[query.state] if query.state else None,
        cursor=query.cursor,
        limit=query.limit,
    )
    return jsonify(RunsPage(found, after, str(position)))


@blueprint.get("/runs/<uuid:run_id>")
@needs("runs:read")
@operation("A run with what came of it", answer=FinishedRun)
async def get_run(run_id: UUID) -> Response:
    """Where one run stands; its result, once it is done."""
    return jsonify(await current_runtime().runs.get(principal().workspace_id, run_id))


@blueprint.post("/runs/<uuid:run_id>/retry")
@needs("runs:read")
@operation("Begin a run anew that failed or was stopped", answer=RunView, errors=(409,))
async def retry_run(run_id: UUID) -> Response:
    """Hand its job in again; what is done stays done. The role needs what beginning it needed."""
    runs, who = current_runtime().runs, principal()
    who.demand(await runs.permission(who.workspace_id, run_id))
    return jsonify(await runs.retry(who.workspace_id, run_id, actor()))


@blueprint.get("/workspace/stream")
@needs("runs:read", ticket=True)
@operation("Follow what happens in the workspace", query=StreamQuery, answer=str, media="text/event-stream")
async def workspace_stream() -> Response:
    """Events of the workspace as Server-Sent Events, from `Last-Event-ID` or `?after=` on, else from now on."""
    return member_stream(workspace_topic(principal().workspace_id))
