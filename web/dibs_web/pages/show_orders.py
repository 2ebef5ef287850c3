"""The orders of a show: what is not ordered yet, ordering for one or for all, and what came of it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from quart import Blueprint, Response, request

from dibs import ConflictError
from dibs.api.auth import needs, principal
from dibs.api.orders import orders
from dibs.api.plugin_data import core_transaction
from dibs.errors import CreditExceededError, InvalidInputError
from dibs.events import outbox
from dibs.events.workspace import workspace_topic
from dibs.models.runs import FinishedRun
from dibs.orders.job import KIND, begin_show_orders, page_of
from dibs.orders.model import OrderFilter
from dibs.orders.pending import read_pending
from dibs.orders.winners import order_of_winner
from dibs.runtime import current_runtime
from dibs.shows.service import Shows
from dibs_web.i18n import _
from dibs_web.order_words import ORIGIN_WORDS, STATUS_WORDS, next_step, refusal
from dibs_web.rendering import page, see_other

_SHOWN: Final = 200
_RUNS: Final = 50


def add_pages(blueprint: Blueprint) -> None:
    """Add the page and the targets of its forms."""
    here = "/shows/<uuid:show_id>/orders"
    blueprint.add_url_rule(here, "show_orders", show_orders)
    blueprint.add_url_rule(here, "show_orders_begin", order_all, methods=["POST"])
    blueprint.add_url_rule(f"{here}/<uuid:buyer_id>", "show_orders_one", order_one, methods=["POST"])


@needs("orders:read")
async def show_orders(show_id: UUID) -> Response:
    """The page."""
    return await _page(show_id)


async def _page(show_id: UUID, *, status: int = 200, **more: Any) -> Response:
    runtime, workspace_id = current_runtime(), principal().workspace_id
    show = await Shows(runtime.db).get(workspace_id, show_id)
    position = await outbox.position(runtime.db, workspace_id, workspace_topic(workspace_id))
    run = await _latest_run(show_id)
    pending = await read_pending(runtime.db, workspace_id, show_id)
    made, _more = await orders().page(workspace_id, OrderFilter(show_id=show_id, limit=_SHOWN))
    values: dict[str, Any] = {
        "show": show,
        "position": str(position),
        "pending": pending,
        "most": _SHOWN,
        "open_ids": {str(one.buyer_id) for one in pending.buyers},
        "run": run.run if run else None,
        "refused": [one for one in (run.result or {}).get("buyers", ()) if one["code"]] if run else [],
        "ordered": (run.result or {}).get("ordered", 0) if run else 0,
        "next_step": next_step,
        "rows": made,
        "more_rows": _more is not None,
        "statuses": STATUS_WORDS,
        "origins": ORIGIN_WORDS,
        "failed": None,
        **more,
    }
    return await page("orders/show.html", active="shows", status=status, **values)


async def _latest_run(show_id: UUID) -> FinishedRun | None:
    """The newest run of the show among the newest of its kind."""
    runs, workspace_id, here = current_runtime().runs, principal().workspace_id, page_of(show_id)
    found, _more = await runs.page(workspace_id, kind=KIND, limit=_RUNS)
    for run in found:
        if run.path == here:
            return await runs.get(workspace_id, run.run_id)
    return None


@needs("orders:create")
async def order_all(show_id: UUID) -> Response:
    """Begin the run that orders for everybody who has won and not ordered yet."""
    try:
        async with core_transaction() as context:
            await begin_show_orders(context, show_id)
    except ConflictError:
        return see_other(page_of(show_id), toast=_("A practice show sells nothing."))
    return see_other(page_of(show_id))


@needs("orders:create")
async def order_one(show_id: UUID, buyer_id: UUID) -> Response:
    """Order what one buyer has won; why not, if it is refused."""
    reason, may = (await request.form).get("credit_reason", "").strip()[:300], principal().may("credit:override")
    try:
        async with core_transaction() as context:
            made = await order_of_winner(context, show_id, buyer_id, credit_reason=reason or None, may_override=may)
    except (ConflictError, InvalidInputError) as error:
        failed = {"buyer_id": buyer_id, "words": refusal(error), "over": isinstance(error, CreditExceededError)}
        return await _page(show_id, status=409, failed=failed)
    return see_other(f"/orders/{made.order_id}", toast=_("Order %(number)s is made.", number=made.number))
