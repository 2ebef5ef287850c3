"""The page of a show's answers."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from quart import Blueprint, Response, request

from dibs.routes import needs, page, see_other, workspace_data, workspace_settings, workspace_transaction
from dibs_replies.deeds import answer_by_itself, send_again, told_by_hand
from dibs_replies.listing import read, show_of, states_of
from dibs_replies.states import (
    N_,
    OUTCOME_WORDS,
    REASON_WORDS,
    RETRYABLE,
    STATE_WORDS,
    STATES,
    UNDELIVERED,
    WAY_WORDS,
)

blueprint = Blueprint("replies_pages", __name__, url_prefix="/shows/<uuid:show_id>/replies")

_FILTERS: Final = ("", "undelivered", *STATES)
_PAGE: Final = 50


@blueprint.get("")
@needs("shows:read")
async def replies(show_id: UUID) -> Response:
    """The list, by state."""
    chosen = request.args.get("state", "")
    chosen = chosen if chosen in _FILTERS else ""
    before = request.args.get("before", "")
    found = await read(
        workspace_data(),
        show_id,
        await workspace_settings("replies"),
        states=states_of(chosen),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
        limit=_PAGE,
    )
    return await page(
        "replies/page.html",
        active="shows",
        show=found.show,
        found=found,
        chosen=chosen,
        paged=bool(before),
        filters=_filters(found.counts),
        undelivered=sum(found.counts.get(state, 0) for state in UNDELIVERED),
        retryable=RETRYABLE,
        state_words=STATE_WORDS,
        outcome_words=OUTCOME_WORDS,
        way_words=WAY_WORDS,
        reason_words=REASON_WORDS,
    )


@blueprint.post("/retry")
@needs("shows:run")
async def retry(show_id: UUID) -> Response:
    """Send one again, or all that were refused or left behind."""
    ids = await _chosen()
    await show_of(workspace_data(), show_id)
    async with workspace_transaction("replies") as context:
        count = await send_again(context, show_id, ids or None)
    return await _back(
        show_id, N_("Sent again; it goes out in a moment.") if count else N_("There is nothing to send.")
    )


@blueprint.post("/told")
@needs("shows:run")
async def told(show_id: UUID) -> Response:
    """Note that somebody sent one by hand."""
    ids = await _chosen()
    await show_of(workspace_data(), show_id)
    async with workspace_transaction("replies") as context:
        await told_by_hand(context, show_id, ids)
    return await _back(show_id, N_("Noted as sent by hand."))


@blueprint.post("/automatic")
@needs("shows:run")
async def automatic(show_id: UUID) -> Response:
    """Switch answering by itself on or off for this show."""
    on = (await request.form).get("to") == "on"
    await show_of(workspace_data(), show_id)
    async with workspace_transaction("replies") as context:
        await answer_by_itself(context, show_id, on)
    words = N_("This show answers by itself from now on.") if on else N_("This show leaves answering to you.")
    return await _back(show_id, words)


def _filters(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The filters worth showing, each with its count; the first is everything."""
    shown = [(state, counts[state]) for state in STATES if counts.get(state)]
    return [("", sum(counts.values())), *shown]


async def _chosen() -> list[UUID]:
    text = (await request.form).get("message_id", "")
    try:
        return [UUID(text)]
    except ValueError:
        return []


async def _back(show_id: UUID, words: str) -> Response:
    state = (await request.form).get("state", "")
    query = f"?state={state}" if state in _FILTERS and state else ""
    return await see_other(f"/shows/{show_id}/replies{query}", words)
