"""The run that orders for all winners of a show, and the job that does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from dibs.audit_log import Actor
from dibs.models.events import EventContext
from dibs.models.jobs import Job, JobContext
from dibs.models.runs import NewRun, RunView
from dibs.orders.bulk import STAGE, ShowOrdering, document
from dibs.orders.winners import check_show
from dibs.trading.transactions import TransactionParts

KIND: Final = "orders.show"
_SECONDS: Final = 600


async def begin_show_orders(context: EventContext, show_id: UUID) -> RunView:
    """Begin the run that orders for each winner of a show; its result is a `ShowResult`. Two at once double nothing.

    Raises:
        NotFoundError: there is no such show.
        ConflictError: it is a practice show.
    """
    title, actor = await check_show(context, show_id), context.desk.actor
    payload = {"show_id": str(show_id), "actor_id": None if actor.id is None else str(actor.id), "actor": actor.name}
    new = NewRun(KIND, title, (STAGE,), KIND, payload, path=page_of(show_id), permission="orders:create")
    return await context.runs.begin(new)


def page_of(show_id: UUID) -> str:
    """The page that is about the orders of a show."""
    return f"/shows/{show_id}/orders"


def show_orders_job(parts: TransactionParts) -> Job:
    """The job of such a run. A process that takes it over goes on with those who have no order yet."""

    async def run(context: JobContext, payload: Mapping[str, Any]) -> None:
        who = payload.get("actor_id")
        actor = Actor(None if who is None else UUID(who), str(payload["actor"]))
        async with context.run(payload["run_id"]) as progress:
            if progress.state != "running":
                return
            ordering = ShowOrdering(parts, context.workspace_id, UUID(payload["show_id"]), actor)
            result = await ordering.run(progress, progress.view.started_at)
            await progress.finish(document(result))

    return Job(KIND, run, seconds=_SECONDS)
